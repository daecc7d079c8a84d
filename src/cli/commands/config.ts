// `ostree config`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { string } from '../options.ts'

export const command = defineCommand({
  name: 'config',
  summary: 'Change repo configuration settings',
  parameters: '(get KEY|set KEY VALUE|unset KEY)',
  options: {
    group: string(undefined, 'Group name'),
  },
  run: async () => comingLater("'ostree config'"),
})
