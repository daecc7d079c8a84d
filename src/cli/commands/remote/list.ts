// `ostree remote list`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'list',
  summary: 'List remote repository names',
  options: {
    'show-urls': flag('Show remote URLs in list', { short: 'u' }),
  },
  run: async () => comingLater("'ostree remote list'"),
})
