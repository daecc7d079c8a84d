// `ostree remote list-cookies`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'list-cookies',
  summary: 'Show remote repository cookies',
  parameters: 'NAME',
  options: {},
  run: async () => comingLater("'ostree remote list-cookies'"),
})
