// `ostree admin upgrade`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag, string } from '../../options.ts'

export const command = defineCommand({
  name: 'upgrade',
  summary: 'Construct new tree from current origin and deploy it, if it changed',
  target: 'sysroot',
  options: {
    os: string('OSNAME', 'Use a different operating system root than the current one'),
    reboot: flag('Reboot after a successful upgrade', { short: 'r' }),
    kexec: flag('Stage new kernel in kexec', { short: 'k' }),
    'allow-downgrade': flag('Permit deployment of chronologically older trees'),
    'override-commit': string('CHECKSUM', 'Deploy CHECKSUM instead of the latest tree'),
    'pull-only': flag('Do not create a deployment, just download'),
    'deploy-only': flag('Do not pull, only deploy'),
    stage: flag('Enable staging (finalization at reboot time)'),
  },
  run: async () => comingLater("'ostree admin upgrade'"),
})
