// The text format where GLib is not at hand (glib.test.ts compares with it), and what it does with wrong values.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { parseVariant } from '../../src/gvariant/parse-text.ts'
import { formatDouble } from '../../src/gvariant/print-double.ts'
import { printVariant } from '../../src/gvariant/print-text.ts'
import { parseDouble, parseInteger } from '../../src/gvariant/text-numbers.ts'
import { parseType } from '../../src/gvariant/type.ts'
import type { Value, Variant } from '../../src/gvariant/value.ts'
import { decodeVariant, encodeVariant } from '../../src/gvariant/variant.ts'
import { Random, randomType, randomValue } from './random.ts'
import { randomSource } from './random-text.ts'

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [1, '1.0'],
  [-1.5, '-1.5'],
  [0.1, '0.10000000000000001'],
  [1e16, '10000000000000000.0'],
  [1e17, '1e+17'],
  [123456789012345680, '1.2345678901234568e+17'],
  [1e22, '1e+22'],
  [0.0001, '0.0001'],
  [0.00001, '1.0000000000000001e-05'],
  [5e-324, '4.9406564584124654e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [2 ** -25, '2.9802322387695312e-08'], // a tie: C rounds to even, JavaScript would give …313
  [3 * 2 ** -25, '8.9406967163085938e-08'], // a tie that goes up
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
])('%d is printed as %s', (value, text) => {
  expect(formatDouble(value)).toBe(text)
})

describe('numbers are taken as C takes them', () => {
  test.each([
    ['0', 0n, 1],
    ['10', 10n, 2],
    ['010', 8n, 3],
    ['0x1F', 31n, 4],
    ['0b101', 5n, 5],
    ['09', 0n, 1],
    ['0x', 0n, 1],
    ['0b2', 0n, 1],
    ['+7', 7n, 2],
    ['-1', 0xffff_ffff_ffff_ffffn, 2],
    ['18446744073709551615', 0xffff_ffff_ffff_ffffn, 20],
    ['00000000000000000000000000000000000000000000000000000000000000000000007', 7n, 71],
    ['x', 0n, 0],
    ['-', 0n, 0],
  ])('integer %s', (text, value, end) => {
    expect(parseInteger(text)).toEqual({ value, end, overflow: false })
  })

  test.each(['18446744073709551616', '0x10000000000000000', '9'.repeat(1000)])('%s is too large', (text) => {
    expect(parseInteger(text)).toMatchObject({ end: text.length, overflow: true })
  })

  test.each([
    ['1.5', 1.5, 3],
    ['1e', 1, 1],
    ['.5', 0.5, 2],
    ['5.', 5, 2],
    ['0x1.8p1', 3, 7],
    ['0x.8', 0.5, 4],
    ['0x1p', 1, 3],
    ['0x', 0, 1],
    ['-INFinityx', Number.NEGATIVE_INFINITY, 9],
    ['0x1p-1074', 5e-324, 9],
    ['0x3p-1075', 1e-323, 9],
    ['1e-400', 0, 6],
    ['.', 0, 0],
  ])('double %s', (text, value, end) => {
    expect(parseDouble(text)).toMatchObject({ value, end })
  })

  test.each([
    ['1e309', true],
    ['1e308', false],
    ['inf', false],
    ['0x1p1024', true],
    ['1e-310', true],
    ['0x1p-1074', false],
    ['0x3p-1075', true],
    ['0x1.fffffffffffffp-1023', true],
    ['0x1.fffffffffffffcp-1023', false], // rounds up to the smallest normal number either way
    ['2.2250738585072014e-308', false],
    ['1e-400', false],
    ['0x1p-99999999999', false],
    ['0x1p99999999999', true],
  ])('%s out of range: %s', (text, outOfRange) => {
    expect(parseDouble(text).outOfRange).toBe(outOfRange)
  })
})

test('what is printed with types reads back as the same bytes', () => {
  const random = new Random(5)
  for (let i = 0; i < 2000; i++) {
    const type = randomType(random, 1 + (i % 4))
    const variant = { type, value: randomValue(random, parseType(type)) }
    const text = printVariant(variant, { typeAnnotate: true })
    if (/nan|[0-9]e-3[0-9]{2}/.test(text)) continue // a payload that the text leaves out, a number that C refuses
    expect(encodeVariant(parseVariant(text))).toEqual(encodeVariant(variant))
    expect(parseVariant(printVariant(variant), type)).toEqual(decodeVariant(type, encodeVariant(variant)))
  }
})

test('a dictionary of a type that no data can have is refused, where GLib writes what it cannot read', () => {
  const nested = (levels: number) => `${'{1:'.repeat(levels)}2${'}'.repeat(levels)}`
  expect(decodeVariant('v', encodeVariant({ type: 'v', value: parseVariant(nested(63)) }))).toBeDefined()
  expect(() => parseVariant(nested(65))).toThrow('0-261:type nests too deeply')
})

test('bytes that were no UTF-8 on the command line stay in bytestrings, and are refused in strings', () => {
  // One lone surrogate for each such byte.
  expect(parseVariant("b'\udcff'")).toEqual({ type: 'ay', value: Uint8Array.of(0xff, 0) })
  expect(() => parseVariant("'\udcff'")).toThrow('0-3:string constant is not valid UTF-8')
})

test('any text ends in a value or an error with a position', () => {
  const random = new Random(6)
  const sources = fc.oneof(
    fc.string(),
    fc.constant('').map(() => randomSource(random)),
  )
  fc.assert(
    fc.property(sources, (text) => {
      try {
        encodeVariant(parseVariant(text))
      } catch (error) {
        if (!isOstreeError(error, 'INVALID_VARIANT_TEXT')) throw error
        expect(error.message).toMatch(/^\d+(-\d+)?(,\d+-\d+)?:./)
      }
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['brackets', '['.repeat(100_000)],
  ['variants', '<'.repeat(100_000)],
  ['just', 'just '.repeat(100_000)],
  ['types', '@ay '.repeat(100_000)],
  ['a deep type', `@${'a'.repeat(100_000)}y []`],
  ['a wide type', `@(${'y'.repeat(100_000)}) ()`],
  ['a long number', '9'.repeat(100_000)],
  ['a long fraction', `0.${'0'.repeat(100_000)}1`],
  ['a long string', `'${'\\'.repeat(100_001)}`],
  ['a long word', 'a'.repeat(100_000)],
  ['spaces', ' '.repeat(100_000)],
])('hostile text: %s', (_, text) => {
  const start = performance.now()
  try {
    parseVariant(text)
  } catch (error) {
    if (!isOstreeError(error, 'INVALID_VARIANT_TEXT')) throw error
  }
  expect(performance.now() - start).toBeLessThan(20_000)
})

test.each<[string, Value]>([
  ['u', 'text'],
  ['s', 5],
  ['b', 1],
  ['y', 256],
  ['d', 'x'],
  ['as', 'x'],
  ['ay', [1]],
  ['(ss)', ['x']],
  ['v', 1],
  ['mi', 1],
  ['a{ss}', ['x']],
])('printing refuses a value that is no %s', (type, value) => {
  expect(() => printVariant({ type, value })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})

test('printing refuses variants that nest beyond what data can hold', () => {
  let value: Variant = { type: 'y', value: 0 }
  for (let i = 0; i < 10_000; i++) value = { type: 'v', value }
  expect(() => printVariant(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }))
})
