// Formats that are declared: layout, error paths, and what hostile bytes and wrong values end in.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import { isOstreeError, OstreeError } from '../../src/errors.ts'
import {
  array,
  bool,
  bytes,
  type Codec,
  decode,
  dict,
  dictEntry,
  encode,
  f64,
  f64be,
  handle,
  i16,
  i16be,
  i32,
  i32be,
  i64,
  i64be,
  mapped,
  maybe,
  objectPath,
  signature,
  str,
  struct,
  tuple,
  u8,
  u16,
  u16be,
  u32,
  u32be,
  u64,
  u64be,
  type ValueOf,
  variant,
} from '../../src/gvariant/schema.ts'

const checksum = mapped(
  bytes,
  (raw) => {
    if (raw.length !== 32) throw new OstreeError('INVALID_CHECKSUM', { text: toHex(raw) })
    return toHex(raw)
  },
  (text: string) => fromHex(text),
)

const COMMIT = struct('(a{sv}aya(say)sstayay)', {
  metadata: dict(str, variant),
  parentChecksum: bytes,
  relatedObjects: array(struct('(say)', { name: str, checksum })),
  subject: str,
  body: str,
  timestamp: u64be,
  rootTreeContents: checksum,
  rootTreeMetadata: checksum,
})

const SAMPLE: ValueOf<typeof COMMIT> = {
  metadata: [
    ['version', { type: 's', value: '42' }],
    ['version', { type: 'u', value: 7 }],
    ['nested', { type: '(sas)', value: ['é', ['a', '', 'b']] }],
  ],
  parentChecksum: new Uint8Array(0),
  relatedObjects: [{ name: 'x', checksum: 'ab'.repeat(32) }],
  subject: 'subject',
  body: '',
  timestamp: 1234567890n,
  rootTreeContents: '01'.repeat(32),
  rootTreeMetadata: '02'.repeat(32),
}

/** What decoding ends in: the value, or where and why not. */
function outcome<T>(schema: Codec<T>, hex: string): T | string {
  try {
    return decode(schema, fromHex(hex))
  } catch (error) {
    if (isOstreeError(error, 'INVALID_FORMAT')) return `${error.details.path}: ${error.details.reason}`
    throw error
  }
}

describe('declared structs', () => {
  test('round-trip with their fields in order and repeated keys kept', () => {
    const encoded = encode(COMMIT, SAMPLE)
    expect(decode(COMMIT, encoded)).toEqual(SAMPLE)
    expect(Object.keys(decode(COMMIT, encoded))).toEqual(Object.keys(SAMPLE))
  })

  test('throw at load time when their fields do not spell the signature', () => {
    expect(() => struct('(su)', { name: str, data: bytes })).toThrow("the fields spell '(say)', not '(su)'")
    expect(() => tuple('(us)', [u32, u32])).toThrow("the fields spell '(uu)', not '(us)'")
    expect(() => struct('(s', { name: str })).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
    expect(() => dictEntry(bytes, str)).toThrow("a dictionary key cannot be 'ay'")
  })

  test('errors name the field', () => {
    const short = encode(struct('(a(say))', { list: array(struct('(say)', { name: str, data: bytes })) }), {
      list: [
        { name: 'a', data: new Uint8Array(32) },
        { name: 'b', data: new Uint8Array(31) },
      ],
    })
    const schema = struct('(a(say))', { relatedObjects: array(struct('(say)', { name: str, checksum })) })
    expect(() => decode(schema, short, 'commit')).toThrow(
      expect.objectContaining({
        code: 'INVALID_FORMAT',
        message: `invalid commit at relatedObjects/1/checksum: Invalid rev ${'00'.repeat(31)}`,
        cause: expect.objectContaining({ code: 'INVALID_CHECKSUM' }),
      }),
    )
    expect(() => encode(COMMIT, { ...SAMPLE, relatedObjects: [{ name: 'x\0', checksum: '' }] })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ path: 'relatedObjects/0/name' }) }),
    )
    expect(() => encode(COMMIT, { ...SAMPLE, metadata: [['k', { type: 'y', value: 256 }]] })).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ path: 'metadata/0/value' }) }),
    )
  })

  test('byte arrays share memory with the input', () => {
    const encoded = encode(bytes, Uint8Array.of(1, 2, 3))
    expect(decode(bytes, encoded).buffer).toBe(encoded.buffer)
  })
})

describe('numbers', () => {
  const cases: readonly (readonly [Codec<number> | Codec<bigint>, number | bigint, string])[] = [
    [u8, 0xff, 'ff'],
    [i16, -2, 'feff'],
    [i16be, -2, 'fffe'],
    [u16, 0x0102, '0201'],
    [u16be, 0x0102, '0102'],
    [i32, -2, 'feffffff'],
    [i32be, -2, 'fffffffe'],
    [u32, 0x01020304, '04030201'],
    [u32be, 0x01020304, '01020304'],
    [handle, -1, 'ffffffff'],
    [i64, -2n, 'feffffffffffffff'],
    [i64be, -2n, 'fffffffffffffffe'],
    [u64, 0x0102030405060708n, '0807060504030201'],
    [u64be, 0x0102030405060708n, '0102030405060708'],
    [f64, 1, '000000000000f03f'],
    [f64be, 1, '3ff0000000000000'],
    [f64be, Number.NaN, '7ff8000000000000'],
  ]
  test.each(cases)('%# %s', (codec, value, hex) => {
    const schema = codec as Codec<number | bigint>
    expect(toHex(encode(schema, value))).toBe(hex)
    expect(decode(schema, fromHex(hex))).toBe(value)
    expect(outcome(schema, hex.slice(2))).toMatch(/bytes where . are expected/)
  })

  test.each([
    [u8, 256],
    [u8, -1],
    [i16, 0x8000],
    [u16be, 65536],
    [u32, 0.5],
    [u32be, Number.NaN],
    [i32, 2 ** 31],
  ] as const)('%# %s does not fit', (schema, value) => {
    expect(() => encode(schema, value)).toThrow('is out of range')
  })

  test('64-bit numbers that do not fit', () => {
    for (const value of [-1n, 1n << 64n]) expect(() => encode(u64be, value)).toThrow('is out of range')
    for (const value of [1n << 63n, -(1n << 63n) - 1n]) expect(() => encode(i64, value)).toThrow('is out of range')
  })
})

describe('what is not in normal form', () => {
  test.each<readonly [string, Codec<unknown>, string, string]>([
    ['a boolean of 2', bool, '02', ': 2 is no boolean'],
    ['a string without NUL', str, '61', ': no NUL at the end of a string'],
    ['an empty string without NUL', str, '', ': no NUL at the end of a string'],
    ['a NUL inside a string', str, '610062', ': no NUL at the end of a string'],
    ['a NUL inside a terminated string', str, '61006200', ': NUL inside a string'],
    ['a string that is not UTF-8', str, 'ff00', ': not UTF-8'],
    ['an object path', objectPath, '612f00', ": 'a/' is no object path"],
    ['a signature', signature, '6d7300', ": 'ms' is no signature"],
    ['padding that is not zero', tuple('(yu)', [u8, u32]), '0101000001000000', '1: padding is not zero'],
    ['final padding', tuple('(uy)', [u32, u8]), '0100000001000100', ': padding is not zero'],
    ['an array that ends inside an element', array(u16), '010203', ': the array ends inside an element'],
    ['a framing offset beyond the end', array(str), '610005', ': bad framing offsets'],
    ['a framing offset beyond the body', array(str), '610062000402', '0: bad framing offset'],
    ['framing offsets that go back', array(bytes), '61006200040204', '1: bad framing offset'],
    ['bytes behind the last member', tuple('(su)', [str, u32]), `61000000${'01000000'}0002`, ': bytes left over'],
    ['a member that ends outside', tuple('(ss)', [str, str]), '61006200ff', '0: ends outside its container'],
    ['a maybe without its zero byte', maybe(str), '610001', ': no zero byte after the value of a maybe'],
    ['a maybe of the wrong size', maybe(u16), '61', ': wrong size for the value of a maybe'],
    ['a variant without a type', variant, '73', ': no type in a variant'],
    ['a variant of no type', variant, '00007a', ": 'z' is no type"],
    ['a variant of an indefinite type', variant, '00002a', ": '*' is no type"],
    ['a variant whose value is too long', variant, '01020079', ': wrong size for the value of a variant'],
    ['no bytes for a variant', variant, '', ': no type in a variant'],
  ])('%s', (_, schema, hex, expected) => {
    expect(outcome(schema, hex)).toEqual(expect.stringContaining(expected))
  })

  test('two-byte framing offsets where one byte would do', () => {
    const strings = array(str)
    const body = '61'.repeat(252)
    expect(outcome(strings, `${body}00fd`)).toEqual(['a'.repeat(252)])
    expect(outcome(strings, `${body}00fd00`)).toMatch(/bad framing offset/)
    const longer = '61'.repeat(253)
    expect(outcome(strings, `${longer}00fe`)).toEqual(['a'.repeat(253)])
    expect(outcome(strings, `${longer}00fe00`)).toMatch(/bad framing offsets/) // 256 bytes in all: GLib once took this
    expect(outcome(strings, `${longer}6100ff00`)).toEqual(['a'.repeat(254)])
  })
})

describe('values that are not of their type', () => {
  test.each<readonly [string, () => Uint8Array]>([
    ['text for a number', () => encode(u32 as Codec<unknown>, '1')],
    ['a number for text', () => encode(str as Codec<unknown>, 1)],
    ['a number for 64 bits', () => encode(u64 as Codec<unknown>, 1)],
    ['text for a boolean', () => encode(bool as Codec<unknown>, 'true')],
    ['an array for bytes', () => encode(bytes as Codec<unknown>, [1])],
    ['an object for an array', () => encode(array(u8) as Codec<unknown>, { length: 0 })],
    ['a bare value for a maybe', () => encode(maybe(u8) as Codec<unknown>, 1)],
    ['too few members', () => encode(tuple('(yy)', [u8, u8]) as Codec<unknown>, [1])],
    ['no object for a variant', () => encode(variant as Codec<unknown>, null)],
    ['no type in a variant', () => encode(variant as Codec<unknown>, { value: 1 })],
    ['an invalid type in a variant', () => encode(variant, { type: 'zz', value: 1 })],
    ['a lone surrogate', () => encode(str, '\ud800')],
    ['a bad object path', () => encode(objectPath, 'a')],
  ])('%s', (_, write) => {
    expect(write).toThrow(expect.objectContaining({ code: 'INVALID_FORMAT' }))
  })
})

describe('hostile bytes', () => {
  const encoded = encode(COMMIT, SAMPLE)

  /** Normal form leaves one spelling for each value, so whatever decodes must encode to the same bytes. */
  function expectValueOrError(data: Uint8Array): void {
    let value: ValueOf<typeof COMMIT>
    try {
      value = decode(COMMIT, data)
    } catch (error) {
      if (isOstreeError(error, 'INVALID_FORMAT')) return
      throw error
    }
    expect(toHex(encode(COMMIT, value))).toBe(toHex(data))
  }

  test('every truncation of a commit is an error', () => {
    for (let length = 0; length < encoded.length; length++) {
      expect(() => decode(COMMIT, encoded.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'INVALID_FORMAT' }),
      )
    }
  })

  test('every flipped bit of a commit is an error or another value', () => {
    for (let bit = 0; bit < encoded.length * 8; bit++) {
      const flipped = encoded.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      expectValueOrError(flipped)
    }
  })

  test('any bytes end in a value or an OstreeError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectValueOrError), { numRuns: 1000 })
  })

  test('ten megabytes of anything are refused at once', () => {
    const start = performance.now()
    for (const filler of [0, 1, 0x28, 0x61, 0x76, 0xff]) {
      expect(() => decode(COMMIT, new Uint8Array(10_000_000).fill(filler))).toThrow(
        expect.objectContaining({ code: 'INVALID_FORMAT' }),
      )
    }
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  test('variants nest to the limit and no further', () => {
    const nested = (levels: number): Uint8Array => {
      const data = new Uint8Array(1 + 2 * levels)
      for (let i = 1; i <= levels; i++) data[2 * i] = i === 1 ? 0x79 : 0x76
      return data
    }
    expect(() => decode(variant, nested(127))).not.toThrow()
    expect(() => decode(variant, nested(128))).toThrow('nested too deeply')
    expect(() => decode(variant, nested(100_000))).toThrow('nested too deeply')
    let value: ValueOf<typeof variant> = { type: 'y', value: 0 }
    for (let i = 1; i < 127; i++) value = { type: 'v', value }
    expect(encode(variant, value)).toEqual(nested(127))
    expect(() => encode(variant, { type: 'v', value })).toThrow('nested too deeply')
  })
})

test('a dirtree of 200,000 entries is written and read without quadratic cost', () => {
  const schema = struct('(a(say)a(sayay))', {
    files: array(struct('(say)', { name: str, checksum })),
    directories: array(struct('(sayay)', { name: str, contents: checksum, metadata: checksum })),
  })
  const files = Array.from({ length: 200_000 }, (_, i) => ({ name: `name-${i}`, checksum: 'ab'.repeat(32) }))
  const start = performance.now()
  const encoded = encode(schema, { files, directories: [] })
  expect(decode(schema, encoded).files).toHaveLength(200_000)
  expect(performance.now() - start).toBeLessThan(20_000)
})
