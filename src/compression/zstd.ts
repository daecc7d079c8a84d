// Portable Zstandard. Frames are walked here (RFC 8878), so that lengths, limits and the checksum are verified; the
// blocks in them are decoded by fzstd, the checksum by hash-wasm.

import { OstreeError } from '../errors.ts'
import { BufferedSource, type ByteStream } from './buffered-source.ts'

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
/** libzstd's default for streams, `1 << ZSTD_WINDOWLOG_LIMIT_DEFAULT`. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024
const MAX_BLOCK_BYTES = 128 * 1024
const MAX_HEADER_BYTES = 18
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const BLOCK_TYPE = { raw: 0, rle: 1, compressed: 2 } as const

interface FrameHeader {
  readonly sizeBytes: number
  readonly windowBytes: number
  readonly contentBytes: bigint | undefined
  readonly hasChecksum: boolean
}

export async function* unzstd(source: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new BufferedSource(source)
  try {
    for (;;) {
      const head = await input.peek(4)
      if (head.length === 0) return
      const magic = head.length < 4 ? 0 : u32(head, 0)
      if (magic === FRAME_MAGIC) yield* frame(input)
      else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) await skipFrame(input)
      else throw failed('Unknown frame descriptor')
    }
  } finally {
    await input.close()
  }
}

async function skipFrame(input: BufferedSource): Promise<void> {
  const head = await exactly(input, 8)
  const sizeBytes = 8 + u32(head, 4)
  if ((await input.skip(sizeBytes)) < sizeBytes) throw truncated()
}

async function* frame(input: BufferedSource): AsyncGenerator<Uint8Array, void, undefined> {
  const [{ Decompress }, { createXXHash64 }] = await Promise.all([import('fzstd'), import('hash-wasm')])
  const header = parseHeader(await input.peek(MAX_HEADER_BYTES))
  const hasher = header.hasChecksum ? await createXXHash64() : undefined
  const ready: Uint8Array[] = []
  const decoder = new Decompress((piece) => {
    if (piece.length > 0) ready.push(piece)
  })
  let total = 0n
  let prefixBytes = header.sizeBytes
  for (;;) {
    const block = parseBlockHeader(await exactly(input, prefixBytes + BLOCK_HEADER_BYTES), prefixBytes)
    if (block.sizeBytes > Math.min(MAX_BLOCK_BYTES, header.windowBytes)) throw failed('Data corruption detected')
    const trailerBytes = block.last && header.hasChecksum ? CHECKSUM_BYTES : 0
    const unitBytes = prefixBytes + BLOCK_HEADER_BYTES + block.storedBytes + trailerBytes
    const unit = (await exactly(input, unitBytes)).slice(0, unitBytes) // fzstd keeps what it could not use yet
    input.consume(unitBytes)
    push(decoder, unit, block.last)
    for (const piece of ready.splice(0)) {
      total += BigInt(piece.length)
      hasher?.update(piece)
      yield piece
    }
    if (block.last) {
      if (header.contentBytes !== undefined && total !== header.contentBytes) throw failed('Data corruption detected')
      if (hasher !== undefined && lowHalf(hasher.digest('binary')) !== u32(unit, unitBytes - CHECKSUM_BYTES)) {
        throw failed("Restored data doesn't match checksum")
      }
      return
    }
    prefixBytes = 0
  }
}

function push(decoder: { push(piece: Uint8Array, final: boolean): unknown }, unit: Uint8Array, final: boolean): void {
  try {
    decoder.push(unit, final)
  } catch (cause) {
    throw failed('Data corruption detected', cause) // whatever fzstd makes of it, the frame itself is all there
  }
}

function parseHeader(bytes: Uint8Array): FrameHeader {
  const descriptor = at(bytes, 4)
  if ((descriptor & 0x08) !== 0) throw failed('Unsupported frame parameter')
  const singleSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const contentFieldBytes = descriptor >> 6 === 0 ? Number(singleSegment) : 1 << (descriptor >> 6)
  let offset = 5
  const exponent = singleSegment ? 0 : at(bytes, offset++)
  if (number(bytes, offset, dictionaryBytes) !== 0n) throw failed('Dictionary mismatch')
  offset += dictionaryBytes
  const field = number(bytes, offset, contentFieldBytes)
  const contentBytes = contentFieldBytes === 0 ? undefined : contentFieldBytes === 2 ? field + 256n : field
  const base = 2 ** (10 + (exponent >> 3))
  const windowBytes = singleSegment ? Number(field) : base + (base / 8) * (exponent & 7)
  if (windowBytes > MAX_WINDOW_BYTES) throw failed('Frame requires too much memory for decoding')
  const hasChecksum = (descriptor & 0x04) !== 0
  // A block of a small single segment may still be as long as the smallest window.
  return { sizeBytes: offset + contentFieldBytes, windowBytes: Math.max(windowBytes, 1024), contentBytes, hasChecksum }
}

function parseBlockHeader(
  bytes: Uint8Array,
  offset: number,
): { last: boolean; sizeBytes: number; storedBytes: number } {
  const value = at(bytes, offset) | (at(bytes, offset + 1) << 8) | (at(bytes, offset + 2) << 16)
  const type = (value >> 1) & 3
  if (type > BLOCK_TYPE.compressed) throw failed('Data corruption detected')
  const sizeBytes = value >>> 3
  return { last: (value & 1) !== 0, sizeBytes, storedBytes: type === BLOCK_TYPE.rle ? 1 : sizeBytes }
}

async function exactly(input: BufferedSource, count: number): Promise<Uint8Array> {
  const bytes = await input.peek(count)
  if (bytes.length < count) throw truncated()
  return bytes
}

function at(bytes: Uint8Array, offset: number): number {
  const value = bytes[offset]
  if (value === undefined) throw truncated()
  return value
}

function number(bytes: Uint8Array, offset: number, length: number): bigint {
  let value = 0n
  for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(at(bytes, offset + i))
  return value
}

function u32(bytes: Uint8Array, offset: number): number {
  return Number(number(bytes, offset, 4))
}

/** hash-wasm writes the digest with its highest byte first. */
function lowHalf(digest: Uint8Array): number {
  return digest.subarray(4).reduce((value, byte) => value * 256 + byte, 0)
}

function truncated(): OstreeError {
  return new OstreeError('INVALID_ARCHIVE', { reason: 'Truncated zstd input' })
}

function failed(what: string, cause?: unknown): OstreeError {
  const reason = `Zstd decompression failed: ${what}`
  return new OstreeError('INVALID_ARCHIVE', { reason }, cause === undefined ? undefined : { cause })
}
