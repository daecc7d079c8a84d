// OpenPGP's multiprecision integers: a count of bits, then the bytes. Facts: RFC 4880 section 3.2.

import { numberOf } from './subpackets.ts'

/** As GnuPG bounds them. */
const MAX_BITS = 16_384

export interface NumberRead {
  /** Without leading zero bytes. */
  readonly bytes: Uint8Array
  readonly end: number
}

/** `undefined` where the bytes end too early or the number is beyond all reason. */
export function readNumber(body: Uint8Array, at: number): NumberRead | undefined {
  if (at + 2 > body.length) return undefined
  const bits = numberOf(body.subarray(at, at + 2))
  const end = at + 2 + Math.ceil(bits / 8)
  if (bits > MAX_BITS || end > body.length) return undefined
  return { bytes: withoutLeadingZeroes(body.subarray(at + 2, end)), end }
}

export function bitsOf(bytes: Uint8Array): number {
  const first = bytes[0]
  return first === undefined ? 0 : 8 * bytes.length - (Math.clz32(first) - 24)
}

export function encodeNumber(bytes: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(2 + bytes.length)
  new DataView(encoded.buffer).setUint16(0, bitsOf(bytes))
  encoded.set(bytes, 2)
  return encoded
}

function withoutLeadingZeroes(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first)
}
