// As much of DER (X.690) as keys are made of. A value ends where its parent does, or nothing is read at all.

import { OstreeError } from '../errors.ts'

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const

const CONTEXT_CONSTRUCTED = 0xa0
const MAX_LENGTH_BYTES = 3

/** Reads the values of one sequence (or of a whole input) one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array
  #position = 0
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#position === this.#bytes.length
  }

  /** The tag of the next value; `undefined` at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#position]
  }

  /** The content of the next value, which must have this tag. @throws {@link OstreeError} `INVALID_FORMAT` */
  read(tag: number): Uint8Array {
    if (this.nextTag !== tag) throw invalidDer(`tag ${this.nextTag ?? 'missing'} where ${tag} is expected`)
    this.#position++
    const length = this.#length()
    if (length > this.#bytes.length - this.#position) throw invalidDer('a value is cut short')
    const content = this.#bytes.subarray(this.#position, this.#position + length)
    this.#position += length
    return content
  }

  sequence(): DerReader {
    return new DerReader(this.read(TAG.sequence))
  }

  /** The content of the explicitly tagged value `[number]`, when it comes next. */
  optional(number: number): DerReader | undefined {
    const tag = CONTEXT_CONSTRUCTED + number
    return this.nextTag === tag ? new DerReader(this.read(tag)) : undefined
  }

  /** Whole bytes only, as all keys are. */
  bitString(): Uint8Array {
    const content = this.read(TAG.bitString)
    if (content[0] !== 0) throw invalidDer('a bit string that does not end with a byte')
    return content.subarray(1)
  }

  /** Dotted: `1.2.840.10045.2.1`. */
  objectIdentifier(): string {
    const numbers: number[] = []
    let number = 0
    for (const byte of this.read(TAG.objectIdentifier)) {
      number = number * 128 + (byte & 127)
      if (number > Number.MAX_SAFE_INTEGER / 128) throw invalidDer('an object identifier out of range')
      if (byte >= 128) continue
      if (numbers.length > 0) numbers.push(number)
      else numbers.push(Math.min(2, Math.floor(number / 40)), number - 40 * Math.min(2, Math.floor(number / 40)))
      number = 0
    }
    return numbers.join('.')
  }

  requireEnd(): void {
    if (!this.atEnd) throw invalidDer('bytes behind the last value')
  }

  #length(): number {
    const first = this.#bytes[this.#position++] ?? 0xff
    if (first < 0x80) return first
    const count = first - 0x80
    if (count === 0 || count > MAX_LENGTH_BYTES) throw invalidDer('a length that is none')
    let length = 0
    for (let i = 0; i < count; i++) length = length * 256 + (this.#bytes[this.#position++] ?? 0)
    return length
  }
}

/** One value. */
export function derValue(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((total, part) => total + part.length, 0)
  const lengthBytes = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  if (size > 0xffff) throw invalidDer('a value that is too long')
  const value = new Uint8Array(1 + lengthBytes.length + size)
  value[0] = tag
  value.set(lengthBytes, 1)
  let position = 1 + lengthBytes.length
  for (const part of parts) {
    value.set(part, position)
    position += part.length
  }
  return value
}

function invalidDer(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'DER', path: '', reason })
}
