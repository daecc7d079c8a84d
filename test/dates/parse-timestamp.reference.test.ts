// Dates as `ostree commit --timestamp` understands them, in several time zones.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { loadTimeZone } from '../../src/dates/load-zone.ts'
import { parseTimestamp, zoneInText } from '../../src/dates/parse-timestamp.ts'
import { isOstreeError } from '../../src/errors.ts'
import { decodeCommit } from '../../src/objects/commit.ts'
import { type ReferenceContext, runReference, testWithReference } from '../reference.ts'
import { seedOr } from '../seed.ts'
import { generated, LISTED } from './date-texts.ts'

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'XXX-3YYY,M3.5.0/1,M10.5.0/2',
]
const GENERATED = 300
const WORKERS = 3

async function readZone(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(ENOENT|ENOTDIR|EISDIR)$/.test(String(error.code)))
      return undefined
    throw error
  }
}

/** The timestamp that the reference commits, or the message it ends with. */
async function theirs(repo: string, text: string, tz: string): Promise<string> {
  const args = ['commit', `--repo=${repo}`, '--orphan', '--tree=ref=base', '--fsync=false', `--timestamp=${text}`]
  const { code, stdout, stderr } = await runReference(args, { env: { TZ: tz } })
  if (code !== 0) return stderr.trim()
  const checksum = stdout.trim()
  const object = await readFile(join(repo, 'objects', checksum.slice(0, 2), `${checksum.slice(2)}.commit`))
  return String(decodeCommit(object).timestamp)
}

async function ours(text: string, tz: string, now: bigint, nowNanoseconds: number): Promise<string> {
  const named = zoneInText(text)
  const zone = await loadTimeZone(tz, readZone)
  const zoneOfText = named && (await loadTimeZone(named.tz, readZone))
  try {
    return String(parseTimestamp(text, { now, nowNanoseconds, zone, zoneOfText }))
  } catch (error) {
    if (isOstreeError(error)) return `error: ${error.message}`
    throw error
  }
}

const nowSeconds = (): bigint => BigInt(Math.floor(Date.now() / 1000))

/** The reference's clock cannot be set, so ours may stand at either edge of any second between its start and its end. */
async function compare(repo: string, text: string, tz: string): Promise<'accepted' | 'refused'> {
  const start = nowSeconds()
  const expected = await theirs(repo, text, tz)
  const end = nowSeconds()
  const answers: string[] = []
  for (let now = start; now <= end && !answers.includes(expected); now += 1n) {
    answers.push(await ours(text, tz, now, 0), await ours(text, tz, now, 999_999_999))
  }
  expect(answers, `${JSON.stringify(text)} in ${tz}`).toContain(expected)
  return expected.startsWith('error') ? 'refused' : 'accepted'
}

async function makeRepo({ ostree, dir }: ReferenceContext, name: string): Promise<string> {
  const repo = join(dir, name)
  await ostree('init', `--repo=${repo}`, '--mode=bare-user-only')
  await ostree('commit', `--repo=${repo}`, '-b', 'base', `--tree=dir=${join(repo, 'state')}`)
  return repo
}

const texts = [...LISTED, ...fc.sample(generated, { numRuns: GENERATED, seed: seedOr(3) })]

testWithReference(
  `${texts.length} dates mean the second that the reference commits, or are refused as it refuses them`,
  async (context) => {
    const counts = { accepted: 0, refused: 0 }
    const queue = texts.map((text, i) => ({ text, tz: ZONES[i % ZONES.length] ?? 'UTC' }))
    const work = async (repo: string): Promise<void> => {
      for (let one = queue.pop(); one !== undefined; one = queue.pop())
        counts[await compare(repo, one.text, one.tz)] += 1
    }
    const repos = await Promise.all(Array.from({ length: WORKERS }, (_, i) => makeRepo(context, `repo${i}`)))
    await Promise.all(repos.map(work))
    expect(counts.accepted).toBeGreaterThan(250)
    expect(counts.refused).toBeGreaterThan(100)
  },
  { timeout: 600_000 },
)
