// The part of the browser's File System API that is used here, as it is in the standard: a directory that the user picked,
// or the origin's private one (`navigator.storage.getDirectory()`), fits as it is.

export interface BlobLike {
  readonly size: number
  slice(start: number, end: number): BlobLike
  arrayBuffer(): Promise<ArrayBuffer>
}

export interface FileLike extends BlobLike {
  /** Milliseconds since the epoch. */
  readonly lastModified: number
}

/** Collects changes; the file has all of them, in one step, when `close` resolves. */
export interface WritableLike {
  write(change: { type: 'write'; position: number; data: Uint8Array }): Promise<void>
  truncate(size: number): Promise<void>
  close(): Promise<void>
}

export interface FileEntry {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<FileLike>
  createWritable(options: { keepExistingData: boolean }): Promise<WritableLike>
  /** Not in every browser. */
  move?(parent: DirectoryEntryHandle, name: string): Promise<void>
}

export interface DirectoryEntryHandle {
  readonly kind: 'directory'
  readonly name: string
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryEntryHandle>
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileEntry>
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>
  entries(): AsyncIterable<[string, FileEntry | DirectoryEntryHandle]>
  /** Not in every browser. */
  queryPermission?(descriptor: { mode: 'read' | 'readwrite' }): Promise<string>
}
