import fc from 'fast-check'
import { expect, test } from 'vitest'
import { swap16, swap32, swap64 } from '../../src/bytes/byte-order.ts'

test('swapping turns bytes around, without a sign', () => {
  expect(swap16(0x0102)).toBe(0x0201)
  expect(swap32(0x01020384)).toBe(0x84030201)
  expect(swap64(0x0102030405060788n)).toBe(0x8807060504030201n)
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff_ffff), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (a, b, c) => {
      expect(swap16(swap16(a))).toBe(a)
      expect(swap32(swap32(b))).toBe(b)
      expect(swap64(swap64(c))).toBe(c)
    }),
  )
})
