// `ostree admin state-overlay`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'state-overlay',
  summary: 'Internal command to assemble a state overlay',
  parameters: 'NAME MOUNTPATH',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin state-overlay'"),
})
