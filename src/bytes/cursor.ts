// Reads numbers and byte runs from a buffer in order. Every read is checked against the end and names what it reads.

import { OstreeError } from '../errors.ts'

/** Longest varuint of a 64-bit number. */
const MAX_VARUINT_BYTES = 10

export class Cursor {
  readonly #bytes: Uint8Array
  #position: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes
    this.#position = position
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Bytes from the start of the buffer. */
  get offset(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  get atEnd(): boolean {
    return this.#position >= this.#bytes.length
  }

  u8(field: string): number {
    return this.#view.getUint8(this.#take(1, field))
  }

  u16le(field: string): number {
    return this.#view.getUint16(this.#take(2, field), true)
  }

  u16be(field: string): number {
    return this.#view.getUint16(this.#take(2, field), false)
  }

  u32le(field: string): number {
    return this.#view.getUint32(this.#take(4, field), true)
  }

  u32be(field: string): number {
    return this.#view.getUint32(this.#take(4, field), false)
  }

  u64le(field: string): bigint {
    return this.#view.getBigUint64(this.#take(8, field), true)
  }

  u64be(field: string): bigint {
    return this.#view.getBigUint64(this.#take(8, field), false)
  }

  /**
   * A varuint as static deltas write it: seven bits a byte, lowest first, the high bit set on all but the last byte.
   * @throws {@link OstreeError} `INVALID_FORMAT` beyond 64 bits.
   */
  varuint(field: string): bigint {
    const start = this.#position
    let value = 0n
    for (let i = 0; i < MAX_VARUINT_BYTES; i++) {
      if (this.atEnd) throw new OstreeError('TRUNCATED', { field, offset: start })
      const byte = this.#bytes[this.#position++]!
      value |= BigInt(byte & 0x7f) << BigInt(7 * i)
      if (byte < 0x80) {
        if (value >> 64n !== 0n) break
        return value
      }
    }
    throw new OstreeError('INVALID_FORMAT', { format: 'varuint', path: field, reason: 'more than 64 bits' })
  }

  /** A varuint that must fit a double exactly, such as a length or an offset into memory. */
  varuintNumber(field: string): number {
    const value = this.varuint(field)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new OstreeError('INVALID_FORMAT', { format: 'varuint', path: field, reason: `${value} is too large` })
    }
    return Number(value)
  }

  /** The next `count` bytes, not copied. */
  bytes(count: number, field: string): Uint8Array {
    const start = this.#take(count, field)
    return this.#bytes.subarray(start, start + count)
  }

  #take(count: number, field: string): number {
    const start = this.#position
    if (!(count >= 0 && count <= this.#bytes.length - start))
      throw new OstreeError('TRUNCATED', { field, offset: start })
    this.#position = start + count
    return start
  }
}

/** The bytes of a varuint. `value` is unsigned, at most 64 bits. */
export function encodeVaruint(value: bigint | number): number[] {
  const bytes: number[] = []
  let rest = BigInt(value)
  if (rest < 0n || rest >> 64n !== 0n) {
    throw new OstreeError('INVALID_FORMAT', { format: 'varuint', path: '', reason: `${value} is out of range` })
  }
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}
