// How `LIBARCHIVE.xattr.` keys carry names (percent-encoded) and values (base64). Both decoders are lenient, as
// libarchive's are: what is no escape stands for itself, what is no base64 digit is passed over.

const PADDING = '=_'
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const DIGIT_VALUES = new Int8Array(256).fill(-1)
for (let i = 0; i < DIGITS.length; i++) DIGIT_VALUES[DIGITS.charCodeAt(i)] = i

export function decodePercent(text: Uint8Array): Uint8Array {
  const out: number[] = []
  for (let i = 0; i < text.length; i++) {
    const hex = text[i] === 0x25 ? String.fromCharCode(text[i + 1] ?? 0, text[i + 2] ?? 0) : ''
    if (/^[0-9a-fA-F]{2}$/.test(hex)) {
      out.push(Number.parseInt(hex, 16))
      i += 2
    } else out.push(text[i]!)
  }
  return Uint8Array.from(out)
}

/** With or without padding and line breaks. A single digit at the end stands for nothing. */
export function decodeBase64(text: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4))
  let length = 0
  let bits = 0
  let bitCount = 0
  for (const byte of text) {
    if (PADDING.includes(String.fromCharCode(byte))) break
    const value = DIGIT_VALUES[byte]!
    if (value < 0) continue
    bits = ((bits << 6) | value) & 0xffff
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    out[length++] = (bits >> bitCount) & 0xff
  }
  return out.subarray(0, length)
}
