// `ostree admin switch`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag, string } from '../../options.ts'

export const command = defineCommand({
  name: 'switch',
  summary: 'Construct new tree from REFSPEC and deploy it',
  parameters: 'REFSPEC',
  target: 'sysroot',
  options: {
    reboot: flag('Reboot after switching trees', { short: 'r' }),
    kexec: flag('Stage new kernel in kexec', { short: 'k' }),
    os: string('OSNAME', 'Use a different operating system root than the current one'),
  },
  run: async () => comingLater("'ostree admin switch'"),
})
