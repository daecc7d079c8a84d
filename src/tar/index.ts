// ostree-ts/tar: archives as libarchive reads them, and GNU tar as it writes it.

export type { ArchiveEntry, ArchiveXattrs, EntryKind } from './entry.ts'
export type { NameForm } from './names.ts'
export { type OpenArchiveOptions, type OpenedArchive, openArchive } from './open-archive.ts'
export { type ReadTarOptions, readTar } from './tar-reader.ts'
export { encodeTarHeader, RECORD_BYTES, type TarMember, type TarMemberKind, tarEnd, tarPadding } from './tar-writer.ts'
