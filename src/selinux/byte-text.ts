// Texts of bytes: one character for each byte, U+0000 to U+00FF. libselinux compares and matches bytes, so policies and
// paths are held this way here.

import { encodeEscapedUtf8 } from '../text/escaped-utf8.ts'

const CHUNK = 8192

export function byteText(bytes: Uint8Array): string {
  let text = ''
  for (let offset = 0; offset < bytes.length; offset += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(offset, offset + CHUNK))
  }
  return text
}

/** A path's UTF-8 bytes; most paths are ASCII and stay as they are. */
export function pathBytes(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
  return /^[\x00-\x7f]*$/.test(path) ? path : byteText(encodeEscapedUtf8(path))
}
