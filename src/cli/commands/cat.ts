// `ostree cat`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'cat',
  summary: 'Concatenate contents of files',
  parameters: 'COMMIT PATH...',
  options: {},
  run: async () => comingLater("'ostree cat'"),
})
