// The reference's libarchive as a judge of archives, and our readers' answers in the same shape.

import { createHash } from 'node:crypto'
import type { ByteStream } from '../../src/compression/buffered-source.ts'
import { isOstreeError } from '../../src/errors.ts'
import type { ArchiveEntry } from '../../src/tar/entry.ts'
import { referencePython } from '../reference-python.ts'

export interface ReadEntry {
  readonly path: string
  readonly symlink: string | null
  readonly hardlink: string | null
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: string
  readonly mtime: string
  readonly device: readonly number[]
  readonly xattrs: readonly (readonly string[])[]
  readonly content?: { readonly bytes?: number | 'many'; readonly sha256?: string; readonly error?: string }
}

export interface ReadArchive {
  readonly open?: string
  readonly entries?: readonly ReadEntry[]
  readonly error?: string | null
}

/** Larger contents are only counted as `many`, on both sides. */
const MANY = 1 << 27

export async function readByLibarchive(
  archives: readonly Uint8Array[],
  locale = 'C.UTF-8',
): Promise<readonly ReadArchive[]> {
  const input = archives.map((bytes) => Buffer.from(bytes).toString('base64'))
  const script = new URL('libarchive-oracle.py', import.meta.url)
  return (await referencePython(script, input, { LC_ALL: locale })) as ReadArchive[]
}

const latin1 = (text: string | undefined): string | null =>
  text === undefined ? null : Buffer.from(text).toString('latin1')
const latin1Bytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

/** Reads with ours; errors of libarchive's kind become part of the answer, others are thrown. */
export async function readByOurs(
  read: (source: ByteStream) => AsyncIterable<ArchiveEntry>,
  bytes: Uint8Array,
  pieceBytes = 65_536,
): Promise<ReadArchive> {
  const entries: ReadEntry[] = []
  const pieces = function* (): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes)
  }
  try {
    for await (const entry of read(pieces())) {
      if (entry.kind !== 'file' || (entry.hardlink !== undefined && entry.sizeBytes === 0)) {
        entries.push(describeEntry(entry))
        continue
      }
      const content = await readContent(entry)
      entries.push({ ...describeEntry(entry), content })
      if (content.error !== undefined) return { entries, error: null }
    }
    return { entries, error: null }
  } catch (error) {
    return { entries, error: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (isOstreeError(error, 'INVALID_ARCHIVE')) return error.details.reason
  if (isOstreeError(error, 'UNSUPPORTED')) return error.message
  throw error
}

function describeEntry(entry: ArchiveEntry): Omit<ReadEntry, 'content'> {
  return {
    path: latin1(entry.path)!,
    symlink: latin1(entry.symlink),
    hardlink: latin1(entry.hardlink),
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: String(entry.sizeBytes),
    mtime: String(entry.mtime),
    device: [entry.deviceMajor, entry.deviceMinor],
    xattrs: entry.xattrs.map(([name, value]) => [latin1Bytes(name), latin1Bytes(value)]),
  }
}

async function readContent(entry: ArchiveEntry): Promise<NonNullable<ReadEntry['content']>> {
  const hash = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of entry.content) {
      hash.update(piece)
      bytes += piece.length
      if (bytes > MANY) return { bytes: 'many' }
    }
    return { bytes, sha256: hash.digest('hex') }
  } catch (error) {
    return { error: reasonOf(error) }
  }
}
