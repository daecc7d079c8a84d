// `ostree admin set-origin`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { integer, strings } from '../../options.ts'

export const command = defineCommand({
  name: 'set-origin',
  summary: 'Set Origin and create a new origin file',
  parameters: 'REMOTENAME URL [BRANCH]',
  target: 'sysroot',
  options: {
    set: strings('KEY=VALUE', 'Set config option KEY=VALUE for remote', { short: 's' }),
    index: integer('INDEX', 'Operate on the deployment INDEX, starting from zero', { default: -1 }),
  },
  run: async () => comingLater("'ostree admin set-origin'"),
})
