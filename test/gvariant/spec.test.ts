// spec/gvariant.md against the code: every dump, every text with its outcome, every hash order.

import { describe, expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'
import { StringHashOrder } from '../../src/gvariant/hash-order.ts'
import { decodeLenient, isNormalForm } from '../../src/gvariant/normal-form.ts'
import { parseVariant } from '../../src/gvariant/parse-text.ts'
import { printVariant } from '../../src/gvariant/print-text.ts'
import { decodeVariant, encodeVariant } from '../../src/gvariant/variant.ts'
import { specBlocks, specDumps, specTexts } from './spec-page.ts'

describe('dumps', () => {
  const dumps = specDumps()

  test('are many', () => {
    expect(dumps.length).toBeGreaterThan(20)
  })

  test.each(dumps.filter((dump) => dump.text !== undefined))('$type $text', ({ type, text, order, data }) => {
    const value = decodeVariant(type, data, order)
    expect(printVariant(value, { typeAnnotate: true })).toBe(text)
    expect(toHex(encodeVariant(value, order))).toBe(toHex(data))
    expect(toHex(encodeVariant(parseVariant(text!), order))).toBe(toHex(data))
  })

  test.each(dumps.filter((dump) => dump.reads !== undefined))('$type reads $reads', ({ type, reads, data }) => {
    expect(isNormalForm(type, data)).toBe(false)
    expect(printVariant(decodeLenient(type, data), { typeAnnotate: true })).toBe(reads)
  })
})

test.each(specTexts())('%s => %s', (source, expected) => {
  try {
    const value = parseVariant(source)
    expect(`${value.type} ${printVariant(value, { typeAnnotate: true })}`).toBe(expected)
  } catch (error) {
    if (!isOstreeError(error, 'INVALID_VARIANT_TEXT')) throw error
    expect(`error ${error.message}`).toBe(expected)
  }
})

test.each(specBlocks('hash-order'))('hash order of %s', (keys, order) => {
  expect(`=> ${[...new StringHashOrder(keys.split(' '))].join(' ')}`).toBe(order)
})
