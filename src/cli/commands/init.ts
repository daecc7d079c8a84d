// `ostree init`.

import { comingLater } from '../coming-later.ts'
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
  run: async () => comingLater("'ostree init'"),
})
