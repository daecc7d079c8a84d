// `ostree find-remotes`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'find-remotes',
  summary: 'Find remotes to serve the given refs',
  parameters: 'COLLECTION-ID REF [COLLECTION-ID REF...]',
  options: {
    'cache-dir': filename(undefined, 'Use custom cache dir'),
    'disable-fsync': flag('Do not invoke fsync()'),
    finders: string('FINDERS', 'Use the specified comma separated list of finders (e.g. config,lan,mount)'),
    pull: flag('Pull the updates after finding them'),
    mirror: flag('Do a mirror pull (see ostree pull --mirror)'),
  },
  run: async () => comingLater("'ostree find-remotes'"),
})
