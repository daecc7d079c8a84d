// `ostree rev-parse`.

import { comingLater } from '../coming-later.ts'
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
  run: async () => comingLater("'ostree rev-parse'"),
})
