// Lowercase hexadecimal, the way checksums are written.

import { OstreeError } from '../errors.ts'

const DIGITS = new TextEncoder().encode('0123456789abcdef')
const ascii = new TextDecoder()
/** By character code; -1 for characters that are no digit. */
const DIGIT_VALUES = Int8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  return /[0-9A-Fa-f]/.test(character) ? Number.parseInt(character, 16) : -1
})

export function toHex(bytes: Uint8Array): string {
  const digits = new Uint8Array(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    digits[2 * i] = DIGITS[byte >> 4]!
    digits[2 * i + 1] = DIGITS[byte & 15]!
  }
  return ascii.decode(digits) // a third of the cost of joining strings (measured: bench/gvariant)
}

/**
 * Takes digits of either case.
 * @throws {@link OstreeError} `INVALID_FORMAT` for an odd length or a character that is no hex digit.
 */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw invalidHex(`odd length ${text.length}`)
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = DIGIT_VALUES[text.charCodeAt(2 * i)] ?? -1
    const low = DIGIT_VALUES[text.charCodeAt(2 * i + 1)] ?? -1
    if (high < 0 || low < 0) throw invalidHex(`no hex digits at ${2 * i}`)
    bytes[i] = high * 16 + low
  }
  return bytes
}

function invalidHex(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'hexadecimal', path: '', reason })
}
