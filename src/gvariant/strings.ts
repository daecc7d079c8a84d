// The three kinds of text: strings, object paths and signatures. All are UTF-8 that ends in its only NUL.

import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { Misfit } from './source.ts'
import { MAX_DEPTH, scanType } from './type.ts'

const OBJECT_PATH = /^\/(?:[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*)?$/
/** D-Bus knows no maybe types. */
const SIGNATURE_CHARACTERS = /^[ybnqiuxthdvasog(){}]*$/

/** Up to this many ASCII characters are turned into text here: calling TextDecoder costs more (measured: bench/gvariant). */
const SHORT_TEXT_BYTES = 32

/** The text in `bytes[start, end)`, its NUL included in the range; throws Misfit. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  const last = end - 1
  if (last < start || bytes[last] !== 0) throw new Misfit('no NUL at the end of a string')
  if (last - start <= SHORT_TEXT_BYTES) {
    const text = readShortAscii(bytes, start, last)
    if (text !== undefined) return text
  }
  const body = bytes.subarray(start, last)
  if (body.includes(0)) throw new Misfit('NUL inside a string')
  const text = tryDecodeUtf8(body)
  if (text === undefined) throw new Misfit('not UTF-8')
  return text
}

function readShortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  const codes = new Array<number>(end - start)
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte === 0 || byte >= 0x80) return undefined
    codes[i - start] = byte
  }
  return String.fromCharCode.apply(null, codes)
}

export function isObjectPath(text: string): boolean {
  return OBJECT_PATH.test(text)
}

/** True for any number of complete types, one after another. */
export function isSignature(text: string): boolean {
  if (!SIGNATURE_CHARACTERS.test(text)) return false
  let position = 0
  while (position < text.length) {
    const scanned = scanType(text, position, MAX_DEPTH)
    if (scanned === undefined) return false
    position = scanned.end
  }
  return true
}
