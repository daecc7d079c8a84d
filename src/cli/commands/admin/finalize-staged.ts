// `ostree admin finalize-staged`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'
import { onlyWhenBooted } from './only-when-booted.ts'

export const command = onlyWhenBooted(
  defineCommand({
    name: 'finalize-staged',
    summary: 'Internal command to run at shutdown time',
    target: 'sysroot',
    options: {
      hold: flag('Hold /boot open during finalization'),
    },
    run: async () => comingLater("'ostree admin finalize-staged'"),
  }),
)
