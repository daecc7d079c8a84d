// Zstandard. Frames are walked here (RFC 8878), so that truncation, limits and lengths are noticed whoever decodes them:
// a decoder of the platform, or fzstd, with the checksum verified by hash-wasm.

import { OstreeError } from '../errors.ts'
import { BufferedSource, type ByteStream } from './buffered-source.ts'

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
/** libzstd's default for streams, `1 << ZSTD_WINDOWLOG_LIMIT_DEFAULT`. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024
/** fzstd misreads what is repeated from more than 96 MiB before: such a window needs a checksum, which then tells. */
const MAX_UNCHECKED_WINDOW_BYTES = 64 * 1024 * 1024
const MAX_BLOCK_BYTES = 128 * 1024
const MAX_HEADER_BYTES = 18
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const BLOCK_TYPE = { raw: 0, rle: 1, compressed: 2 } as const

/** A part of a frame: its header with the first block, or a block; the last one has the checksum behind it. */
export interface FrameUnit {
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

/** Decodes a frame that is sure to be whole, and verifies its checksum. */
export type FrameDecoder = (units: AsyncIterable<FrameUnit>, hasChecksum: boolean) => AsyncIterable<Uint8Array>

interface FrameHeader {
  readonly sizeBytes: number
  readonly windowBytes: number
  readonly contentBytes: bigint | undefined
  readonly hasChecksum: boolean
}

/** @param decodeFrame - Instead of the portable decoder. */
export async function* unzstd(
  source: ByteStream,
  decodeFrame: FrameDecoder = decodeFramePortably,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new BufferedSource(source)
  try {
    for (;;) {
      const head = await input.peek(4)
      if (head.length === 0) return
      const magic = head.length < 4 ? 0 : u32(head, 0)
      if (magic === FRAME_MAGIC) yield* frame(input, decodeFrame)
      else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) await skipFrame(input)
      else throw zstdFailed('Unknown frame descriptor')
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

async function* frame(input: BufferedSource, decodeFrame: FrameDecoder): AsyncGenerator<Uint8Array, void, undefined> {
  const header = parseHeader(await input.peek(MAX_HEADER_BYTES))
  const checked = decodeFrame !== decodeFramePortably || header.hasChecksum
  if (!checked && header.windowBytes > MAX_UNCHECKED_WINDOW_BYTES) {
    const feature = `a zstd window of ${Math.ceil(header.windowBytes / 2 ** 20)} MiB without a checksum`
    throw new OstreeError('UNSUPPORTED', { feature, hint: 'Node 22.15 or newer decodes it' })
  }
  const units = frameUnits(input, header)
  // A decoder may know the end of the frame before it has asked for all of it, and then must not close the generator.
  const unclosed: AsyncIterable<FrameUnit> = { [Symbol.asyncIterator]: () => ({ next: () => units.next() }) }
  let total = 0n
  for await (const piece of decodeFrame(unclosed, header.hasChecksum)) {
    total += BigInt(piece.length)
    yield piece
  }
  while ((await units.next()).done !== true);
  if (header.contentBytes !== undefined && total !== header.contentBytes) throw zstdFailed('Data corruption detected')
}

async function* frameUnits(input: BufferedSource, header: FrameHeader): AsyncGenerator<FrameUnit, void, undefined> {
  for (let prefixBytes = header.sizeBytes; ; prefixBytes = 0) {
    const block = parseBlockHeader(await exactly(input, prefixBytes + BLOCK_HEADER_BYTES), prefixBytes)
    if (block.sizeBytes > Math.min(MAX_BLOCK_BYTES, header.windowBytes)) throw zstdFailed('Data corruption detected')
    const trailerBytes = block.last && header.hasChecksum ? CHECKSUM_BYTES : 0
    const unitBytes = prefixBytes + BLOCK_HEADER_BYTES + block.storedBytes + trailerBytes
    const bytes = (await exactly(input, unitBytes)).slice(0, unitBytes) // decoders keep what they could not use yet
    input.consume(unitBytes)
    yield { bytes, isLast: block.last }
    if (block.last) return
  }
}

async function* decodeFramePortably(
  units: AsyncIterable<FrameUnit>,
  hasChecksum: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const [{ Decompress }, { createXXHash64 }] = await Promise.all([import('fzstd'), import('hash-wasm')])
  const hasher = hasChecksum ? await createXXHash64() : undefined
  const ready: Uint8Array[] = []
  const decoder = new Decompress((piece) => {
    if (piece.length > 0) ready.push(piece)
  })
  for await (const { bytes, isLast } of units) {
    push(decoder, bytes, isLast)
    for (const piece of ready.splice(0)) {
      hasher?.update(piece)
      yield piece
    }
    if (!isLast) continue
    if (hasher !== undefined && lowHalf(hasher.digest('binary')) !== u32(bytes, bytes.length - CHECKSUM_BYTES)) {
      throw zstdFailed("Restored data doesn't match checksum")
    }
  }
}

function push(decoder: { push(piece: Uint8Array, final: boolean): unknown }, unit: Uint8Array, final: boolean): void {
  try {
    decoder.push(unit, final)
  } catch (cause) {
    throw zstdFailed('Data corruption detected', cause) // whatever fzstd makes of it, the frame itself is all there
  }
}

function parseHeader(bytes: Uint8Array): FrameHeader {
  const descriptor = at(bytes, 4)
  if ((descriptor & 0x08) !== 0) throw zstdFailed('Unsupported frame parameter')
  const singleSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  const contentFieldBytes = descriptor >> 6 === 0 ? Number(singleSegment) : 1 << (descriptor >> 6)
  let offset = 5
  const exponent = singleSegment ? 0 : at(bytes, offset++)
  if (number(bytes, offset, dictionaryBytes) !== 0n) throw zstdFailed('Dictionary mismatch')
  offset += dictionaryBytes
  const field = number(bytes, offset, contentFieldBytes)
  const contentBytes = contentFieldBytes === 0 ? undefined : contentFieldBytes === 2 ? field + 256n : field
  const base = 2 ** (10 + (exponent >> 3))
  const windowBytes = singleSegment ? Number(field) : base + (base / 8) * (exponent & 7)
  if (windowBytes > MAX_WINDOW_BYTES) throw zstdFailed('Frame requires too much memory for decoding')
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
  if (type > BLOCK_TYPE.compressed) throw zstdFailed('Data corruption detected')
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

export function zstdFailed(what: string, cause?: unknown): OstreeError {
  const reason = `Zstd decompression failed: ${what}`
  return new OstreeError('INVALID_ARCHIVE', { reason }, cause === undefined ? undefined : { cause })
}
