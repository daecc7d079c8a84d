// `ostree prune`.

import { parseHostTimestamp } from '../../dates/host-time.ts'
import { OstreeError } from '../../errors.ts'
import { parseChecksum } from '../../objects/checksum.ts'
import type { Platform } from '../../platform/types.ts'
import { deleteCommit } from '../../repo/maintenance/delete-commit.ts'
import { type PruneOptions, prune, pruneStaticDeltas } from '../../repo/maintenance/prune.ts'
import { formatSize } from '../../text/format-size.ts'
import { defineCommand } from '../command.ts'
import { flag, integer, string, strings } from '../options.ts'
import { requireWritable } from '../target.ts'

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
  examples: [
    { does: 'See what nothing refers to any more', line: 'prune --repo=repo --refs-only --no-prune' },
    { does: 'Keep the newest three commits of each branch', line: 'prune --repo=repo --refs-only --depth=2' },
  ],
  async run({ platform, repo, options, out, signal, usageError }) {
    const commit = options['delete-commit']
    const dryRun = options['no-prune']
    if (!dryRun) requireWritable(repo)
    if (commit !== undefined) {
      if (dryRun) throw usageError('Cannot specify both --delete-commit and --no-prune')
      if (options['static-deltas-only']) await pruneStaticDeltas(repo, parseChecksum(commit))
      else await deleteCommit(repo, parseChecksum(commit))
    } else if (options['static-deltas-only']) {
      const reason =
        '--static-deltas-only requires --delete-commit; see https://github.com/ostreedev/ostree/issues/1479'
      throw new OstreeError('INVALID_ARGUMENT', { reason })
    }
    const result = await prune(repo, { ...(await selection(platform, options)), dryRun, signal })
    out.line(`Total ${options['commit-only'] ? '(commit only) ' : ''}objects: ${result.objectsTotal}`)
    const size = formatSize(result.freedBytes)
    if (result.objectsPruned === 0) out.line('No unreachable objects')
    else if (dryRun) out.line(`Would delete: ${result.objectsPruned} objects, freeing ${size}`)
    else out.line(`Deleted ${result.objectsPruned} objects, ${size} freed`)
  },
})

async function selection(
  platform: Platform,
  options: {
    readonly depth: number
    readonly 'refs-only': boolean
    readonly 'commit-only': boolean
    readonly 'keep-younger-than': string | undefined
    readonly 'retain-branch-depth': readonly string[]
    readonly 'only-branch': readonly string[]
  },
): Promise<PruneOptions> {
  const youngest = options['keep-younger-than']
  const depths = options['retain-branch-depth']
  const only = options['only-branch']
  return {
    depth: options.depth,
    refsOnly: options['refs-only'],
    commitOnly: options['commit-only'],
    ...(youngest === undefined ? {} : { keepYoungerThan: await parseHostTimestamp(platform, youngest) }),
    ...(depths.length === 0 ? {} : { branchDepths: new Map(depths.map(parseBranchDepth)) }),
    ...(only.length === 0 ? {} : { onlyBranches: only }),
  }
}

function parseBranchDepth(text: string): [string, number] {
  const equals = text.indexOf('=')
  if (equals < 0) invalid(`Invalid value ${text}, must specify BRANCH=DEPTH`)
  const match = /^\s*[-+]?\d+/.exec(text.slice(equals + 1))
  if (match === null) invalid(`Invalid depth ${text.slice(equals + 1)}`)
  return [text.slice(0, equals), Number(match[0])]
}

function invalid(reason: string): never {
  throw new OstreeError('INVALID_ARGUMENT', { reason })
}
