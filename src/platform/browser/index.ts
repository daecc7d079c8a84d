// ostree-ts/browser: platforms that need no Node, over a directory handle or in memory.

export { type MemoryPlatformOptions, memoryPlatform } from '../memory/platform.ts'
export type { DirectoryEntryHandle, FileEntry } from './handles.ts'
export type { LockManagerLike } from './locks.ts'
export { type BrowserPlatformOptions, browserPlatform } from './platform.ts'
