// Files with one key a line: base64 for ed25519, plain text for dummy. Facts: spec/signatures.md#key-files

import { fromLooseBase64 } from '../bytes/base64.ts'
import { OstreeError } from '../errors.ts'

const NEWLINE = 10

/** The lines without their newlines; what follows the last newline is a line only if it is not empty. */
export function* linesOf(file: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < file.length; ) {
    const newline = file.indexOf(NEWLINE, start)
    const end = newline < 0 ? file.length : newline
    yield file.subarray(start, end)
    start = end + 1
  }
}

/** @throws {@link OstreeError} `INVALID_FORMAT` at an empty line; the keys before it have been given. */
export function* base64Lines(file: Uint8Array): Generator<Uint8Array> {
  for (const line of linesOf(file)) {
    if (line.length === 0) {
      throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: 'Invalid base64 blob format' })
    }
    yield fromLooseBase64(latin1(line))
  }
}

/** Each byte as the character of its number: enough for text that is ASCII where it matters. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
