// `ostree admin unlock`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'unlock',
  summary: 'Make the current deployment mutable (as a hotfix or development)',
  target: 'sysroot',
  options: {
    hotfix: flag('Retain changes across reboots'),
    transient: flag('Mount overlayfs read-only by default'),
  },
  run: async () => comingLater("'ostree admin unlock'"),
})
