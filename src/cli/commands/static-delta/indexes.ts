// `ostree static-delta indexes`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'indexes',
  summary: 'List static delta indexes',
  options: {},
  run: async () => comingLater("'ostree static-delta indexes'"),
})
