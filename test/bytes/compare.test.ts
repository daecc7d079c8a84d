import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes, compareUtf8, concatBytes, equalBytes } from '../../src/bytes/compare.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'

const bytes = fc.uint8Array({ maxLength: 8 })
const text = fc.string({
  unit: fc.constantFrom('a', 'b', '\x7f', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'),
})

test('bytes are ordered as Buffer.compare orders them', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
    }),
  )
})

test('text is ordered as its UTF-8 bytes are', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(compareBytes(encodeUtf8(a), encodeUtf8(b))))
    }),
    { numRuns: 2000 },
  )
})

test('characters beyond U+FFFF come last, unlike in JavaScript', () => {
  expect('\uffff' > '\u{10000}').toBe(true)
  expect(compareUtf8('\uffff', '\u{10000}')).toBeLessThan(0)
})

test('arrays are joined in order', () => {
  fc.assert(
    fc.property(fc.array(bytes), (parts) => {
      expect(Buffer.from(concatBytes(parts))).toEqual(Buffer.concat(parts))
    }),
  )
})
