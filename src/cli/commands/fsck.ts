// `ostree fsck`.

import { OstreeError } from '../../errors.ts'
import { formatObjectName } from '../../objects/object-name.ts'
import { type FsckEvent, fsck } from '../../repo/maintenance/fsck.ts'
import type { ObjectProblem } from '../../repo/store/check-object.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'
import type { Output } from '../output.ts'
import { ItemProgress } from '../progress.ts'

export const command = defineCommand({
  name: 'fsck',
  summary: 'Check the repository for consistency',
  options: {
    'add-tombstones': flag('Add tombstones for missing commits'),
    quiet: flag('Only print error messages', { short: 'q' }),
    all: flag("Don't stop on first error", { short: 'a' }),
    delete: flag('Remove corrupted objects'),
    'verify-bindings': flag('Verify ref bindings'),
    'verify-back-refs': flag('Verify back-references (implies --verify-bindings)'),
  },
  examples: [
    { does: 'Check every object and every commit', line: 'fsck --repo=repo' },
    { does: 'Delete what is broken, so that the next pull fetches it again', line: 'fsck --repo=repo --delete --all' },
  ],
  async run({ session, repo, options, out, signal }) {
    const progress = new ItemProgress(out, session.host.isTerminal, 'fsck objects')
    const result = await fsck(repo, {
      all: options.all,
      delete: options.delete,
      addTombstones: options['add-tombstones'],
      verifyBindings: options['verify-bindings'],
      verifyBackRefs: options['verify-back-refs'],
      signal,
      onProgress: (event) => {
        if (event.type === 'progress') progress.show(event.checked, event.total)
        else report(event, options.quiet, out)
      },
    })
    if (result.partialCommits > 0 && !options['add-tombstones']) {
      out.line(`${result.partialCommits} partial commits not verified`)
    }
    if (result.corrupt) throw new OstreeError('FAILED', { reason: 'Repository corruption encountered' })
    if (result.fsckPartialCommits > 0) {
      const reason = `${result.partialCommits} partial commits from fsck-detected corruption`
      throw new OstreeError('FAILED', { reason })
    }
    out.line(`object fsck of ${result.commits} commits completed successfully - no errors found.`)
  },
})

function report(event: Exclude<FsckEvent, { readonly type: 'progress' }>, quiet: boolean, out: Output): void {
  switch (event.type) {
    case 'refs':
      if (!quiet) out.line('Validating refs...')
      break
    case 'collection-refs':
      if (!quiet) out.line('Validating refs in collections...')
      break
    case 'enumerating':
      if (!quiet) out.line('Enumerating commits...')
      break
    case 'verifying':
      if (!quiet) out.line(`Verifying content integrity of ${event.commits} commit objects...`)
      break
    case 'problem':
      out.note(describeProblem(event.problem, event.commits))
      break
    case 'marked-partial':
      out.note(`Marking commit as partial: ${event.commit}`)
      break
    case 'tombstone':
      out.line(`Adding tombstone for commit ${event.commit}`)
      break
  }
}

function describeProblem({ object, missing, message }: ObjectProblem, commits: readonly string[] | null): string {
  if (!missing) return commits === null ? message : `In commits ${commits.join(', ')}: ${message}`
  const where = commits === null ? '' : ` in commits ${commits.join(', ')}`
  return `Object missing${where}: ${formatObjectName(object)}`
}
