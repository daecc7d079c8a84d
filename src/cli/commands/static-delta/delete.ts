// `ostree static-delta delete`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'delete',
  summary: 'Remove a delta',
  options: {},
  run: async () => comingLater("'ostree static-delta delete'"),
})
