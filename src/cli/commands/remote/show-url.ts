// `ostree remote show-url`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'show-url',
  summary: 'Show remote repository URL',
  parameters: 'NAME',
  options: {},
  run: async () => comingLater("'ostree remote show-url'"),
})
