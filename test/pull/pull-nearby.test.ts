// `pull` beside the reference where objects come from repositories on this machine: a `file://` remote, or a local cache.

import { compareWithReference } from './compare.ts'
import type { Remote } from './remote.ts'

/** A repository beside the clients that has the first commit. */
async function cache(remote: Remote): Promise<void> {
  const repo = `${remote.dir}/cache`
  await remote.ostree('init', `--repo=${repo}`, '--mode=bare-user')
  await remote.ostree('pull-local', `--repo=${repo}`, remote.path, remote.commits[0]!)
}

const file = ['pull', '--url=file://REMOTE']

compareWithReference([
  {
    name: 'a file URL',
    lines: [
      [...file, 'origin', 'main'],
      [...file, 'origin', 'main'],
    ],
  },
  { name: 'a file URL into an archive', mode: 'archive', lines: [[...file, 'origin', 'main']] },
  { name: 'a file URL, untrusted', mode: 'archive', lines: [[...file, '--untrusted', 'origin', 'main']] },
  { name: 'a mirror of a file URL', mode: 'archive', remote: { commits: 2 }, lines: [[...file, '--mirror', 'origin']] },
  { name: 'a file URL, all parents', remote: { commits: 3 }, lines: [[...file, '--depth=-1', 'origin', 'main']] },
  { name: 'a file URL, one directory', lines: [[...file, '--subpath=/usr', 'origin', 'main']] },
  { name: 'a file URL, without a summary', remote: { summary: false }, lines: [[...file, 'origin', 'main']] },
  { name: 'a file URL, an unknown ref', remote: { summary: false }, lines: [[...file, 'origin', 'nope']] },
  { name: 'a file URL, an unknown commit', lines: [[...file, 'origin', '00'.repeat(32)]] },
  { name: 'a file URL where nothing is', lines: [['pull', '--url=file:///nowhere/at/all', 'origin', 'main']] },
  {
    name: 'a local cache',
    remote: { commits: 2 },
    prepare: cache,
    lines: [['pull', '--localcache-repo=cache', 'origin', 'main']],
  },
  { name: 'a local cache with all of it', prepare: cache, lines: [['pull', '-L', 'cache', 'origin', 'main']] },
  { name: 'a local cache that is not there', lines: [['pull', '-L', 'nowhere', 'origin', 'main']] },
  {
    name: 'pull-local by a required delta',
    remote: { commits: 2 },
    prepare: async (remote) => {
      await remote.ostree('static-delta', 'generate', `--repo=${remote.path}`, 'main')
      await remote.ostree('summary', `--repo=${remote.path}`, '-u')
    },
    lines: [
      ['pull-local', 'REMOTE', 'COMMIT0'],
      ['pull-local', '--require-static-deltas', 'REMOTE', 'main'],
    ],
  },
  ...[['--gpg-verify'], ['--gpg-verify', '--remote=origin'], ['--gpg-verify-summary', '--remote=origin']].map(
    (words) => ({
      name: `pull-local ${words.join(' ')} of what is not signed`,
      lines: [['pull-local', ...words, 'REMOTE', 'main']],
    }),
  ),
])
