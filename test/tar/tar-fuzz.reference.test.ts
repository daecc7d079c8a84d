// Random tar archives, damaged and not: our reader and libarchive agree on every one.

import { describe, expect } from 'vitest'
import { readTar } from '../../src/tar/tar-reader.ts'
import { testInsideReference } from '../reference.ts'
import { randomArchive, seeded } from './fuzz.ts'
import { type ReadArchive, readByLibarchive, readByOurs } from './libarchive.ts'

/** More with OSTREE_TS_FUZZ=20, say. */
const COUNT = 1500 * Number(process.env.OSTREE_TS_FUZZ ?? 1)
const MALFORMED_MAP = 'Malformed sparse map data'

async function compare(sparse: boolean, locale: string, accepted: (a: ReadArchive, b: ReadArchive) => boolean) {
  const archives = Array.from({ length: COUNT }, (_, seed) => randomArchive(seeded(seed), sparse))
  const theirs = await readByLibarchive(archives, locale)
  let opened = 0
  for (const [seed, bytes] of archives.entries()) {
    const expected = theirs[seed]!
    if (expected.open !== undefined) continue // not taken for an archive: `openArchive` is tested elsewhere
    opened++
    const names = locale === 'C' ? 'keep' : 'compose'
    const pieceBytes = [65_536, 512, 700, 1][seed % 4]!
    const ours = await readByOurs((source) => readTar(source, { names }), bytes, pieceBytes)
    if (!accepted(ours, expected)) expect(ours, `seed ${seed}`).toEqual(expected)
  }
  expect(opened).toBeGreaterThan(COUNT / 2)
}

const lastError = ({ entries, error }: ReadArchive): string | undefined =>
  error ?? entries?.at(-1)?.content?.error ?? undefined

describe('random archives', () => {
  for (const locale of ['C.UTF-8', 'C']) {
    testInsideReference(`locale ${locale}`, () => compare(false, locale, () => false), { timeout: 600_000 })
  }
  // libarchive goes on after maps that do not cover the data, and loses its place in the archive by that.
  testInsideReference(
    'with sparse maps, most of them malformed',
    () => compare(true, 'C.UTF-8', (a, b) => [lastError(a), lastError(b)].includes(MALFORMED_MAP)),
    { timeout: 600_000 },
  )
})
