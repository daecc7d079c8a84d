// `ostree prune`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag, integer, string, strings } from '../options.ts'

export const command = defineCommand({
  name: 'prune',
  summary: 'Search for unreachable objects',
  options: {
    'no-prune': flag("Only display unreachable objects; don't delete"),
    'refs-only': flag('Only compute reachability via refs'),
    depth: integer('DEPTH', 'Only traverse DEPTH parents for each commit (default: -1=infinite)', { default: -1 }),
    'delete-commit': string('COMMIT', 'Specify a commit to delete'),
    'keep-younger-than': string('DATE', 'Prune all commits older than the specified date'),
    'static-deltas-only': flag(
      'Change the behavior of delete-commit and keep-younger-than to prune only static deltas',
    ),
    'retain-branch-depth': strings('BRANCH=DEPTH', 'Additionally retain BRANCH=DEPTH commits'),
    'only-branch': strings('BRANCH', 'Only prune BRANCH (may be specified multiple times)'),
    'commit-only': flag('Only traverse and delete commit objects.'),
  },
  run: async () => comingLater("'ostree prune'"),
})
