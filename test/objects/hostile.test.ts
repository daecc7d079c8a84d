// Broken objects end in a value or an OstreeError, whatever is broken, and a value encodes.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'
import { decodeDetachedMetadata } from '../../src/objects/commit.ts'
import { decodeFrame } from '../../src/objects/file-header.ts'
import { seedOr } from '../seed.ts'
import { FORMATS } from './decoders.ts'

/** The value, or `undefined` after an OstreeError; anything else fails the test. */
function tryDecode<T>(decode: (data: Uint8Array) => T, data: Uint8Array): T | undefined {
  try {
    return decode(data)
  } catch (error) {
    if (!isOstreeError(error)) throw error
    return undefined
  }
}

describe.each(FORMATS)('$name', ({ decode, encode, values }) => {
  const samples = fc.sample(values, { seed: seedOr(2026), numRuns: 12 }).map(encode)

  test('cut short at every length', () => {
    for (const data of samples) {
      for (let length = 0; length < data.length; length++) tryDecode(decode, data.subarray(0, length))
    }
  })

  test('every byte changed', () => {
    let refused = 0
    for (const data of samples) {
      for (let at = 0; at < data.length; at++) {
        for (const bits of [0x01, 0x80, 0xff]) {
          const changed = data.slice()
          changed[at]! ^= bits
          const value = tryDecode(decode, changed)
          if (value === undefined) refused++
          else encode(value) // no value that cannot be written
        }
      }
    }
    expect(refused).toBeGreaterThan(0)
  })

  test('huge lengths where lengths stand, and noise', () => {
    for (const data of samples) {
      const huge = data.slice()
      huge.fill(0xff, Math.max(0, huge.length - 8))
      tryDecode(decode, huge)
      tryDecode(decode, new Uint8Array([...data, ...data]))
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => void tryDecode(decode, data)))
  })

  test('nothing follows the value', () => {
    for (const data of samples) {
      const value = tryDecode(decode, Uint8Array.of(...data, 0))
      if (value !== undefined) expect(toHex(encode(value))).toBe(`${toHex(data)}00`)
    }
  })
})

test('metadata that nests too deeply is refused', () => {
  for (const depth of [10, 100, 127, 1000]) {
    let inner = Uint8Array.of(0, 0, 0x79) // <byte 0>
    for (let level = 0; level < depth; level++) inner = Uint8Array.of(...inner, 0, 0x76)
    const head = Uint8Array.of(0x6b, 0, 0, 0, 0, 0, 0, 0)
    const entry = Uint8Array.of(...head, ...inner, 2)
    const ends = entry.length > 250 ? [entry.length & 0xff, entry.length >> 8] : [entry.length]
    const dictionary = Uint8Array.of(...entry, ...ends)
    const value = tryDecode(decodeDetachedMetadata, dictionary)
    expect(value === undefined, `${depth} levels`).toBe(depth >= 127)
  }
})

test('a frame that promises more than there is is refused', () => {
  const frame = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)
  expect(tryDecode((data) => decodeFrame(data, 8), frame)).toBeUndefined()
  for (let length = 0; length < 8; length++) {
    expect(tryDecode((data) => decodeFrame(data, length), frame.subarray(0, length))).toBeUndefined()
  }
  expect(tryDecode((data) => decodeFrame(data, 8), new Uint8Array(8))).toBeUndefined()
})
