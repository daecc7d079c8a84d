// `ostree admin lock-finalization`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'lock-finalization',
  summary: 'Change the finalization locking state of the staged deployment',
  target: 'sysroot',
  options: {
    unlock: flag('Unlock finalization', { short: 'u' }),
  },
  run: async () => comingLater("'ostree admin lock-finalization'"),
})
