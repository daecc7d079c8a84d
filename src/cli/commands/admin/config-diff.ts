// `ostree admin config-diff`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { string } from '../../options.ts'

export const command = defineCommand({
  name: 'config-diff',
  summary: 'Diff current /etc configuration versus default',
  target: 'sysroot',
  options: {
    os: string('OSNAME', 'Use a different operating system root than the current one'),
  },
  run: async () => comingLater("'ostree admin config-diff'"),
})
