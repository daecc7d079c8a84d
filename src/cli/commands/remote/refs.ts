// `ostree remote refs`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag } from '../../options.ts'

export const command = defineCommand({
  name: 'refs',
  summary: 'List remote refs',
  parameters: 'NAME',
  options: {
    revision: flag('Show revisions in listing', { short: 'r' }),
    'cache-dir': filename(undefined, 'Use custom cache dir'),
  },
  run: async () => comingLater("'ostree remote refs'"),
})
