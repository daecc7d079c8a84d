// `pull` over HTTP beside the reference, where it refuses: the same words, and nothing kept.

import { compareWithReference } from './compare.ts'

compareWithReference([
  { name: 'no configured branches', lines: [['pull', 'origin']] },
  { name: 'a mirror without a summary', remote: { summary: false }, lines: [['pull', '--mirror', 'origin']] },
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
])
