// `ostree admin status`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'status',
  summary: 'List deployments',
  target: 'sysroot',
  options: {
    verify: flag('Print the commit verification status', { short: 'V' }),
    json: flag('Emit JSON', { short: 'J' }),
    'skip-signatures': flag('Skip signatures in output', { short: 'S' }),
    'is-default': flag('Output "default" if booted into the default deployment, otherwise "not-default"', {
      short: 'D',
    }),
  },
  run: async () => comingLater("'ostree admin status'"),
})
