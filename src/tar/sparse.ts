// Maps of sparse files: which stretches of the file an archive stores. Facts: the GNU tar manual (old format, 0.0, 0.1,
// 1.0), Solaris' `SUN.holesdata`; lenience and error texts as in libarchive.

import type { BufferedSource } from '../compression/buffered-source.ts'
import { invalidArchive } from './entry.ts'
import { decimal, INT64_MAX } from './numbers.ts'
import { BLOCK_BYTES, type SparsePair } from './tar-header.ts'

/** Longest textual map: 8 MiB. */
export const MAX_MAP_BYTES = 8 * 1024 * 1024
const MAX_LINE_BYTES = 100

export interface SparseBlock extends SparsePair {
  /** Solaris stores the bytes of holes, too; they are passed over. */
  readonly isHole: boolean
}

export function addBlock(map: SparseBlock[], offset: bigint, length: bigint, isHole = false): void {
  if (offset < 0n || length < 0n || offset > INT64_MAX - length) throw invalidArchive('Malformed sparse map data')
  map.push({ offset, length, isHole })
}

/** Stretches with data must follow one another within the file. */
export function checkMap(map: readonly SparseBlock[], sizeBytes: number): void {
  let end = 0n
  for (const { offset, length, isHole } of map) {
    if (isHole || length === 0n) continue
    if (offset < end || offset + length > BigInt(sizeBytes)) throw invalidArchive('Malformed sparse map data')
    end = offset + length
  }
}

/** GNU 0.1: `offset,length,offset,length…`. Ends at the first thing that is no number; `false` then. */
export function parseCommaMap(text: Uint8Array, map: SparseBlock[]): boolean {
  return eachNumber(text, 0x2c, (value, index, previous) => {
    if (index % 2 === 1) addBlock(map, previous, value)
  })
}

/** Solaris: ` data hole data hole…`, each the end of a stretch, the first one a hole. */
export function parseHolesData(text: Uint8Array, map: SparseBlock[]): boolean {
  if (text[0] !== 0x20) return false
  return eachNumber(text.subarray(1), 0x20, (value, index, previous) => {
    const start = index === 0 ? 0n : previous
    if (start < value) addBlock(map, start, value - start, index % 2 === 0)
  })
}

type OnNumber = (value: bigint, index: number, previous: bigint) => void

function eachNumber(text: Uint8Array, separator: number, onNumber: OnNumber): boolean {
  let previous = 0n
  for (let start = 0, index = 0; ; index++) {
    const found = text.indexOf(separator, start)
    const end = found === -1 ? text.length : found
    const field = text.subarray(start, end)
    if (!field.every((byte) => byte >= 0x30 && byte <= 0x39)) return false
    const value = decimal(field)
    onNumber(value, index, previous)
    if (found === -1) return true
    previous = value
    start = end + 1
  }
}

/**
 * GNU 1.0: the map is the first part of the data, one decimal number a line: the count, then offset and length of
 * each stretch, padded to a whole block.
 * @param storedBytes - Length of the entry's data; the map may not be longer.
 * @returns How much of the data the map and its padding were.
 */
export async function readLeadingMap(input: BufferedSource, storedBytes: number, map: SparseBlock[]): Promise<number> {
  map.length = 0
  let used = 0
  const next = async (): Promise<bigint> => {
    for (;;) {
      const line = await readLine(input, Math.min(storedBytes - used, MAX_LINE_BYTES))
      used += line.length + 1
      if (line[0] === 0x23) continue
      if (!line.every((byte) => byte >= 0x30 && byte <= 0x39)) throw invalidArchive('Malformed sparse map data')
      return decimal(line)
    }
  }
  for (let count = await next(); count > 0n; count--) addBlock(map, await next(), await next())
  const padding = -used & (BLOCK_BYTES - 1)
  if (used + padding > storedBytes) throw invalidArchive('Malformed sparse map data')
  await input.skip(padding)
  return used + padding
}

async function readLine(input: BufferedSource, limit: number): Promise<Uint8Array> {
  const bytes = (await input.peek(limit)).subarray(0, limit)
  const end = bytes.indexOf(0x0a)
  if (end === -1) throw invalidArchive(bytes.length < limit ? 'Truncated tar archive' : 'Line too long')
  const line = bytes.slice(0, end)
  input.consume(end + 1)
  return line
}
