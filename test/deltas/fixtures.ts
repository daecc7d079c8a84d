// The deltas of test/fixtures/deltas: their files, and the repository that they lead through, in memory.

import { readdirSync, readFileSync } from 'node:fs'
import { type Checksum, parseChecksum } from '../../src/objects/checksum.ts'
import { FIXTURES, type FixturePlatform, openFixture } from '../fixture-repos.ts'

const ROOT = new URL('deltas/', FIXTURES)
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, ROOT)))
const namesIn = (path: string): string[] => readdirSync(new URL(path, ROOT))

/** Names of the deltas. */
export const DELTAS: readonly string[] = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
/** Names of the index files. */
export const INDEXES: readonly string[] = namesIn('.').filter((name) => name.endsWith('.index'))

export const deltaFile = (delta: string, file: string): Uint8Array => read(`${delta}/${file}`)
export const indexFile = (name: string): Uint8Array => read(name)
/** What the reference's `show` said, where it was asked. */
export const shownText = (delta: string): string | undefined =>
  namesIn(delta).includes('show.txt') ? Buffer.from(read(`${delta}/show.txt`)).toString() : undefined
/** Numbers of the parts that lie beside the superblock. */
export const partNumbers = (delta: string): number[] =>
  namesIn(delta)
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)

/** The three commits, the oldest first. */
export const COMMITS = Buffer.from(read('commits')).toString().trim().split(/\s+/).map(parseChecksum) as [
  Checksum,
  Checksum,
  Checksum,
]

export const openSource = (): Promise<FixturePlatform> => openFixture('deltas', 'source')

/** Puts a delta's files into a folder `/NAME` of the platform. */
export async function placeDelta({ platform }: Pick<FixturePlatform, 'platform'>, delta: string): Promise<string> {
  await platform.fs.mkdir(`/${delta}`)
  for (const name of ['superblock', ...partNumbers(delta).map(String)]) {
    await platform.fs.writeFile(`/${delta}/${name}`, deltaFile(delta, name))
  }
  return `/${delta}`
}
