// Damaged files end in a value or an OstreeError, and leave nothing behind that they should not. `npm run fuzz` gives each
// reader far more of them; OSTREE_TS_SEED picks others.

import { expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { isOstreeError } from '../../src/errors.ts'
import { seedOr } from '../seed.ts'
import { seeded } from '../tar/fuzz.ts'
import { DELTA_TARGETS } from './delta-targets.ts'
import { mutate } from './mutate.ts'
import { SIGNATURE_TARGETS } from './signature-targets.ts'
import { SUMMARY_TARGETS } from './summary-targets.ts'
import type { FuzzReader, FuzzTarget } from './target.ts'

const TARGETS: readonly FuzzTarget[] = [...DELTA_TARGETS, ...SIGNATURE_TARGETS, ...SUMMARY_TARGETS]

/** For each target. */
const INPUTS = Number(process.env.OSTREE_TS_FUZZ_INPUTS ?? 250)
const HOURS_MS = 3_600_000

test.each(TARGETS)('$name', { timeout: 10 * HOURS_MS }, async (target) => {
  const read = await target.prepare()
  for (const seed of target.seeds) await read(seed) // a good file must pass
  const random = seeded(seedOr(2026))
  let refused = 0
  for (let count = 0; count < INPUTS; count++) {
    if (!(await passes(read, mutate(random, target.seeds), count))) refused++
  }
  expect(refused).toBeGreaterThan(0)
})

async function passes(read: FuzzReader, input: Uint8Array, count: number): Promise<boolean> {
  try {
    await read(input)
    return true
  } catch (error) {
    if (isOstreeError(error)) return false
    throw new Error(`input ${count}: ${toHex(input)}`, { cause: error })
  }
}
