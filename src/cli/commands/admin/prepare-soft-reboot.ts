// `ostree admin prepare-soft-reboot`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'prepare-soft-reboot',
  summary: 'Prepare deployment for soft-reboot',
  parameters: 'INDEX',
  target: 'sysroot',
  options: {
    reboot: flag('Initiate a soft reboot on success'),
    reset: flag('Undo queued soft reboot state'),
  },
  run: async () => comingLater("'ostree admin prepare-soft-reboot'"),
})
