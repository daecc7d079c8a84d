// `pull` by static deltas beside the reference.

import { compareWithReference } from './compare.ts'
import type { Remote } from './remote.ts'

const generate =
  (...lines: readonly (readonly string[])[]) =>
  async (remote: Remote) => {
    for (const line of lines) await remote.ostree('static-delta', 'generate', `--repo=${remote.path}`, ...line)
    await remote.ostree('summary', `--repo=${remote.path}`, '-u')
  }
/** As a server has them that knows no indexes. */
const withoutIndexes = (prepare: (remote: Remote) => Promise<void>) => async (remote: Remote) => {
  await prepare(remote)
  await remote.ostree('config', `--repo=${remote.path}`, 'set', 'core.indexed-deltas', 'false')
}
const without = (file: string, prepare: (remote: Remote) => Promise<void>) => async (remote: Remote) => {
  await prepare(remote)
  const { rm } = await import('node:fs/promises')
  await rm(`${remote.path}/${file}`, { recursive: true })
}

const UPDATE = [
  ['pull', 'origin', 'main@COMMIT0'],
  ['pull', 'origin', 'main'],
]
const two = { commits: 2 }

compareWithReference([
  { name: 'from nothing', prepare: generate(['--empty', 'main']), lines: [['pull', 'origin', 'main']] },
  { name: 'an update', remote: two, prepare: generate(['main']), lines: UPDATE },
  {
    name: 'an update with the parts in the superblock',
    remote: two,
    prepare: generate(['--inline', 'main']),
    lines: UPDATE,
  },
  {
    name: 'disabled',
    remote: two,
    prepare: generate(['main']),
    lines: [UPDATE[0]!, ['pull', '--disable-static-deltas', 'origin', 'main']],
  },
  {
    name: 'required',
    remote: two,
    prepare: generate(['main']),
    lines: [UPDATE[0]!, ['pull', '--require-static-deltas', 'origin', 'main']],
  },
  {
    name: 'required, and there already',
    remote: two,
    prepare: generate(['main']),
    lines: [...UPDATE, ['pull', '--require-static-deltas', 'origin', 'main']],
  },
  {
    name: 'a dry run',
    remote: two,
    prepare: generate(['main']),
    lines: [UPDATE[0]!, ['pull', '--require-static-deltas', '--dry-run', 'origin', 'main']],
  },
  {
    name: 'one from nothing, for a ref that is there',
    remote: two,
    prepare: generate(['--empty', 'main']),
    lines: UPDATE,
  },
  {
    name: 'the newest of two',
    remote: { commits: 3 },
    prepare: generate(['--from=main^^', '--to=main'], ['--from=main^', '--to=main']),
    lines: [
      ['pull', 'origin', 'main@COMMIT1'],
      ['pull', '--depth=1', 'origin', 'main@COMMIT1'],
      ['pull', 'origin', 'main'],
    ],
  },
  { name: 'by the summary alone', remote: two, prepare: withoutIndexes(generate(['main'])), lines: UPDATE },
  { name: 'guessed without a summary', remote: two, prepare: without('summary', generate(['main'])), lines: UPDATE },
  {
    name: 'guessed from nothing without a summary',
    prepare: without('summary', generate(['--empty', 'main'])),
    lines: [['pull', 'origin', 'main']],
  },
  {
    name: 'large objects left to be fetched',
    remote: two,
    prepare: generate(['--min-fallback-size=0', '--empty', 'main']),
    lines: [['pull', 'origin', 'main']],
  },
  {
    name: 'with parents',
    remote: { commits: 3 },
    prepare: generate(['main']),
    lines: [
      ['pull', 'origin', 'main@COMMIT1'],
      ['pull', '--depth=-1', 'origin', 'main'],
    ],
  },
])
