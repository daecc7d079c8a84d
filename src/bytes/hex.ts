// Lowercase hexadecimal, the way checksums are written.

import { OstreeError } from '../errors.ts'

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const DIGITS = new TextEncoder().encode('0123456789abcdef')
const ascii = new TextDecoder()
/** Up to here, about the size of a checksum, joining strings is faster. */
const SHORT_BYTES = 64

export function toHex(bytes: Uint8Array): string {
  if (bytes.length > SHORT_BYTES) return longHex(bytes)
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += PAIRS[bytes[i]!]!
  return text
}

function longHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    digits[2 * i] = DIGITS[byte >> 4]!
    digits[2 * i + 1] = DIGITS[byte & 15]!
  }
  return ascii.decode(digits)
}

/**
 * Takes digits of either case.
 * @throws {@link OstreeError} `INVALID_FORMAT` for an odd length or a character that is no hex digit.
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw invalidHex(`odd length ${text.length}`)
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = digitValue(text.charCodeAt(2 * i))
    const low = digitValue(text.charCodeAt(2 * i + 1))
    if (high < 0 || low < 0) throw invalidHex(`no hex digits at ${2 * i}`)
    bytes[i] = high * 16 + low
  }
  return bytes
}

function digitValue(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function invalidHex(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'hexadecimal', path: '', reason })
}
