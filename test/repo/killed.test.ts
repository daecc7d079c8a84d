// Killed at any moment: at call after call that changes the file system, of a commit, a checkout, a local pull, a prune and
// what moves refs. The reference finds the repository good each time, and a second try does what the first would have done.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { type ReferenceContext, run, runOurs, testWithReference } from '../reference.ts'
import { pseudoRandomBytes, seedOr } from '../seed.ts'
import { seeded } from '../tar/fuzz.ts'

const HOOK = resolve(import.meta.dirname, 'kill-hook.cjs')
/** How much further each kill is than the one before. */
const STRIDE = process.env.OSTREE_TS_LONG === '1' ? 1.1 : 3
const MAX_KILLS = 200

interface Scenario {
  readonly name: string
  readonly mode: string
  /** Words of the command, run where `repo`, `other` (empty, of the same mode) and `tree` are. */
  readonly words: readonly string[]
  /** What is not there before: a second try finds it gone. */
  readonly makes?: string
}

const COMMIT = ['commit', '--repo=repo', '-b', 'main', '--timestamp=@9', '--parent=none', 'tree']
const SCENARIOS: readonly Scenario[] = [
  ...['archive', 'bare', 'bare-user'].map((mode) => ({ name: `commit to ${mode}`, mode, words: COMMIT })),
  { name: 'commit that consumes', mode: 'bare', words: [...COMMIT.slice(0, -1), '--consume', 'tree'], makes: 'tree' },
  { name: 'checkout', mode: 'bare', words: ['checkout', '--repo=repo', 'main', 'out'], makes: 'out' },
  {
    name: 'checkout with a cache',
    mode: 'archive',
    words: ['checkout', '-U', '--repo=repo', 'main', 'out'],
    makes: 'out',
  },
  { name: 'pull-local', mode: 'archive', words: ['pull-local', '--repo=other', 'repo', 'main'] },
  { name: 'pull-local by hard link', mode: 'bare', words: ['pull-local', '--repo=other', 'repo', 'main'] },
  { name: 'prune', mode: 'archive', words: ['prune', '--repo=repo', '--refs-only', '--depth=0'] },
  { name: 'refs', mode: 'archive', words: ['refs', '--repo=repo', '--delete', 'main'] },
  { name: 'summary', mode: 'archive', words: ['summary', '--repo=repo', '-u'] },
]

/** Two commits of a few folders, so that each command has something to do. */
async function makeBase({ dir, ostree }: ReferenceContext, mode: string): Promise<void> {
  mkdirSync(join(dir, 'base/tree'), { recursive: true })
  const bytes = pseudoRandomBytes(40_000)
  await ostree('init', '--repo=base/repo', `--mode=${mode}`)
  await ostree('init', '--repo=base/other', `--mode=${mode}`)
  for (const round of [1, 2, 3]) {
    for (let i = 0; i < 12; i++) {
      const folder = join(dir, 'base/tree', `${i % 3}`)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, `${i}`), bytes.subarray(i * 7, i * 1000 + round * (i % 2) * 300))
    }
    const line = ['commit', '--repo=base/repo', '-b', 'main', `--timestamp=@${round}`, 'base/tree']
    if (round < 3) await ostree(...line)
  }
}

for (const { name, mode, words, makes } of SCENARIOS) {
  testWithReference(
    `${name}: killed at one call after the other`,
    async (context) => {
      const { dir, ostree } = context
      const random = seeded(seedOr(11))
      await makeBase(context, mode)
      const work = join(dir, 'work')
      const restore = async () => {
        rmSync(work, { recursive: true, force: true })
        await run('cp', ['-a', join(dir, 'base'), work])
      }
      await restore()
      const expected = await runOurs(words, { cwd: work })
      expect([expected.code, expected.stderr]).toEqual([0, ''])
      const heads = await headsOf(work)

      let kills = 0
      for (let at = 1; kills < MAX_KILLS; at = Math.ceil(at * STRIDE + random() * 2)) {
        await restore()
        const env = { NODE_OPTIONS: `--require=${HOOK}`, OSTREE_TS_KILL_AT: String(at) }
        const { code } = await runOurs(words, { cwd: work, env })
        if (code === 0) break // the command has fewer calls
        expect([at, code]).toEqual([at, 137])
        kills++
        for (const repo of ['repo', 'other']) {
          const fsck = await ostree('fsck', `--repo=work/${repo}`)
          expect(fsck.stderr, `killed at ${at}`).toBe('')
        }
        if (makes === 'out') rmSync(join(work, 'out'), { recursive: true, force: true })
        if (makes === 'tree') await run('cp', ['-a', `${join(dir, 'base/tree')}/.`, join(work, 'tree')])
        const second = await runOurs(words, { cwd: work })
        expect([at, second.code, second.stderr]).toEqual([at, 0, ''])
        if (name.startsWith('commit')) expect(second.stdout).toBe(expected.stdout)
        expect(await headsOf(work), `killed at ${at}`).toEqual(heads)
        for (const repo of ['repo', 'other']) {
          expect((await ostree('fsck', `--repo=work/${repo}`)).stderr, `second try after ${at}`).toBe('')
          expect(readdirSync(join(work, repo, 'tmp')).filter((entry) => entry.startsWith('staging-'))).toEqual([])
        }
      }
      expect(kills).toBeGreaterThan(1)
    },
    { timeout: 600_000 },
  )
}

/** What the refs of both repositories say, and what a checkout holds. */
async function headsOf(work: string): Promise<string> {
  const script =
    'cat repo/refs/heads/* other/refs/heads/* 2>/dev/null; cd out 2>/dev/null && find . -type f | sort | xargs sha256sum'
  return (await run('sh', ['-c', script], { cwd: work })).stdout
}
