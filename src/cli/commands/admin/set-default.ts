// `ostree admin set-default`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'set-default',
  summary: 'Make deployment INDEX the default',
  parameters: 'INDEX',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin set-default'"),
})
