import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'

test('hex round-trips, in lowercase', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toHex(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('hex'))
      expect(fromHex(text)).toEqual(bytes)
      expect(fromHex(text.toUpperCase())).toEqual(bytes)
    }),
  )
})

test.each(['0', 'abc', '0g', 'g0', ' 00', '0x', '００', 'é0'])('%j is no hexadecimal', (text) => {
  expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
})

test('any text ends in bytes or an OstreeError', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0189abcdefABCDEFg \u00e9') }), (text) => {
      try {
        expect(toHex(fromHex(text))).toBe(text.toLowerCase())
      } catch (error) {
        if (!isOstreeError(error, 'INVALID_FORMAT')) throw error
      }
    }),
  )
})
