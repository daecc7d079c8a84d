// Patches: the two ways to apply one give the same bytes, and refuse the same.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes } from '../../src/bytes/compare.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { bspatch, bspatchInMemory } from '../../src/deltas/bspatch.ts'
import { inMemory } from '../../src/deltas/random-access.ts'
import { isOstreeError } from '../../src/errors.ts'

interface Step {
  readonly added: Uint8Array
  readonly copied: Uint8Array
  readonly moved: number
}

function encode(steps: readonly Step[]): Uint8Array {
  return concatBytes(
    steps.flatMap(({ added, copied, moved }) => {
      const view = new DataView(new ArrayBuffer(24))
      view.setBigUint64(0, BigInt(added.length), true)
      view.setBigUint64(8, BigInt(copied.length), true)
      view.setBigUint64(16, BigInt(Math.abs(moved)) | (moved < 0 ? 1n << 63n : 0n), true)
      return [new Uint8Array(view.buffer), added, copied]
    }),
  )
}

/** What the definition says, byte by byte. */
function expected(old: Uint8Array, steps: readonly Step[]): Uint8Array {
  const out: number[] = []
  let place = 0
  for (const { added, copied, moved } of steps) {
    for (const byte of added) out.push((byte + (old[place++] ?? 0)) & 0xff)
    out.push(...copied)
    place += moved
  }
  return Uint8Array.from(out)
}

async function streamed(old: Uint8Array, patch: Uint8Array, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  const around = concatBytes([Uint8Array.of(1, 2, 3), patch, Uint8Array.of(4)])
  for await (const piece of bspatch(inMemory(old), inMemory(around), { start: 3, sizeBytes: patch.length }, size)) {
    pieces.push(piece.slice())
  }
  return concatBytes(pieces)
}

const bytes = fc.uint8Array({ maxLength: 40 })
const step: fc.Arbitrary<Step> = fc.record({ added: bytes, copied: bytes, moved: fc.integer({ min: -60, max: 60 }) })

test('both ways do what the definition says', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(step, { maxLength: 6 }), async (old, steps) => {
      const wanted = expected(old, steps)
      const patch = encode(steps)
      expect(toHex(bspatchInMemory(old, patch, wanted.length))).toBe(toHex(wanted))
      expect(toHex(await streamed(old, patch, wanted.length))).toBe(toHex(wanted))
    }),
  )
})

test('both ways take the same broken patches', async () => {
  const outcome = async (apply: () => Uint8Array | Promise<Uint8Array>): Promise<string> => {
    try {
      return toHex(await apply())
    } catch (error) {
      if (!isOstreeError(error)) throw error
      return error.code
    }
  }
  await fc.assert(
    fc.asyncProperty(bytes, fc.uint8Array({ maxLength: 120 }), fc.nat(100), async (old, patch, size) => {
      const whole = await outcome(() => bspatchInMemory(old, patch, size))
      expect(await outcome(() => streamed(old, patch, size))).toBe(whole)
    }),
  )
})

test('a file larger than a piece, from an old one that is read here and there', async () => {
  const old = Uint8Array.from({ length: 700_000 }, (_, index) => index % 251)
  const steps: Step[] = [
    { added: new Uint8Array(600_000).fill(1), copied: new Uint8Array(10).fill(9), moved: -600_000 },
    { added: new Uint8Array(700_001).fill(2), copied: new Uint8Array(0), moved: 0 },
  ]
  const wanted = expected(old, steps)
  expect(Buffer.compare(await streamed(old, encode(steps), wanted.length), wanted)).toBe(0)
  expect(Buffer.compare(bspatchInMemory(old, encode(steps), wanted.length), wanted)).toBe(0)
})
