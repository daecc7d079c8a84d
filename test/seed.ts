// The one place where tests get their randomness from: the same in every run, unless OSTREE_TS_SEED says otherwise.
// A setup file of vitest, so that fast-check has its seed in every test file.

import fc from 'fast-check'

const GIVEN = process.env.OSTREE_TS_SEED
const DEFAULT_SEED = 2026

/** The seed that the environment asks for, or this one. */
export function seedOr(seed: number): number {
  if (GIVEN === undefined) return seed
  const given = Number(GIVEN)
  if (!Number.isSafeInteger(given)) throw new Error(`OSTREE_TS_SEED=${GIVEN} is not an integer`)
  return given
}

fc.configureGlobal({ seed: seedOr(DEFAULT_SEED) })

/** Bytes that do not compress, the same in each run. */
export function pseudoRandomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  let state = 42
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[i] = state >>> 16
  }
  return bytes
}
