// `pull` beside the reference: what is requested, what is printed, and the repository that comes of it.

import { expect, test } from 'vitest'
import { runReference, testWithReference } from '../reference.ts'
import { COMMANDS, describeRepo, makeRemote, type RemoteOptions, requestsDuring, withoutSeconds } from './remote.ts'

interface Case {
  readonly name: string
  readonly remote?: RemoteOptions
  readonly mode?: string
  readonly settings?: readonly string[]
  /** Command lines, one after another, without the command; `COMMITn` stands for the nth commit of `main`. */
  readonly lines: readonly (readonly string[])[]
}

const MODES: readonly Case[] = ['bare', 'bare-user', 'bare-user-only', 'archive'].map((mode) => ({
  name: `into a ${mode} repository`,
  mode,
  lines: [
    ['pull', 'origin', 'main'],
    ['pull', 'origin', 'main'],
  ],
}))

const CASES: readonly Case[] = [
  ...MODES,
  { name: 'without a summary', remote: { summary: false }, lines: [['pull', 'origin', 'main']] },
  { name: 'parents, all of them', remote: { commits: 3 }, lines: [['pull', '--depth=-1', 'origin', 'main']] },
  { name: 'one parent', remote: { commits: 3 }, lines: [['pull', '--depth=1', 'origin', 'main']] },
  {
    name: 'one parent, then one more',
    remote: { commits: 3 },
    lines: [
      ['pull', 'origin', 'main'],
      ['pull', '--depth=1', 'origin', 'main'],
      ['pull', '--depth=2', 'origin', 'main'],
    ],
  },
  {
    name: 'a commit by its checksum',
    remote: { commits: 2 },
    lines: [['pull', 'origin', 'COMMIT0']],
  },
  {
    name: 'a ref at an older commit, then at the newest',
    remote: { commits: 2 },
    lines: [
      ['pull', 'origin', 'main@COMMIT0'],
      ['pull', 'origin', 'main'],
    ],
  },
  { name: 'REMOTE:REF', lines: [['pull', 'origin:main']] },
  { name: 'configured branches', settings: ['--no-gpg-verify', '--set=branches=main;'], lines: [['pull', 'origin']] },
  { name: 'no configured branches', lines: [['pull', 'origin']] },
  {
    name: 'commits alone',
    remote: { commits: 3 },
    lines: [['pull', '--commit-metadata-only', '--depth=-1', 'origin', 'main']],
  },
  {
    name: 'commits alone, then in full',
    lines: [
      ['pull', '--commit-metadata-only', 'origin', 'main'],
      ['pull', 'origin', 'main'],
    ],
  },
  { name: 'one directory', lines: [['pull', '--subpath=/usr/share', 'origin', 'main']] },
  {
    name: 'directories and a file, then all',
    lines: [
      ['pull', '--subpath=/usr/bin', '--subpath=/etc/conf', 'origin', 'main'],
      ['pull', 'origin', 'main'],
    ],
  },
  { name: 'a mirror of everything', mode: 'archive', remote: { commits: 2 }, lines: [['pull', '--mirror', 'origin']] },
  { name: 'a mirror of one ref', mode: 'archive', lines: [['pull', '--mirror', 'origin', 'main']] },
  { name: 'a mirror without a summary', remote: { summary: false }, lines: [['pull', '--mirror', 'origin']] },
  { name: 'a trusted mirror', mode: 'archive', lines: [['pull', '--mirror', '--http-trusted', 'origin']] },
  {
    name: 'a mirror of a collection',
    mode: 'archive',
    remote: { initArguments: ['--collection-id=org.example.Remote'] },
    lines: [['pull', '--mirror', 'origin']],
  },
  {
    name: 'a remote of a known collection',
    remote: { initArguments: ['--collection-id=org.example.Remote'] },
    settings: ['--no-gpg-verify', '--collection-id=org.example.Remote'],
    lines: [['pull', 'origin', 'main']],
  },
  {
    name: 'a remote that is another collection than expected',
    remote: { initArguments: ['--collection-id=org.example.Remote'] },
    settings: ['--no-gpg-verify', '--collection-id=org.example.Other'],
    lines: [['pull', 'origin', 'main']],
  },
  { name: 'an unknown branch', lines: [['pull', 'origin', 'nope']] },
  { name: 'an unknown branch without a summary', remote: { summary: false }, lines: [['pull', 'origin', 'nope']] },
  { name: 'an unknown remote', lines: [['pull', 'nobody', 'main']] },
  { name: 'an unknown commit', lines: [['pull', 'origin', '00'.repeat(32)]] },
  { name: 'a ref that is none', lines: [['pull', 'origin', '-x/']] },
  { name: 'a commit that is none', lines: [['pull', 'origin', 'main@abc']] },
  { name: 'no remote', lines: [['pull']] },
  {
    name: 'an unconfigured remote',
    settings: ['--no-gpg-verify', '--set=unconfigured-state=ask your vendor'],
    lines: [['pull', 'origin', 'main']],
  },
  { name: 'signatures that are demanded and missing', settings: [], lines: [['pull', 'origin', 'main']] },
  ...[
    ['--timestamp-check', 'main'],
    ['--timestamp-check-from-rev=COMMIT1', 'main'],
    ['--timestamp-check', 'main@COMMIT0'],
    ['--timestamp-check-from-rev=COMMIT1', 'main@COMMIT0'],
    ['--timestamp-check-from-rev=main', 'main@COMMIT0'],
  ].map(([option = '', ref = '']) => ({
    name: `${option}, then ${ref}`,
    remote: { commits: 2 },
    lines: [
      ['pull', 'origin', 'main'],
      ['pull', option, 'origin', ref],
    ],
  })),
  { name: 'required deltas that are not there', lines: [['pull', '--require-static-deltas', 'origin', 'main']] },
  { name: 'a dry run without required deltas', lines: [['pull', '--dry-run', 'origin', 'main']] },
  { name: 'deltas into an archive', mode: 'archive', lines: [['pull', '--require-static-deltas', 'origin', 'main']] },
  { name: 'a header without a value', lines: [['pull', '--http-header=nothing', 'origin', 'main']] },
]

for (const { name, remote: remoteOptions, mode, settings, lines } of CASES) {
  testWithReference(`${name}: as the reference does it`, async ({ dir }) => {
    const remote = await makeRemote(dir, remoteOptions)
    const seen = []
    for (const [command, run] of COMMANDS) {
      const repo = await remote.client(command, {
        ...(mode === undefined ? {} : { mode }),
        ...(settings === undefined ? {} : { settings }),
      })
      const steps = []
      for (const line of lines) {
        const words = line.map((word) => word.replace(/COMMIT(\d)/, (_, index) => remote.commits[Number(index)] ?? ''))
        const { result, requests } = await requestsDuring(remote.server, () =>
          run([...words, `--repo=${repo}`], { cwd: dir }),
        )
        const { code, stdout, stderr } = result
        // They go out several at a time: their order is not the same from run to run.
        requests.sort()
        const found = await describeRepo(repo)
        steps.push({
          code,
          stdout: withoutSeconds(stdout),
          stderr,
          requests,
          repo: code === 0 ? found : withoutLeftovers(found),
        })
      }
      if (steps.at(-1)!.code === 0) expect((await runReference(['fsck', `--repo=${repo}`])).code).toBe(0)
      seen.push(steps)
    }
    expect(seen[1]).toEqual(seen[0])
  })
}

/**
 * A refused commit: the reference has written it, and marked it partial, before it looks at bindings and times; here it is
 * looked at first, and nothing of it is kept. What was staged has a name by chance in both.
 */
function withoutLeftovers(repo: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(repo).filter(([path]) => !/^(state|tmp)\//.test(path)))
}

test('every case has a name of its own', () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length)
})
