// Commands that change or check a repository, run by both implementations on equal copies: the same stdout, stderr and
// exit code, and the same files afterwards. Masked: the order of fsck's findings and of the commits in one, which follows
// a hash table in the reference; fsck's progress lines, which follow the clock; the time of a summary.

import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, vi } from 'vitest'
import { type Output, referenceMissing, runReference, testWithReference } from '../reference.ts'
import { runInProcess } from './in-process.ts'

const MODES = ['archive', 'bare', 'bare-user', 'bare-user-only'] as const

/** Runs the reference and insists on success. */
async function ostree(dir: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runReference(args, { cwd: dir })
  if (code !== 0) throw new Error(`ostree ${args.join(' ')}: ${stderr}`)
  return stdout.trimEnd()
}

/** A history of four commits on `main`, one on `side`, and a loose end. */
async function makeRepo(dir: string, mode: string): Promise<void> {
  const tree = join(dir, 'tree')
  mkdirSync(join(tree, 'sub/deep'), { recursive: true })
  await ostree(dir, 'init', '--repo=repo', `--mode=${mode}`)
  const commit = (branch: string, day: number, ...more: string[]) =>
    ostree(
      dir,
      'commit',
      '--repo=repo',
      '-b',
      branch,
      '--canonical-permissions',
      '--no-xattrs',
      `--timestamp=2020-01-0${day} 00:00:00 +0000`,
      ...more,
      'tree',
    )
  for (const day of [1, 2, 3, 4]) {
    writeFileSync(join(tree, `file-${day}`), `content ${day}\n`)
    writeFileSync(join(tree, 'sub/deep/changes'), String(day).repeat(5000))
    rmSync(join(tree, `file-${day - 2}`), { force: true })
    await commit('main', day)
  }
  writeFileSync(join(tree, 'only-side'), 'side')
  await commit('side', 5, '--parent=none')
  writeFileSync(join(tree, 'lost'), 'lost')
  await ostree(
    dir,
    'commit',
    '--repo=repo',
    '--orphan',
    '--timestamp=2020-01-06 00:00:00 +0000',
    '--canonical-permissions',
    '--no-xattrs',
    'tree',
  )
}

/** What is below `folder`, with contents of small files; times aside. */
function listFiles(folder: string, prefix = ''): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory()) return [`${path}/`, ...listFiles(join(folder, entry.name), `${path}/`)]
      const stat = statSync(join(folder, entry.name), { throwIfNoEntry: false })
      const text =
        stat !== undefined && !path.includes('.filez') ? readFileSync(join(folder, entry.name), 'latin1') : ''
      return [`${path} ${stat?.mode.toString(8)} ${text}`]
    })
    .sort()
}

interface Seen {
  readonly code: number
  readonly stdout: string[]
  readonly stderr: string[]
}

function masked({ code, stdout, stderr }: Output): Seen {
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.replace('/ours/', '/theirs/'))
      .map((line) => line.replace(/(?<=^Last-Modified .*: |^ {4}Timestamp .*: ).*/, 'TIME'))
      .filter((line) => !line.startsWith('OT: ')) // what --verbose (here: -v) says is each one's own
      .filter((line) => !/^fsck objects \(\d+\/\d+\)/.test(line))
      .map((line) => line.replace(/(?<=[Ii]n commits )[0-9a-f, ]+(?=:)/, (list) => list.split(', ').sort().join(', ')))
      .sort()
  return { code, stdout: lines(stdout), stderr: lines(stderr) }
}

interface Scenario {
  readonly name: string
  readonly modes?: readonly string[]
  /** Changes the repository before the command runs. */
  prepare?(dir: string): Promise<void> | void
  readonly lines: readonly (readonly string[])[]
}

const objectFile = (dir: string, checksum: string, suffix: string) =>
  join(dir, 'repo/objects', checksum.slice(0, 2), `${checksum.slice(2)}.${suffix}`)

async function fileChecksum(dir: string, path: string): Promise<string> {
  return (await ostree(dir, 'ls', '--repo=repo', '-C', 'main', path)).match(/[0-9a-f]{64}/)![0]
}

/** What the scenarios make beside the sample's own folders. */
const OTHERS = ['a', 'b', 'c', 'd', ...MODES.map((mode) => `into-${mode}`)]

/** Another repository than the sample. */
const INTO = (mode: string) => `--repo=repo/into-${mode}`

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a clean repository',
    lines: [['fsck'], ['fsck', '-q'], ['fsck', '-a'], ['fsck', '--verify-bindings'], ['fsck', '--verify-back-refs']],
  },
  {
    name: 'a missing file object',
    async prepare(dir) {
      const checksum = await fileChecksum(dir, '/file-4')
      rmSync(objectFile(dir, checksum, existsSync(objectFile(dir, checksum, 'filez')) ? 'filez' : 'file'))
    },
    lines: [['fsck'], ['fsck', '-q', '--delete'], ['fsck']],
  },
  {
    name: 'a changed file object',
    modes: ['bare', 'bare-user', 'bare-user-only'],
    async prepare(dir) {
      appendFileSync(objectFile(dir, await fileChecksum(dir, '/file-4'), 'file'), 'more')
    },
    lines: [['fsck'], ['fsck', '-a'], ['fsck', '--delete'], ['fsck']],
  },
  {
    name: 'a cut-off commit object',
    async prepare(dir) {
      writeFileSync(objectFile(dir, await ostree(dir, 'rev-parse', '--repo=repo', 'main'), 'commit'), '')
    },
    lines: [['fsck', '-q']],
  },
  {
    name: 'missing commits',
    async prepare(dir) {
      rmSync(objectFile(dir, await ostree(dir, 'rev-parse', '--repo=repo', 'main'), 'commit'))
    },
    lines: [['fsck', '-q']],
  },
  {
    name: 'a parent that is gone',
    async prepare(dir) {
      rmSync(objectFile(dir, await ostree(dir, 'rev-parse', '--repo=repo', 'main^'), 'commit'))
    },
    lines: [['fsck'], ['fsck', '--add-tombstones'], ['fsck']],
  },
  {
    name: 'prune',
    lines: [
      ['prune', '--no-prune'],
      ['prune'],
      ['prune', '--refs-only', '--no-prune'],
      ['prune', '--refs-only'],
      ['prune', '--refs-only'],
    ],
  },
  {
    name: 'prune by depth',
    lines: [
      ['prune', '--refs-only', '--depth=1'],
      ['prune', '--depth=0'],
      ['prune', '--refs-only', '--depth=0'],
      ['fsck'],
    ],
  },
  {
    name: 'prune of commits alone',
    lines: [
      ['prune', '--refs-only', '--depth=0', '--commit-only'],
      ['prune', '--refs-only'],
    ],
  },
  {
    name: 'prune by branch',
    lines: [
      ['prune', '--refs-only', '--depth=0', '--only-branch=main'],
      ['prune', '--only-branch=nosuch'],
    ],
  },
  {
    name: 'prune with retained depths',
    lines: [
      ['prune', '--depth=0', '--retain-branch-depth=main=2'],
      ['prune', '--retain-branch-depth=main'],
      ['prune', '--retain-branch-depth=main=x'],
    ],
  },
  {
    name: 'prune by age',
    lines: [
      ['prune', '--keep-younger-than=2020-01-03 00:00:00 +0000'],
      ['prune', '--no-prune', '--keep-younger-than=2020-01-02 18:00 -0600'],
      ['prune', '--no-prune', '--keep-younger-than=4 years ago'],
      ['prune', '--keep-younger-than=nonsense'],
    ],
  },
  {
    name: 'pull-local into an empty repository of each mode',
    async prepare(dir) {
      for (const mode of MODES) await ostree(dir, 'init', `--repo=repo/into-${mode}`, `--mode=${mode}`)
    },
    lines: MODES.flatMap((mode) => [
      ['pull-local', 'repo', 'main', INTO(mode)],
      ['fsck', INTO(mode)],
      ['pull-local', '--depth=-1', 'repo', INTO(mode)],
      ['pull-local', '--remote=origin', 'repo', 'side', INTO(mode)],
      ['refs', INTO(mode)],
      ['fsck', INTO(mode)],
    ]),
  },
  {
    name: 'pull-local in its other ways',
    async prepare(dir) {
      for (const name of ['a', 'b', 'c', 'd']) await ostree(dir, 'init', `--repo=repo/${name}`, '--mode=archive')
    },
    lines: [
      ['pull-local', '--commit-metadata-only', 'repo', 'main', '--repo=repo/a'],
      ['fsck', '--repo=repo/a'],
      ['pull-local', 'repo', 'main', '--repo=repo/a'],
      ['pull-local', '--depth=1', '--untrusted', 'repo', 'main', '--repo=repo/b'],
      ['pull-local', '--bareuseronly-files', 'repo', 'main', '--repo=repo/c'],
      ['pull-local', 'repo', 'nosuch', '--repo=repo/d'],
      ['pull-local', 'repo', 'bad ref', '--repo=repo/d'],
      ['pull-local', 'nosuch', '--repo=repo/d'],
      ['pull-local', 'nosuch', 'main', '--repo=repo/d'],
      // A commit that the source does not have: ours names it, where the reference says `linkat` failed. Not compared.
      ['refs', '--repo=repo/d'],
    ],
  },
  {
    name: 'diff',
    lines: [
      ['diff', 'main'],
      ['diff', 'main', 'side'],
      ['diff', 'side', 'main'],
      ['diff', 'main', 'main'],
      ['diff', '--stats', 'main'],
      ['diff', '--stats', '--fs-diff', 'main', 'side'],
      ['diff', '--no-xattrs', 'main', 'side'],
      ['diff'],
      ['diff', 'nosuch'],
      ['diff', 'main', 'nosuch'],
      ['diff', 'main', './nosuch'],
    ],
  },
  {
    name: 'summary',
    modes: ['archive'],
    async prepare(dir) {
      await ostree(dir, 'refs', '--repo=repo', '--create=origin:theirs', 'side')
      await ostree(
        dir,
        'commit',
        '--repo=repo',
        '-b',
        'versioned',
        '--tree=ref=main',
        '--timestamp=2020-01-07',
        '--add-metadata-string=version=1.2',
      )
    },
    lines: [
      ['summary'],
      ['summary', '-v'],
      ['summary', '-u'],
      ['summary', '-v'],
      ['summary', '--list-metadata-keys'],
      ['summary', '--print-metadata-key=ostree.summary.mode'],
      ['summary', '--print-metadata-key=nosuch'],
      ['summary', '-u', '--add-metadata=some.key=uint64 5', '-m', "b=['x']"],
      ['summary', '-v'],
      ['summary', '-u', '-m', 'nothing'],
      ['summary', '-u', '-m', 'x=['],
      ['refs', '--delete', 'side'],
      ['summary', '-v'],
    ],
  },
  {
    name: 'summary of a repository with a collection',
    modes: ['archive'],
    async prepare(dir) {
      await ostree(dir, 'config', '--repo=repo', 'set', 'core.collection-id', 'org.example.Ours')
      await ostree(dir, 'refs', '--repo=repo', '--collections', '--create=org.example.Other:mirrored', 'side')
    },
    lines: [['summary', '-u'], ['summary', '-v'], ['refs'], ['show', 'ostree-metadata'], ['fsck']],
  },
  {
    name: 'prune refuses',
    lines: [
      ['prune', '--static-deltas-only'],
      ['prune', '--delete-commit=main', '--no-prune'],
    ],
  },
]

describe.each(MODES)('%s', (mode) => {
  const samples = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-maintenance-'))
  beforeAll(async () => {
    if (referenceMissing === undefined) await makeRepo(samples, mode)
  })
  afterAll(() => rmSync(samples, { recursive: true, force: true }))

  for (const scenario of SCENARIOS.filter(({ modes }) => modes === undefined || modes.includes(mode))) {
    testWithReference(scenario.name, async ({ dir }) => {
      vi.stubEnv('SOURCE_DATE_EPOCH', '1700000000') // the commit that a summary makes must not fall into two seconds
      onTestFinished(() => void vi.unstubAllEnvs())
      execFileSync('cp', ['-a', `${samples}/.`, dir])
      await scenario.prepare?.(dir)
      for (const side of ['theirs', 'ours']) {
        mkdirSync(join(dir, side))
        execFileSync('cp', ['-a', join(dir, 'repo'), join(dir, side)]) // keeps attributes, as Node's copy does not
      }
      for (const words of scenario.lines) {
        const target = words.some((word) => word.startsWith('--repo=')) ? [] : ['--repo=repo']
        const args = [words[0]!, ...target, ...words.slice(1)]
        const theirs = masked(await runReference(args, { cwd: join(dir, 'theirs') }))
        const ours = masked(await runInProcess(args, { cwd: join(dir, 'ours') }))
        expect(ours, words.join(' ')).toEqual(theirs)
        for (const folder of ['objects', 'refs', 'state', ...OTHERS]) {
          const [a, b] = ['theirs', 'ours'].map((side) => listFiles(join(dir, side, 'repo', folder)))
          expect(b, `${folder} after ${words.join(' ')}`).toEqual(a)
        }
      }
    })
  }
})
