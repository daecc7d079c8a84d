// `ostree log`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'log',
  summary: 'Show log starting at commit or ref',
  parameters: 'REV',
  options: {
    raw: flag('Show raw variant data'),
  },
  run: async () => comingLater("'ostree log'"),
})
