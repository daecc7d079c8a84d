// Random tests meet the same values in every run.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seedOr } from './seed.ts'

test('fast-check has a seed that no run changes by itself', () => {
  expect(fc.readConfigureGlobal().seed).toBe(seedOr(2026))
  const sample = () => fc.sample(fc.uint8Array(), 50)
  expect(sample()).toEqual(sample())
  const asserted = () => {
    const seen: number[] = []
    fc.assert(fc.property(fc.nat(), (value) => void seen.push(value)))
    return seen
  }
  expect(asserted()).toEqual(asserted())
})
