// The blocks of a Zstandard frame, decoded into one ring that holds the window: nothing is moved, nothing is left for the
// garbage collector. Facts: RFC 8878, section 3.1.1.

import { bitsAt, CorruptBlock, HuffmanTable, PADDING_BYTES, streamEnd } from './zstd-entropy.ts'
import {
  LITERAL_BASES,
  LITERAL_BITS,
  literalCodes,
  MATCH_BASES,
  MATCH_BITS,
  matchCodes,
  offsetCodes,
} from './zstd-sequences.ts'

export const MAX_BLOCK_BYTES = 128 * 1024
export const BLOCK_TYPE = { raw: 0, rle: 1, compressed: 2 } as const

export interface Block {
  readonly type: number
  /** As stored, without its header. */
  readonly stored: Uint8Array
  /** Decoded, but for a compressed one. */
  readonly sizeBytes: number
}

const FIRST_RING_BYTES = 1 << 20
/** One block to write, and one that did not fit at the end of the last lap. */
const RING_SLACK_BYTES = 2 * MAX_BLOCK_BYTES

/** Decodes one frame after another. */
export class BlockDecoder {
  #ring = new Uint8Array(FIRST_RING_BYTES)
  #windowBytes = 0
  #maxBlockBytes = 0
  #position = 0
  /** Where the last lap ended: what was decoded before the start of this one ends there. */
  #lapEnd = 0
  /** Decoded in this frame, as far as matches reach. */
  #reachable = 0
  readonly #input = new Uint8Array(MAX_BLOCK_BYTES + PADDING_BYTES)
  readonly #literals = new Uint8Array(MAX_BLOCK_BYTES)
  readonly #huffman = new HuffmanTable()
  #hasHuffman = false
  readonly #literalCodes = literalCodes()
  readonly #offsetCodes = offsetCodes()
  readonly #matchCodes = matchCodes()
  readonly #lastOffsets: [number, number, number] = [1, 4, 8]

  startFrame(windowBytes: number): void {
    this.#windowBytes = windowBytes
    this.#maxBlockBytes = Math.min(windowBytes, MAX_BLOCK_BYTES)
    this.#position = 0
    this.#lapEnd = 0
    this.#reachable = 0
    this.#hasHuffman = false
    for (const codes of [this.#literalCodes, this.#offsetCodes, this.#matchCodes]) codes.table = undefined
    this.#lastOffsets.splice(0, 3, 1, 4, 8)
  }

  /** The decoded block, valid until the next. @throws {@link CorruptBlock} */
  decode({ type, stored, sizeBytes }: Block): Uint8Array {
    this.#makeRoom()
    const start = this.#position
    if (type === BLOCK_TYPE.compressed) this.#decodeCompressed(stored)
    else {
      if (type === BLOCK_TYPE.raw) this.#ring.set(stored, start)
      else this.#ring.fill(stored[0]!, start, start + sizeBytes)
      this.#position += sizeBytes
    }
    this.#reachable = Math.min(this.#reachable + this.#position - start, this.#windowBytes)
    return this.#ring.subarray(start, this.#position)
  }

  /** A block lies in one piece: where there is no room for the largest, a new lap begins. */
  #makeRoom(): void {
    if (this.#position + MAX_BLOCK_BYTES <= this.#ring.length) return
    const wanted = this.#windowBytes + RING_SLACK_BYTES
    if (this.#ring.length >= wanted) {
      this.#lapEnd = this.#position
      this.#position = 0
      return
    }
    const larger = new Uint8Array(wanted) // the part that nobody writes to takes no memory
    larger.set(this.#ring)
    this.#ring = larger
  }

  #decodeCompressed(stored: Uint8Array): void {
    const input = this.#input
    input.set(stored)
    input.fill(0, stored.length, stored.length + PADDING_BYTES)
    const end = stored.length
    if (end < 2) throw new CorruptBlock('a block too short')
    const literals = this.#readLiterals(input, end)
    let at = literals.next
    if (at >= end) throw new CorruptBlock('no sequences')
    let count = input[at++]!
    if (count === 255) {
      count = 0x7f00 + input[at]! + (input[at + 1]! << 8)
      at += 2
    } else if (count > 127) count = ((count - 128) << 8) + input[at++]!
    if (count > 0) this.#decodeSequences(input, at, end, count, literals.sizeBytes)
    else if (at !== end) throw new CorruptBlock('something behind the literals')
    else this.#append(this.#literals, 0, literals.sizeBytes)
  }

  #append(bytes: Uint8Array, from: number, to: number): void {
    this.#ring.set(bytes.subarray(from, to), this.#position)
    this.#position += to - from
  }

  #readLiterals(input: Uint8Array, end: number): { readonly next: number; readonly sizeBytes: number } {
    const kind = input[0]! & 3
    const format = (input[0]! >> 2) & 3
    if (kind < 2) {
      const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1
      const sizeBytes = bitsAt(input, headBytes === 1 ? 3 : 4, [0, 5, 12, 20][headBytes]!)
      const next = headBytes + (kind === 0 ? sizeBytes : 1)
      if (sizeBytes > this.#maxBlockBytes || next > end) throw new CorruptBlock('too many literals')
      if (kind === 0) this.#literals.set(input.subarray(headBytes, next))
      else this.#literals.fill(input[headBytes]!, 0, sizeBytes)
      return { next, sizeBytes }
    }
    const width = [10, 10, 14, 18][format]!
    const headBytes = (4 + 2 * width) >> 3
    const sizeBytes = bitsAt(input, 4, width)
    const next = headBytes + bitsAt(input, 4 + width, width)
    if (sizeBytes > this.#maxBlockBytes || next > end) throw new CorruptBlock('too many literals')
    let start = headBytes
    if (kind === 2) {
      this.#hasHuffman = false
      start = this.#huffman.read(input, start, next)
      this.#hasHuffman = true
    }
    if (!this.#hasHuffman) throw new CorruptBlock('no table of an earlier block')
    if (format === 0) this.#huffman.decode(input, start, next, this.#literals, 0, sizeBytes)
    else this.#decodeFourStreams(input, start, next, sizeBytes)
    return { next, sizeBytes }
  }

  #decodeFourStreams(input: Uint8Array, start: number, end: number, sizeBytes: number): void {
    const share = (sizeBytes + 3) >> 2
    if (start + 6 > end || share * 3 > sizeBytes) throw new CorruptBlock('too few literals')
    let from = start + 6
    for (let i = 0; i < 4; i++) {
      const to = i === 3 ? end : from + bitsAt(input, (start + 2 * i) * 8, 16)
      if (to > end) throw new CorruptBlock('a stream too long')
      this.#huffman.decode(input, from, to, this.#literals, i * share, i === 3 ? sizeBytes - 3 * share : share)
      from = to
    }
  }

  #decodeSequences(input: Uint8Array, start: number, end: number, count: number, literalBytes: number): void {
    if (start >= end) throw new CorruptBlock('no modes')
    const modes = input[start]!
    if ((modes & 3) !== 0) throw new CorruptBlock('reserved bits')
    let at = this.#literalCodes.read(modes >> 6, input, start + 1, end)
    at = this.#offsetCodes.read((modes >> 4) & 3, input, at, end)
    at = this.#matchCodes.read((modes >> 2) & 3, input, at, end)
    const literals = this.#literalCodes.table
    const offsets = this.#offsetCodes.table
    const matches = this.#matchCodes.table
    if (literals === undefined || offsets === undefined || matches === undefined) throw new CorruptBlock('no table')
    const first = at * 8
    let position = streamEnd(input, at, end)
    const take = (width: number): number => {
      position -= width
      if (position < first) throw new CorruptBlock('too few bits')
      return bitsAt(input, position, width)
    }
    let literalState = take(literals.log)
    let offsetState = take(offsets.log)
    let matchState = take(matches.log)
    const blockEnd = this.#position + this.#maxBlockBytes
    const blockStart = this.#position
    let used = 0
    for (let i = count; i > 0; i--) {
      const literalCode = literals.symbols[literalState]!
      const matchCode = matches.symbols[matchState]!
      const offsetCode = offsets.symbols[offsetState]!
      if (offsetCode > 28) throw new CorruptBlock('an offset beyond any window')
      const upper = offsetCode > 24 ? take(offsetCode - 24) : 0
      const lower = take(Math.min(offsetCode, 24))
      const offsetValue = (1 << offsetCode) + (upper << 24) + lower
      const length = MATCH_BASES[matchCode]! + take(MATCH_BITS[matchCode]!)
      const literalCount = LITERAL_BASES[literalCode]! + take(LITERAL_BITS[literalCode]!)
      if (i > 1) {
        literalState = literals.bases[literalState]! + take(literals.bits[literalState]!)
        matchState = matches.bases[matchState]! + take(matches.bits[matchState]!)
        offsetState = offsets.bases[offsetState]! + take(offsets.bits[offsetState]!)
      }
      const offset = this.#offsetOf(offsetValue, literalCount === 0)
      if (used + literalCount > literalBytes || this.#position + literalCount + length > blockEnd)
        throw new CorruptBlock('a block too long')
      this.#copyLiterals(used, literalCount)
      used += literalCount
      const reachable = Math.min(this.#reachable + this.#position - blockStart, this.#windowBytes)
      if (offset > reachable) throw new CorruptBlock('a match before the start')
      this.#copyMatch(offset, length)
    }
    if (position !== first) throw new CorruptBlock('bits left over')
    if (this.#position + literalBytes - used > blockEnd) throw new CorruptBlock('a block too long')
    this.#append(this.#literals, used, literalBytes)
  }

  /** Small values mean one of the last three offsets. */
  #offsetOf(value: number, withoutLiterals: boolean): number {
    const last = this.#lastOffsets
    const which = value > 3 ? 4 : value - (withoutLiterals ? 0 : 1)
    if (which === 0) return last[0]
    const offset = which === 4 ? value - 3 : which === 3 ? last[0] - 1 : which === 1 ? last[1] : last[2]
    if (offset === 0) throw new CorruptBlock('a match of itself')
    if (which !== 1) last[2] = last[1]
    last[1] = last[0]
    last[0] = offset
    return offset
  }

  #copyLiterals(from: number, count: number): void {
    const ring = this.#ring
    const literals = this.#literals
    const to = this.#position
    for (let i = 0; i < count; i++) ring[to + i] = literals[from + i]!
    this.#position = to + count
  }

  #copyMatch(offset: number, length: number): void {
    const ring = this.#ring
    let to = this.#position
    let from = to - offset
    const end = to + length
    if (from < 0) {
      from += this.#lapEnd
      const count = Math.min(length, this.#lapEnd - from)
      ring.copyWithin(to, from, from + count)
      to += count
      from = 0
    }
    if (offset >= end - to && end - to > 64) ring.copyWithin(to, from, from + end - to)
    else while (to < end) ring[to++] = ring[from++]!
    this.#position = end
  }
}
