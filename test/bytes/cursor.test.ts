import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Cursor, encodeVaruint } from '../../src/bytes/cursor.ts'
import { fromHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'

test('numbers of both byte orders', () => {
  const cursor = new Cursor(
    fromHex('01 0201 0102 04030201 01020304 0807060504030201 0102030405060708 aabb'.replaceAll(' ', '')),
  )
  expect(cursor.u8('a')).toBe(1)
  expect(cursor.u16le('b')).toBe(0x0102)
  expect(cursor.u16be('c')).toBe(0x0102)
  expect(cursor.u32le('d')).toBe(0x01020304)
  expect(cursor.u32be('e')).toBe(0x01020304)
  expect(cursor.u64le('f')).toBe(0x0102030405060708n)
  expect(cursor.u64be('g')).toBe(0x0102030405060708n)
  expect(cursor.remaining).toBe(2)
  expect(cursor.bytes(2, 'h')).toEqual(fromHex('aabb'))
  expect(cursor.atEnd).toBe(true)
  expect(cursor.offset).toBe(31)
})

test('the first and the last number of each size', () => {
  const cursor = new Cursor(new Uint8Array(46).fill(0xff))
  expect([cursor.u8('a'), cursor.u16le('a'), cursor.u32be('a'), cursor.u64le('a')]).toEqual([
    0xff,
    0xffff,
    0xffff_ffff,
    0xffff_ffff_ffff_ffffn,
  ])
})

test('reading beyond the end names the field and where it starts, and takes nothing', () => {
  const cursor = new Cursor(fromHex('010203'), 1)
  for (const [field, read] of [
    ['size', () => cursor.u32be('size')],
    ['wide', () => cursor.u64le('wide')],
    ['content', () => cursor.bytes(3, 'content')],
    ['negative', () => cursor.bytes(-1, 'negative')],
    ['odd', () => cursor.bytes(Number.NaN, 'odd')],
  ] as const) {
    expect(read).toThrow(expect.objectContaining({ code: 'TRUNCATED', details: { field, offset: 1 } }))
    expect(cursor.offset).toBe(1)
  }
})

test('varuints: seven bits a byte, lowest first', () => {
  expect(encodeVaruint(0)).toEqual([0])
  expect(encodeVaruint(127)).toEqual([0x7f])
  expect(encodeVaruint(300)).toEqual([0xac, 0x02])
  expect(new Cursor(Uint8Array.from(encodeVaruint(0xffff_ffff_ffff_ffffn))).varuint('n')).toBe(0xffff_ffff_ffff_ffffn)
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), (value) => {
      const cursor = new Cursor(Uint8Array.from(encodeVaruint(value)))
      expect(cursor.varuint('n')).toBe(value)
      expect(cursor.atEnd).toBe(true)
    }),
  )
})

test('varuints that are cut short, too long or too large', () => {
  const code = (hex: string, read = (cursor: Cursor): unknown => cursor.varuint('n')) => {
    try {
      return read(new Cursor(fromHex(hex)))
    } catch (error) {
      if (isOstreeError(error)) return error.code
      throw error
    }
  }
  expect(code('')).toBe('TRUNCATED')
  expect(code('8080')).toBe('TRUNCATED')
  expect(code('ffffffffffffffffff02')).toBe('INVALID_FORMAT')
  expect(code('8080808080808080808000')).toBe('INVALID_FORMAT')
  expect(code('ffffffffffffff1f', (cursor) => cursor.varuintNumber('n'))).toBe('INVALID_FORMAT')
  expect(code('ffffffffffffff0f', (cursor) => cursor.varuintNumber('n'))).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => encodeVaruint(-1)).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
  expect(() => encodeVaruint(1n << 64n)).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
})

test('any bytes, read in any way, end in a value or an OstreeError', () => {
  const reads = ['u8', 'u16le', 'u32be', 'u64le', 'varuint', 'varuintNumber'] as const
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(fc.constantFrom(...reads)), (bytes, plan) => {
      const cursor = new Cursor(bytes)
      for (const read of plan) {
        try {
          cursor[read]('field')
        } catch (error) {
          if (!isOstreeError(error)) throw error
        }
        expect(cursor.offset).toBeLessThanOrEqual(bytes.length)
      }
    }),
  )
})
