// What an archive holds, whichever format it is in.

import { OstreeError } from '../errors.ts'

export type EntryKind = 'file' | 'directory' | 'symlink' | 'character' | 'block' | 'fifo' | 'socket' | 'unknown'

export interface ArchiveEntry {
  /** As the archive spells it, with its leading `./` or `/` and its trailing `/`. */
  readonly path: string
  /** From the type bits of `mode`. A hard link of an old archive has none: `unknown`. */
  readonly kind: EntryKind
  /** The whole `st_mode`, as far as the archive tells it. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Of the file once unpacked: holes of a sparse file count. */
  readonly sizeBytes: number
  /** Seconds since the epoch; may be negative. */
  readonly mtime: number
  /** The path of the entry that this one is another name of. It may have content nevertheless (pax, cpio). */
  readonly hardlink: string | undefined
  readonly symlink: string | undefined
  /** Zero for all but devices. */
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** The last one of the archive first, repeated names and all: the order in which libarchive hands them out. */
  readonly xattrs: ArchiveXattrs
  /** Where the file's bytes lie in the archive, once decompressed: all in one piece. */
  readonly offset: number | undefined
  /** The file's bytes, for one reader and only until the next entry is asked for; a piece until the next piece. */
  readonly content: AsyncIterable<Uint8Array>
}

export type ArchiveXattrs = readonly (readonly [name: Uint8Array, value: Uint8Array])[]

export const TYPE_MASK = 0o170000
export const TYPE_BITS = {
  fifo: 0o010000,
  character: 0o020000,
  directory: 0o040000,
  block: 0o060000,
  file: 0o100000,
  symlink: 0o120000,
  socket: 0o140000,
} as const

export function kindOfMode(mode: number): EntryKind {
  const bits = mode & TYPE_MASK
  const kinds = Object.keys(TYPE_BITS) as (keyof typeof TYPE_BITS)[]
  return kinds.find((kind) => TYPE_BITS[kind] === bits) ?? 'unknown'
}

/** An archive that cannot be read on; `reason` is libarchive's sentence where it has one. */
export function invalidArchive(reason: string): OstreeError<'INVALID_ARCHIVE'> {
  return new OstreeError('INVALID_ARCHIVE', { reason })
}
