// `ostree reset`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'reset',
  summary: 'Reset a REF to a previous COMMIT',
  parameters: 'REF COMMIT',
  options: {},
  run: async () => comingLater("'ostree reset'"),
})
