// `ostree init`.

import { parseRepoMode } from '../../repo/config/repo-mode.ts'
import { initRepo } from '../../repo/init.ts'
import { defineCommand } from '../command.ts'
import { string, stringWithDefault } from '../options.ts'

export const command = defineCommand({
  name: 'init',
  summary: 'Initialize a new empty repository',
  target: 'new-repo',
  options: {
    mode: stringWithDefault(
      undefined,
      'Initialize repository in given mode (bare, bare-user, bare-user-only, archive)',
      { default: 'bare' },
    ),
    'collection-id': string(
      'COLLECTION-ID',
      'Globally unique ID for this repository as an collection of refs for redistribution to other repositories',
    ),
  },
  examples: [
    { does: 'Make a repository to serve over HTTP', line: 'init --repo=repo --mode=archive' },
    { does: 'Make one that needs no root to commit and check out', line: 'init --repo=repo --mode=bare-user' },
  ],
  async run({ platform, repoPath, options }) {
    const mode = parseRepoMode(options.mode)
    const collectionId = options['collection-id']
    await initRepo(platform, repoPath, { mode, ...(collectionId === undefined ? {} : { collectionId }) })
  },
})
