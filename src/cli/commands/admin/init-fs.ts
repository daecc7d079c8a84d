// `ostree admin init-fs`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag, integer } from '../../options.ts'

export const command = defineCommand({
  name: 'init-fs',
  summary: 'Initialize a root filesystem',
  parameters: 'PATH',
  target: 'sysroot',
  options: {
    modern: flag('Only create /boot and /ostree'),
    epoch: integer(undefined, 'An integer value, defines initial state.  Must be in the range [0-1], inclusive.', {
      short: 'E',
    }),
  },
  run: async () => comingLater("'ostree admin init-fs'"),
})
