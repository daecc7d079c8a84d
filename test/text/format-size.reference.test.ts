// Sizes as g_format_size writes them, ties between two tenths included.

import fc from 'fast-check'
import { expect } from 'vitest'
import { formatSize } from '../../src/text/format-size.ts'
import { testInsideReference } from '../reference.ts'
import { referencePython } from '../reference-python.ts'
import { seedOr } from '../seed.ts'

testInsideReference('5,000 sizes read as g_format_size writes them', async () => {
  const quarter = fc
    .tuple(fc.bigInt({ min: 1n, max: 4000n }), fc.integer({ min: 1, max: 5 }))
    .map(([quarters, power]) => (quarters * 1000n ** BigInt(power)) / 4n)
  const near = fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.bigInt({ min: 0n, max: 2n }))
    .map(([power, above]) => 1000n ** BigInt(power) + above - 1n)
  const size = fc.oneof(
    quarter,
    near,
    fc.bigInt({ min: 0n, max: 20_000n }),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  const sizes = fc.sample(size, { numRuns: 5000, seed: seedOr(7) })
  const theirs = await referencePython(new URL('reference.py', import.meta.url), sizes.map(String), {
    LC_ALL: 'C.UTF-8',
  })
  expect(sizes.map((one) => formatSize(one))).toEqual(theirs)
})
