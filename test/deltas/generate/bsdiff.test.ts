// Patches: what bspatch makes of them, and suffixes in order.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareBytes } from '../../../src/bytes/compare.ts'
import { bspatch } from '../../../src/deltas/bspatch.ts'
import { bsdiff } from '../../../src/deltas/generate/bsdiff.ts'
import { patchByWindows } from '../../../src/deltas/generate/patch-windows.ts'
import { Scratch } from '../../../src/deltas/generate/scratch.ts'
import { sortSuffixes } from '../../../src/deltas/generate/suffix-array.ts'
import { inMemory } from '../../../src/deltas/random-access.ts'
import { noise, sprinkled } from '../samples.ts'

async function patched(old: Uint8Array, patch: Uint8Array, sizeBytes: number): Promise<Uint8Array> {
  const made = new Uint8Array(sizeBytes)
  let filled = 0
  const whole = { start: 0, sizeBytes: patch.length }
  for await (const piece of bspatch(inMemory(old), inMemory(patch), whole, sizeBytes)) {
    made.set(piece, filled)
    filled += piece.length
  }
  expect(filled).toBe(sizeBytes)
  return made
}

/** Few letters, so that much repeats. */
const repetitive = (maxLength: number) =>
  fc.integer({ min: 1, max: 5 }).chain((letters) => fc.uint8Array({ max: letters - 1, maxLength }))

test('suffixes come in rising order, whatever the text', () => {
  fc.assert(
    fc.property(repetitive(200), (text) => {
      const order = new Int32Array(text.length)
      sortSuffixes(text, order)
      const expected = [...text.keys()].sort((a, b) => compareBytes(text.subarray(a), text.subarray(b)))
      expect([...order]).toEqual(expected)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('a patch makes the new bytes out of the old ones', async () => {
  const edits = fc.array(fc.tuple(fc.nat(), repetitive(20)), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(repetitive(300), edits, async (old, changes) => {
      let fresh = old
      for (const [place, bytes] of changes) {
        const at = place % (fresh.length + 1)
        fresh = Uint8Array.of(
          ...fresh.subarray(0, at),
          ...bytes,
          ...fresh.subarray(Math.min(fresh.length, at + (place % 7))),
        )
      }
      expect(await patched(old, bsdiff(old, fresh), fresh.length)).toEqual(fresh)
    }),
    { seed: 2, numRuns: 500 },
  )
})

for (const [oldBytes, freshBytes] of [
  [40_000, 45_000],
  [45_000, 40_000],
  [900, 60_000],
  [60_000, 900],
  [10_000, 10_000],
] as const) {
  test(`window by window, ${oldBytes} bytes to ${freshBytes}`, async () => {
    const old = noise(oldBytes, 3)
    const fresh = new Uint8Array(Buffer.concat([sprinkled(old, 90), noise(60_000, 4)])).slice(0, freshBytes)
    const pieces: Uint8Array[] = []
    for await (const piece of patchByWindows(inMemory(old), inMemory(fresh), 10_000, new Scratch())) {
      pieces.push(piece.slice())
    }
    expect(pieces.length).toBe(Math.ceil(freshBytes / 10_000))
    const made = await patched(old, new Uint8Array(Buffer.concat(pieces)), fresh.length)
    expect(Buffer.compare(made, fresh)).toBe(0)
  })
}

test('the differences of a program that was touched here and there are mostly zeros', () => {
  const old = noise(50_000, 5)
  const patch = bsdiff(old, sprinkled(old, 500))
  expect(patch.length).toBe(50_000 + 24)
  expect(patch.filter((byte) => byte !== 0).length).toBeLessThan(150)
})
