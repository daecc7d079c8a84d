// ostree-ts/tar: tar archives as libarchive reads them.

export type { ArchiveEntry, ArchiveXattrs, EntryKind } from './entry.ts'
export { type ReadTarOptions, readTar } from './tar-reader.ts'
