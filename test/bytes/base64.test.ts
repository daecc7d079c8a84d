import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeDeltaBase64, encodeDeltaBase64, fromBase64, toBase64 } from '../../src/bytes/base64.ts'
import { fromHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'

test('standard base64 is what Node spells', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = toBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect(fromBase64(text)).toEqual(bytes)
    }),
  )
})

test('delta names: `_` for `/`, no padding, 43 characters for a checksum', () => {
  const checksum = fromHex(`${'fb'.repeat(30)}ffff`)
  const name = encodeDeltaBase64(checksum)
  expect(name).toBe('+_v7+_v7+_v7+_v7+_v7+_v7+_v7+_v7+_v7+_v7__8')
  expect(name).toHaveLength(43)
  expect(decodeDeltaBase64(name)).toEqual(checksum)
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeDeltaBase64(encodeDeltaBase64(bytes))).toEqual(bytes)
    }),
  )
})

test.each([
  ['a length that no bytes have', () => decodeDeltaBase64('A')],
  ['a slash in a delta name', () => decodeDeltaBase64('ab/d')],
  ['an underscore in standard base64', () => fromBase64('ab_d')],
  ['no padding', () => fromBase64('YQ')],
  ['padding in a delta name', () => decodeDeltaBase64('YQ==')],
  ['padding inside', () => fromBase64('YQ==YQ==')],
  ['too much padding', () => fromBase64('Y===')],
  ['unused bits that are set', () => decodeDeltaBase64('YR')],
  ['a newline', () => fromBase64('YQ\n=')],
])('refuses %s', (_, decode) => {
  expect(decode).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
})

test('any text ends in bytes that spell it again, or in an OstreeError', () => {
  const characters = fc.constantFrom(...'ABYZabyz0189+/_=-\n\u00e9')
  fc.assert(
    fc.property(fc.string({ unit: characters }), (text) => {
      for (const [decode, encode] of [
        [fromBase64, toBase64],
        [decodeDeltaBase64, encodeDeltaBase64],
      ] as const) {
        try {
          expect(encode(decode(text))).toBe(text)
        } catch (error) {
          if (!isOstreeError(error, 'INVALID_FORMAT')) throw error
        }
      }
    }),
  )
})
