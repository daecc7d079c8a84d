// `ostree refs`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'refs',
  summary: 'List refs',
  parameters: '[PREFIX]',
  options: {
    delete: flag('Delete refs which match PREFIX, rather than listing them'),
    list: flag('Do not remove the prefix from the refs'),
    revision: flag('Show revisions in listing', { short: 'r' }),
    alias: flag('If used with --create, create an alias, otherwise just list aliases', { short: 'A' }),
    create: string('NEWREF', 'Create a new ref for an existing commit'),
    collections: flag('Enable listing collection IDs for refs', { short: 'c' }),
    force: flag('Overwrite existing refs when creating'),
  },
  run: async () => comingLater("'ostree refs'"),
})
