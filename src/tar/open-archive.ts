// Opens an archive of any format and compression that is read here: tar and cpio, found by their first bytes.

import type { ByteStream } from '../compression/buffered-source.ts'
import { type DecompressOptions, decompress } from '../compression/decompress.ts'
import { OstreeError } from '../errors.ts'
import { detectCpio, readCpio } from './cpio-reader.ts'
import { type ArchiveEntry, invalidArchive } from './entry.ts'
import { BLOCK_BYTES, TarHeader } from './tar-header.ts'
import { type ReadTarOptions, readTar } from './tar-reader.ts'

export interface OpenArchiveOptions extends DecompressOptions, ReadTarOptions {}

export interface OpenedArchive {
  readonly entries: AsyncIterable<ArchiveEntry>
  /** Offsets of entries are then not those of the source. */
  readonly isCompressed: boolean
}

/** Read by libarchive, not by us: a name, and the bytes at an offset that tell. */
const FOREIGN: readonly (readonly [name: string, offset: number, magic: string])[] = [
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['7-Zip', 0, '7z\xbc\xaf\x27\x1c'],
  ['RAR', 0, 'Rar!\x1a\x07'],
  ['ar', 0, '!<arch>\n'],
  ['xar', 0, 'xar!'],
  ['Cabinet', 0, 'MSCF'],
  ['LHA', 2, '-lh'],
  ['WARC', 0, 'WARC/'],
  ['mtree', 0, '#mtree'],
  ['afio', 0, '070727'],
]

/**
 * Recognises the archive; its entries are read as they are asked for. Nothing at all is an archive without entries.
 * @throws {@link OstreeError} `INVALID_ARCHIVE` (`Unrecognized archive format`), `UNSUPPORTED` for formats that
 *   libarchive reads and we do not; what goes wrong later is thrown by the entries.
 */
export async function openArchive(source: ByteStream, options: OpenArchiveOptions = {}): Promise<OpenedArchive> {
  const { stream: input, isCompressed } = await decompress(source, options)
  const head = await input.peek(BLOCK_BYTES)
  if (head.length === 0 || isTar(head)) return { entries: readTar(input, options), isCompressed }
  if (detectCpio(head) !== undefined) return { entries: readCpio(input), isCompressed }
  await input.close()
  const foreign = FOREIGN.find(([, offset, magic]) => matches(head, offset, magic))
  if (foreign === undefined) throw invalidArchive('Unrecognized archive format')
  throw new OstreeError('UNSUPPORTED', { feature: `the ${foreign[0]} archive format`, hint: 'use tar or cpio' })
}

function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK_BYTES && new TarHeader(head.subarray(0, BLOCK_BYTES)).isPlausible
}

function matches(bytes: Uint8Array, offset: number, magic: string): boolean {
  return Array.from(magic).every((character, i) => bytes[offset + i] === character.charCodeAt(0))
}
