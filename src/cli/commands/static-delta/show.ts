// `ostree static-delta show`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'show',
  summary: 'Dump information on a delta',
  options: {},
  run: async () => comingLater("'ostree static-delta show'"),
})
