// Bad input to every command of the table: a repository that is not there or is none, a config, refs and objects of
// garbage. Each ends with `error:` and exit 1 as a last word, with no stack trace.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-list.ts'
import { temporaryDirectory } from '../reference.ts'
import { pseudoRandomBytes } from '../seed.ts'
import { runInProcess } from './in-process.ts'

/** Commands that read a repository, with arguments that are enough to reach it. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  cat: ['main', '/file'],
  checkout: ['main', 'out'],
  commit: ['-b', 'new', '--timestamp=@1', 'tree'],
  config: ['get', 'core.mode'],
  diff: ['main', 'main'],
  export: ['main'],
  fsck: [],
  log: ['main'],
  ls: ['main'],
  prune: [],
  pull: ['nowhere', 'main'],
  'pull-local': ['other'],
  refs: [],
  remote: ['show-url', 'nowhere'],
  reset: ['main', 'main'],
  'rev-parse': ['main'],
  show: ['main'],
  'static-delta': ['show', 'nowhere'],
  summary: ['-v'],
}
/** They need no repository that exists, are for a booted system, or are to come. */
const WITHOUT_REPO = ['admin', 'checksum', 'create-usb', 'find-remotes', 'gpg-sign', 'init', 'serve', 'sign', 'verify']

const CHECKSUM = 'ab'.repeat(32)
const GARBAGE = pseudoRandomBytes(200)

/** An archive repository with nothing in it, a folder to commit and another repository to pull from. */
function makeRepo(dir: string): string {
  const repo = join(dir, 'repo')
  for (const folder of ['objects/ab', 'refs/heads', 'refs/remotes', 'refs/mirrors', 'state', 'tmp', 'extensions']) {
    mkdirSync(join(repo, folder), { recursive: true })
  }
  writeFileSync(join(repo, 'config'), '[core]\nrepo_version=1\nmode=archive-z2\n')
  return repo
}

interface Fault {
  readonly name: string
  readonly make: (dir: string) => void
  /** Commands that do not meet the fault, and succeed, as the reference's do. */
  readonly fine: readonly string[]
}

const withRef = (dir: string, ref: string | Uint8Array): string => {
  const repo = makeRepo(dir)
  writeFileSync(join(repo, 'refs/heads/main'), ref)
  return repo
}

const FAULTS: readonly Fault[] = [
  { name: 'no repository', make: () => undefined, fine: [] },
  { name: 'a file in its place', make: (dir) => writeFileSync(join(dir, 'repo'), 'text'), fine: [] },
  { name: 'an empty folder', make: (dir) => mkdirSync(join(dir, 'repo')), fine: [] },
  { name: 'a config of garbage', make: (dir) => writeFileSync(join(makeRepo(dir), 'config'), GARBAGE), fine: [] },
  {
    name: 'an unknown mode',
    make: (dir) => writeFileSync(join(makeRepo(dir), 'config'), '[core]\nrepo_version=1\nmode=other\n'),
    fine: [],
  },
  {
    name: 'a ref of garbage',
    make: (dir) => void withRef(dir, GARBAGE),
    fine: ['commit', 'config', 'prune'],
  },
  {
    name: 'a ref to a commit that is not there',
    make: (dir) => void withRef(dir, `${CHECKSUM}\n`),
    fine: ['commit', 'config', 'prune', 'refs', 'reset', 'rev-parse'],
  },
  {
    name: 'a commit of garbage',
    make: (dir) => {
      const repo = withRef(dir, `${CHECKSUM}\n`)
      writeFileSync(join(repo, 'objects/ab', `${CHECKSUM.slice(2)}.commit`), GARBAGE)
    },
    fine: ['commit', 'config', 'refs', 'reset', 'rev-parse'],
  },
]

test('every command of the table is in one of the lists', () => {
  expect([...Object.keys(LINES), ...WITHOUT_REPO].sort()).toEqual(COMMANDS.map(({ name }) => name).sort())
})

describe.each(FAULTS)('$name', ({ make, fine }) => {
  for (const [command, args] of Object.entries(LINES)) {
    test(command, async () => {
      const dir = await temporaryDirectory()
      make(dir)
      mkdirSync(join(dir, 'tree'))
      writeFileSync(join(dir, 'tree/file'), 'text')
      const { code, stdout, stderr } = await runInProcess([command, '--repo=repo', ...args], { cwd: dir })
      expectNoTrace(`${stdout}${stderr}`)
      expect([code, stderr]).toEqual(
        fine.includes(command) ? [0, expect.anything()] : [1, expect.stringMatching(LAST_IS_ERROR)],
      )
      expect(readdirSync(dir)).not.toContain('out')
    })
  }
})

/** What comes before may be warnings, problems that fsck found, or a hint at the usage. */
const LAST_IS_ERROR = /(^|\n)error: [^\n]+(\n[^\n]+)*\n$/

function expectNoTrace(text: string): void {
  expect(text).not.toMatch(/^\s+at .*[(:/]|node:internal|TypeError|RangeError|\[object /m)
}

test('arguments that name nothing', async () => {
  const dir = await temporaryDirectory()
  await runInProcess(['init', '--repo=repo', '--mode=archive'], { cwd: dir })
  for (const { name } of COMMANDS) {
    for (const args of [['--no-such-option'], ['nothing', 'nothing-else', 'nor-this']]) {
      if (name === 'init' && args.length > 1) continue // it takes no notice of them, as the reference
      if (name === 'serve' && args.length > 1) continue // its own tests have it
      const { code, stdout, stderr } = await runInProcess([name, '--repo=repo', ...args], { cwd: dir })
      expectNoTrace(`${stdout}${stderr}`)
      if (code !== 0) expect([name, code, stderr]).toEqual([name, 1, expect.stringContaining('error: ')])
      if (args.length === 1) expect([name, code]).toEqual([name, 1])
    }
  }
})
