import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex } from '../../src/bytes/hex.ts'
import { decodeUtf8, encodeUtf8, tryDecodeUtf8 } from '../../src/bytes/utf8.ts'

test('text round-trips, a byte order mark included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodeUtf8(encodeUtf8(`\ufeff${text}`))).toBe(`\ufeff${text}`)
    }),
  )
})

test.each([
  ['a lone continuation', '80'],
  ['an overlong form', 'c080'],
  ['a surrogate', 'eda080'],
  ['a number beyond Unicode', 'f4908080'],
  ['a cut character', 'e282'],
])('%s is not UTF-8', (_, hex) => {
  expect(tryDecodeUtf8(fromHex(hex))).toBeUndefined()
  expect(() => decodeUtf8(fromHex(hex))).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
})

test('a lone surrogate is not written', () => {
  expect(() => encodeUtf8('a\ud800')).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
})
