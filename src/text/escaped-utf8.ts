// Text that may hold bytes which are not UTF-8, kept so that it can be written back unchanged: each such byte becomes
// one lone surrogate, U+DC80 to U+DCFF (the scheme of Python's `surrogateescape`). UTF-8 itself never decodes to these.

const ESCAPE_BASE = 0xdc00
/** With the `u` flag a class of surrogates matches lone ones only. */
const LONE_SURROGATE = /[\ud800-\udfff]/u
const UNPRINTABLE = /[\0\ud800-\udfff]/gu

/** Length of the valid UTF-8 sequence at `offset`, or 0. Follows RFC 3629: no surrogates, nothing above U+10FFFF. */
function sequenceLength(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset] ?? 0
  if (lead < 0x80) return 1
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0) return 0
  for (let i = 1; i < length; i++) if (((bytes[offset + i] ?? 0) & 0xc0) !== 0x80) return 0
  const second = bytes[offset + 1] ?? 0
  if (lead === 0xe0 && second < 0xa0) return 0
  if (lead === 0xed && second > 0x9f) return 0
  if (lead === 0xf0 && second < 0x90) return 0
  if (lead === 0xf4 && second > 0x8f) return 0
  return length
}

/** Decodes UTF-8; bytes that are not UTF-8 become lone surrogates that {@link encodeEscapedUtf8} turns back. */
export function decodeEscapedUtf8(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  let validFrom = 0
  let offset = 0
  while (offset < bytes.length) {
    const length = sequenceLength(bytes, offset)
    if (length > 0) {
      offset += length
      continue
    }
    text += decoder.decode(bytes.subarray(validFrom, offset)) + String.fromCharCode(ESCAPE_BASE + (bytes[offset] ?? 0))
    offset += 1
    validFrom = offset
  }
  return text + decoder.decode(bytes.subarray(validFrom))
}

/** The bytes that {@link decodeEscapedUtf8} made `text` from. */
export function encodeEscapedUtf8(text: string): Uint8Array {
  const encoder = new TextEncoder()
  if (isCleanUtf8(text)) return encoder.encode(text)
  const parts: Uint8Array[] = []
  let size = 0
  let plain = ''
  const push = (part: Uint8Array): void => {
    parts.push(part)
    size += part.length
  }
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) {
      if (plain !== '') push(encoder.encode(plain))
      plain = ''
      push(Uint8Array.of(code - ESCAPE_BASE))
    } else {
      plain += character
    }
  }
  if (plain !== '') push(encoder.encode(plain))
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** True where no byte had to be escaped. */
export function isCleanUtf8(text: string): boolean {
  return !LONE_SURROGATE.test(text)
}

/** `text` for people: every escaped byte, and every NUL, shown as U+FFFD (what `g_utf8_make_valid` prints). */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd')
}
