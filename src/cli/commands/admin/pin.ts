// `ostree admin pin`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'pin',
  summary:
    'Change the "pinning" state of a deployment, INDEX can be >= 0 or one of booted, pending or rollback strings',
  parameters: 'INDEX',
  target: 'sysroot',
  options: {
    unpin: flag('Unset pin', { short: 'u' }),
  },
  run: async () => comingLater("'ostree admin pin'"),
})
