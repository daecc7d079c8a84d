// `pull` over HTTP beside the reference, where it succeeds.

import { compareWithReference } from './compare.ts'

const MODES = ['bare', 'bare-user', 'bare-user-only', 'archive'].map((mode) => ({
  name: `into a ${mode} repository`,
  mode,
  lines: [
    ['pull', 'origin', 'main'],
    ['pull', 'origin', 'main'],
  ],
}))

const CASES = [
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
]

compareWithReference(CASES)
