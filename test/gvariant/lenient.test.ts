// Broken data read as GLib reads it (glib.test.ts compares), and the ends that hostile data may come to.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import { byteswap, decodeLenient, isNormalForm, normalize } from '../../src/gvariant/normal-form.ts'
import { printVariant } from '../../src/gvariant/print-text.ts'
import { tryParseType } from '../../src/gvariant/type.ts'
import { decodeVariant } from '../../src/gvariant/variant.ts'
import { overlapping } from './random.ts'

const read = (type: string, hex: string) => printVariant(decodeLenient(type, fromHex(hex)), { typeAnnotate: true })

test.each([
  ['b', '07', 'true'],
  ['u', '01', 'uint32 0'],
  ['s', '61', "''"],
  ['s', '610062', "''"],
  ['o', '6100', "objectpath '/'"],
  ['g', '7a00', "signature ''"],
  ['ai', '0100000002', '@ai []'],
  ['as', '6100ff', '@as []'],
  ['mi', '01', '@mi nothing'],
  ['ms', '6100ff', "@ms 'a'"],
  ['ms', '00', "@ms ''"],
  ['(yu)', '01020304', '(byte 0x00, uint32 0)'],
  ['(yu)', '01ffffff04000000', '(byte 0x01, uint32 4)'],
  ['(ss)', '61006200ff', "('', '')"],
  ['(sas)', '', "('', @as [])"],
  ['v', '', '<()>'],
  ['v', '0073', "<''>"],
  ['v', '01027100', '<()>'],
  ['v', '01020071', '<uint16 513>'],
])('%s from %s reads %s', (type, hex, text) => {
  expect(read(type, hex)).toBe(text)
})

test('any bytes read as some value of any type, whose normal form is normal and reads the same', () => {
  const types = fc
    .string({ unit: fc.constantFrom(...'aam((){}ybnqiuxthdsogv') })
    .filter((signature) => tryParseType(signature) !== undefined)
  const type = fc.oneof(fc.constantFrom('(a{sv}aya(say)sstayay)', 'a(sv)', '(svs)', 'av', 'aa{sv}', '(ssss)'), types)
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 80 }), (signature, data) => {
      const value = decodeLenient(signature, data)
      const normal = normalize(signature, data)
      expect(isNormalForm(signature, normal)).toBe(true)
      expect(decodeVariant(signature, normal)).toEqual(value)
      expect(decodeLenient(signature, byteswap(signature, data), 'big')).toEqual(value)
    }),
    { numRuns: 1000 },
  )
})

test('a tuple whose first member is out of place may show the same bytes twice', () => {
  expect(read('v', toHex(overlapping(1)))).toBe('<(<()>, <()>, <byte 0x05>, <()>, <byte 0x05>)>')
  expect(read('v', toHex(overlapping(3))).match(/0x05/g)).toHaveLength(8)
})

test('parts that overlap again and again end in an error, not in centuries of work', () => {
  const start = performance.now()
  const data = overlapping(60)
  expect(data.length).toBeLessThan(1000)
  expect(() => decodeLenient('v', data)).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
  expect(() => decodeVariant('v', data)).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
  expect(performance.now() - start).toBeLessThan(20_000)
})

test('a million missing elements of a large type cost no more than one', () => {
  // Offsets of an array whose elements are all empty; each reads as a tuple of 200 defaults.
  const data = new Uint8Array(1_000_000)
  const start = performance.now()
  const { value } = decodeLenient(`a(${'sv'.repeat(100)})`, data)
  expect(value).toHaveLength(250_000)
  expect(performance.now() - start).toBeLessThan(20_000)
})

test('text that would be far longer than its bytes is refused', () => {
  const huge = decodeLenient(`a(${'sv'.repeat(500)})`, new Uint8Array(1000))
  const text = printVariant(huge)
  expect(text.length).toBeGreaterThan(1_000_000)
  expect(printVariant(huge, { maxCharacters: text.length })).toBe(text)
  expect(() => printVariant(huge, { maxCharacters: text.length - 1 })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  )
})
