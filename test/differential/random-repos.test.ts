// Random trees through random command lines, by the reference and by us: the same words, exit codes, repositories and
// checkouts. A case is a seed; a failure names it, and OSTREE_TS_SEED runs it alone
// (and as many after it as OSTREE_TS_CASES says).
// Masked: names of the two working folders; the order of lines in `refs` and in messages about several unmatched rules
// (a hash table's); times of checked-out files that are not 0; deflated bytes (the inflated ones count); what a comment at
// each place says.

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { runInProcess } from '../cli/in-process.ts'
import { type Output, runReference, testWithReference } from '../reference.ts'
import { objectInodes, snapshot } from '../repo/checkout/snapshot.ts'
import { repoContents } from '../repo/commit/repo-contents.ts'
import { seedOr } from '../seed.ts'
import { below, pick, type Random, seeded } from '../tar/fuzz.ts'
import {
  CHECKOUT_LIST,
  checkoutLine,
  commitLine,
  type Line,
  MODES,
  optionFiles,
  readingLines,
} from './random-commands.ts'
import { archiveTree, changeTree, copyTree, hasHardLinks, makeRandomTree } from './random-tree.ts'

const CASES = process.env.OSTREE_TS_LONG === '1' ? 1000 : 40
const FIRST_SEED = seedOr(1)
const COUNT = Number(process.env.OSTREE_TS_CASES ?? (process.env.OSTREE_TS_SEED === undefined ? CASES : 1))
/** Cases that one test runs, so that a report says about where a difference is. */
const CASES_PER_TEST = 10

const platform = await nodePlatform({ workers: 1 })
const SIDES = ['theirs', 'ours'] as const
/** Names in tar archives are read as the locale has them. */
const LOCALE = { LC_ALL: 'C.UTF-8' }

for (let first = FIRST_SEED; first < FIRST_SEED + COUNT; first += CASES_PER_TEST) {
  const last = Math.min(first + CASES_PER_TEST, FIRST_SEED + COUNT) - 1
  testWithReference(
    `seeds ${first} to ${last}`,
    async ({ dir }) => {
      for (let seed = first; seed <= last; seed++) await runCase(join(dir, String(seed)), seed)
    },
    { timeout: 600_000 },
  )
}

/** How often each command was run, and succeeded: a comparison of nothing but errors would prove little. */
const tally = new Map<string, { runs: number; successes: number }>()

function count(command: string, succeeded: boolean): void {
  const entry = tally.get(command) ?? { runs: 0, successes: 0 }
  entry.runs++
  if (succeeded) entry.successes++
  tally.set(command, entry)
}

test.runIf(COUNT >= 40)('most of the commits, checkouts and listings succeeded', ({ skip }) => {
  if (tally.size === 0) skip('no case was run: the reference is not there')
  console.log([...tally].map(([command, { runs, successes }]) => `${command}: ${successes} of ${runs}`).join(', '))
  for (const command of ['commit', 'checkout', 'ls', 'fsck']) {
    const { runs, successes } = tally.get(command)!
    expect(successes / runs, command).toBeGreaterThan(0.5)
  }
})

async function runCase(dir: string, seed: number): Promise<void> {
  const random = seeded(seed)
  const mode = pick(random, MODES)
  const xattrs = mode !== 'bare-user-only' && random() < 0.7
  mkdirSync(join(dir, 'tree'), { recursive: true })
  await makeRandomTree(platform, random, join(dir, 'tree'), { xattrs })
  for (const side of SIDES) {
    mkdirSync(join(dir, side))
  }
  const told = `seed ${seed} (${mode})`
  await both(dir, ['init', '--repo=REPO', `--mode=${mode}`], told)
  const commits = 1 + below(random, 3)
  let parent: string | undefined
  let adopted = false
  for (let number = 0; number < commits; number++) {
    if (number > 0) await changeTree(platform, random, join(dir, 'tree'), { xattrs })
    writeOptionFiles(dir, random)
    archiveTree(join(dir, 'tree'), join(dir, 'tree.tar'), { withFolders: random() < 0.7 })
    const line = commitLine(random, mode, { number, parent, hasHardLinks: hasHardLinks(join(dir, 'tree')) })
    const { code, stdout } = await both(dir, line, told)
    if (code === 0) parent = stdout.find((text) => /^[0-9a-f]{64}$/.test(text)) ?? parent
    adopted ||= line.includes('--consume')
    await compareRepos(dir, `${told}: ${line.join(' ')}`, { adopted: adopted && mode.startsWith('bare') })
  }
  for (const line of readingLines(random)) await both(dir, line, told)
  for (let count = below(random, 3); count > 0; count--) {
    const line = checkoutLine(random, mode)
    await both(dir, line, told)
    await compareCheckouts(dir, `${told}: ${line.join(' ')}`)
    if (random() < 0.7) for (const side of SIDES) rmSync(join(dir, side, 'checkout'), { recursive: true, force: true })
  }
  await compareSoundness(dir, told)
  rmSync(dir, { recursive: true, force: true })
}

/** Not Node's recursive readdir, which goes into links to directories. */
function pathsBelow(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`
      return entry.isDirectory() ? [path, ...pathsBelow(join(folder, entry.name), `${path}/`)] : [path]
    })
}

function writeOptionFiles(dir: string, random: Random): void {
  const files = Object.entries(optionFiles(random, pathsBelow(join(dir, 'tree'), '/')))
  for (const side of SIDES) {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(dir, side, name)), { recursive: true })
      writeFileSync(join(dir, side, name), text)
    }
  }
}

/** Runs a line by each, on copies of the tree, and compares what is said. */
async function both(dir: string, line: Line, told: string): Promise<Seen> {
  const hash = Number(basename(dir)) % 2 === 0 ? 'wasm' : 'native' // the folder is named after the seed
  const outputs: Output[] = []
  for (const side of SIDES) {
    const cwd = join(dir, side)
    rmSync(join(cwd, 'tree'), { recursive: true, force: true })
    copyTree(join(dir, 'tree'), join(cwd, 'tree'))
    if (line[0] === 'commit') copyFileSync(join(dir, 'tree.tar'), join(cwd, 'tree.tar'))
    const input = line.includes('--from-stdin') ? new TextEncoder().encode(CHECKOUT_LIST) : new Uint8Array()
    const args = line.map((word) => word.replace('REPO', 'repo').replace('TREE', 'tree'))
    outputs.push(
      side === 'theirs'
        ? await runReference(args, { cwd, input })
        : await runInProcess(args, { cwd, input, env: LOCALE, hash }),
    )
  }
  const [theirs, ours] = outputs.map(masked)
  count(line[0]!, theirs!.code === 0)
  if (line[0] === 'commit' && theirs!.code !== 0) for (const side of SIDES) await forgetFailed(join(dir, side, 'repo'))
  expect(ours, `${told}: ${line.join(' ')}`).toEqual(theirs)
  const [left, right] = SIDES.map((side) => existsSync(join(dir, side, 'tree')))
  expect(right, `${told}: ${line.join(' ')} consumes the tree`).toBe(left)
  return theirs!
}

/**
 * Takes away what a failed commit has written: how far it got depends on the order of a folder's entries. It lies in the
 * staging folder, from where the next commit would publish it, or (--fsync=false) among the objects.
 */
async function forgetFailed(repo: string): Promise<void> {
  for (const name of readdirSync(join(repo, 'tmp'))) {
    if (name.startsWith('staging-')) rmSync(join(repo, 'tmp', name), { recursive: true, force: true })
  }
  const { code, stderr } = await runReference(['prune', '--refs-only', `--repo=${repo}`])
  expect([code, stderr]).toEqual([0, ''])
  for (const name of readdirSync(join(repo, 'objects'))) {
    const folder = join(repo, 'objects', name)
    if (readdirSync(folder).length === 0) rmdirSync(folder)
  }
}

interface Seen {
  readonly code: number
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
}

/** Of several entries that cannot be replaced, each command names the one that it meets first. */
const CONFLICT = /^(error: Can't replace (?:file with directory|directory with file): ).*/gms

function masked({ code, stdout, stderr }: Output): Seen {
  const lines = (text: string) =>
    text.replaceAll('/ours', '/theirs').replace(CONFLICT, 'error: cannot be replaced').split('\n').sort()
  return { code, stdout: lines(stdout), stderr: lines(stderr) }
}

/**
 * @param adopted - Files were moved into the repository, with the owner (bare-user-only) and time that they had. Which of
 * several equal ones it is depends on the order of a folder's entries.
 */
async function compareRepos(dir: string, told: string, { adopted }: { readonly adopted: boolean }): Promise<void> {
  const options = { ignoreOwnersAndTimesOfFiles: adopted }
  const [theirs, ours] = await Promise.all(SIDES.map((side) => repoContents(join(dir, side, 'repo'), options)))
  expect(ours, told).toEqual(theirs)
}

/** The reference's fsck of each repository. Its own is not sound where a rule gave a symbolic link a set-id bit (bare). */
async function compareSoundness(dir: string, told: string): Promise<void> {
  const [theirs, ours] = await Promise.all(
    SIDES.map((side) => runReference(['fsck', '-q', '-a', '--repo=repo'], { cwd: join(dir, side) })),
  )
  count('fsck', ours!.code === 0)
  expect(masked(ours!), `${told}: the reference's fsck of our repository`).toEqual(masked(theirs!))
}

async function compareCheckouts(dir: string, told: string): Promise<void> {
  const [theirs, ours] = await Promise.all(
    SIDES.map(async (side) => {
      const path = join(dir, side, 'checkout')
      return existsSync(path) ? snapshot(platform, path, objectInodes(join(dir, side, 'repo'))) : []
    }),
  )
  expect(ours, told).toEqual(theirs)
}
