// ostree-ts/keyfile: key files as GKeyFile reads and writes them.

export { KeyFile, type KeyFileOptions } from './key-file.ts'
