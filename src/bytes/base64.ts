// Base64 in two spellings: the standard one, and OSTree's for file names, where `_` stands for `/` and no `=` follows.

import { OstreeError } from '../errors.ts'

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DELTA = STANDARD.replace('/', '_')

/** With `=` padding. */
export function toBase64(bytes: Uint8Array): string {
  const text = spell(bytes, STANDARD)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/**
 * Padding is required and the unused bits must be zero.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw invalidBase64(`length ${text.length} is not a multiple of 4`)
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return unspell(text.slice(0, text.length - padding), STANDARD)
}

/**
 * Any text, as GLib decodes it: what is no character of the alphabet is passed over, and so is a last group of less
 * than four characters.
 */
export function fromLooseBase64(text: string): Uint8Array {
  const groups = text.replace(/[^A-Za-z0-9+/=]/g, '').match(/.{4}/g) ?? []
  const bytes: number[] = []
  for (const group of groups) {
    let value = 0
    for (const character of group) value = (value << 6) | Math.max(0, STANDARD.indexOf(character)) // `=` counts as 0
    bytes.push(value >> 16)
    if (group[2] !== '=') bytes.push((value >> 8) & 255)
    if (group[3] !== '=') bytes.push(value & 255)
  }
  return Uint8Array.from(bytes)
}

/** OSTree's spelling, as in `deltas/` paths: 43 characters for a 32-byte checksum. */
export function encodeDeltaBase64(bytes: Uint8Array): string {
  return spell(bytes, DELTA)
}

/**
 * The unused bits of the last character must be zero, so that one checksum has one name.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function decodeDeltaBase64(text: string): Uint8Array {
  return unspell(text, DELTA)
}

function spell(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!
    if (left > 1) text += alphabet[(group >> 6) & 63]!
    if (left > 2) text += alphabet[group & 63]!
  }
  return text
}

function unspell(text: string, alphabet: string): Uint8Array {
  if (text.length % 4 === 1) throw invalidBase64(`length ${text.length}`)
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let pending = 0
  let bits = 0
  let size = 0
  for (let i = 0; i < text.length; i++) {
    const digit = alphabet.indexOf(text[i]!)
    if (digit < 0) throw invalidBase64(`character at ${i}`)
    pending = (pending << 6) | digit
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes[size++] = pending >> bits
    pending &= (1 << bits) - 1
  }
  if (pending !== 0) throw invalidBase64('unused bits are set')
  return bytes
}

function invalidBase64(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'base64', path: '', reason })
}
