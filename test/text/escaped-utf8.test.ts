import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeEscapedUtf8, encodeEscapedUtf8, isCleanUtf8, printableText } from '../../src/text/escaped-utf8.ts'

/** Bytes that are often close to UTF-8: leads, continuations, and the edges of what is allowed. */
const byte = fc.oneof(
  fc.constantFrom(
    0x00,
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
  ),
  fc.integer({ min: 0, max: 255 }),
)
const anyBytes = fc.array(byte, { maxLength: 12 }).map((list) => Uint8Array.from(list))

test('any bytes come back unchanged', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(encodeEscapedUtf8(decodeEscapedUtf8(bytes))).toEqual(bytes)
    }),
    { numRuns: 3000 },
  )
})

test('what the platform takes for UTF-8 decodes the same and is clean; the rest is not', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const text = decodeEscapedUtf8(bytes)
      let decoded: string | undefined
      try {
        decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
      }
      expect(isCleanUtf8(text)).toBe(decoded !== undefined)
      if (decoded !== undefined) expect(text).toBe(decoded)
    }),
    { numRuns: 3000 },
  )
})

test('printable text shows one mark for each stray byte', () => {
  expect(printableText(decodeEscapedUtf8(Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62, 0)))).toBe(
    'a\ufffd\ufffd\ufffdb\ufffd',
  )
})
