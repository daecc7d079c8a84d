// Chunks: the same whether a file comes at once or in pieces, and the ones that a plain reading of the rule gives.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchChunks } from '../../../src/deltas/generate/match-chunks.ts'
import { Chunker, LastBoundary } from '../../../src/deltas/generate/rollsum.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { noise, spread } from '../samples.ts'

/** The rule as it is written down, with no thought for speed. */
function chunkSizes(bytes: Uint8Array): number[] {
  const sizes: number[] = []
  let regular = false
  for (let start = 0; start < bytes.length; ) {
    let size = regular ? 0 : firstBoundary(bytes.subarray(start))
    if (size === 0) regular = true
    size = Math.min(size === 0 ? 32768 : size, 32768, bytes.length - start)
    sizes.push(size)
    start += size
  }
  return sizes
}

function firstBoundary(bytes: Uint8Array): number {
  const window = new Array<number>(64).fill(0)
  let first = 64 * 31
  let second = 64 * 63 * 31
  for (const [index, byte] of bytes.entries()) {
    const gone = window[index % 64]!
    window[index % 64] = byte
    first = (first + byte - gone) >>> 0
    second = (second + first - 64 * (gone + 31)) >>> 0
    if (second % 8192 === 8191) return index + 1
  }
  return 0
}

function cut(bytes: Uint8Array, pieceBytes: number): number[] {
  const sizes: number[] = []
  const boundary = new LastBoundary()
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.slice(index * pieceBytes, (index + 1) * pieceBytes),
  )
  for (const piece of pieces) boundary.push(piece)
  let position = 0
  const chunker = new Chunker(boundary.at, (chunk, start) => {
    expect(start).toBe(position)
    expect(Buffer.compare(chunk, bytes.subarray(start, start + chunk.length))).toBe(0)
    position += chunk.length
    sizes.push(chunk.length)
  })
  for (const piece of pieces) chunker.push(piece)
  chunker.finish()
  return sizes
}

/** Runs of noise and of equal bytes: boundaries, long stretches without one, and ends without one. */
const file = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 40_000 }), fc.nat(255)), { maxLength: 4 })
  .map((runs) => {
    const parts = runs.map(([random, size, seed]) => (random ? noise(size, seed) : new Uint8Array(size).fill(seed)))
    return new Uint8Array(Buffer.concat(parts))
  })

test('chunks end where the rule says, in whatever pieces the file comes', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 1000, max: 100_000 }), (bytes, pieceBytes) => {
      expect(cut(bytes, pieceBytes)).toEqual(chunkSizes(bytes))
    }),
    { seed: 1, numRuns: 25 },
  )
})

test('pieces smaller than the window', () => {
  const bytes = Uint8Array.of(...new Uint8Array(9000), ...noise(9000, 1), ...new Uint8Array(40_000))
  expect(cut(bytes, 7)).toEqual(chunkSizes(bytes))
})

test('most chunks of a file survive an insertion in its middle', async () => {
  const platform = await nodePlatform({ workers: 1 })
  const old = noise(400_000, 2)
  const fresh = spread(old, 'put in here')
  const found = await matchChunks(
    platform,
    async () => old,
    async () => fresh,
  )
  expect(found.matches.length).toBeGreaterThan(found.total / 2)
  for (const { from, to, sizeBytes } of found.matches) {
    expect(Buffer.compare(fresh.subarray(to, to + sizeBytes), old.subarray(from, from + sizeBytes))).toBe(0)
  }
})

test('a change at the very start keeps every chunk from matching: sums are those of the start', async () => {
  const platform = await nodePlatform({ workers: 1 })
  const old = noise(400_000, 2)
  const fresh = old.slice()
  fresh[0]! ^= 1
  expect(
    await matchChunks(
      platform,
      async () => old,
      async () => fresh,
    ),
  ).toMatchObject({ sums: 0, matches: [] })
})
