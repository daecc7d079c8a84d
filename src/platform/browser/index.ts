// ostree-ts/browser: the platform that stands on a browser, over a directory handle.

export type { DirectoryEntryHandle, FileEntry } from './handles.ts'
export type { LockManagerLike } from './locks.ts'
export { type BrowserPlatformOptions, browserPlatform } from './platform.ts'
