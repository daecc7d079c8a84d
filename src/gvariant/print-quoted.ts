// Strings and bytestrings in the text format: which quotes, and what is escaped. Facts: spec/gvariant.md#text-format

import { isPrintable } from './printable.ts'

const LETTER_ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
}

/** Text that stands for itself. */
const PLAIN = /^[ !#-&(-[\]-~]*$/

/** `'…'`, or `"…"` for text with a single quote in it. */
export function quoteText(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`
  const quote = text.includes("'") ? '"' : "'"
  let result = quote
  for (const character of text) {
    const code = character.codePointAt(0)!
    if (character === quote || character === '\\') result += `\\${character}`
    else if (isPrintable(code)) result += character
    else result += LETTER_ESCAPES[code] ?? unicodeEscape(code)
  }
  return result + quote
}

function unicodeEscape(code: number): string {
  const digits = code.toString(16)
  return code < 0x1_0000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}

/** `b'…'`, or `b"…"` for bytes with a single quote among them. Unlike in strings, there is no `\a`. */
export function quoteBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) ? '"' : "'"
  let text = `b${quote}`
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte)
    else text += (byte === 7 ? undefined : LETTER_ESCAPES[byte]) ?? `\\${byte.toString(8).padStart(3, '0')}`
  }
  return text + quote
}
