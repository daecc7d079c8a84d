// `ostree rev-parse`.

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import type { Repo } from '../../repo/repo.ts'
import { listCommits } from '../../repo/store/list-objects.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'rev-parse',
  summary: 'Output the target of a rev',
  parameters: 'REV',
  options: {
    single: flag('If the repository has exactly one commit, then print it; any other case will result in an error', {
      short: 'S',
    }),
  },
  examples: [
    { does: 'The commit that a branch stands on', line: 'rev-parse --repo=repo main' },
    { does: 'Its parent, and the full checksum of a commit by its first digits', line: 'rev-parse main^ 7f3a' },
  ],
  async run({ repo, options, args, out, usageError }) {
    if (options.single) {
      if (args.length > 0) throw usageError('Cannot specify arguments with --single')
      out.line(await onlyCommit(repo))
      return
    }
    if (args.length === 0) throw usageError('REV must be specified')
    for (const rev of args) out.line(await resolveRev(repo, rev))
  },
})

async function onlyCommit(repo: Repo): Promise<Checksum> {
  let found: Checksum | undefined
  for await (const checksum of listCommits(repo)) {
    if (found !== undefined) throw new OstreeError('FAILED', { reason: 'Multiple commit objects found' })
    found = checksum
  }
  if (found === undefined) throw new OstreeError('FAILED', { reason: 'No commit objects found' })
  return found
}
