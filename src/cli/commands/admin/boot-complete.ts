// `ostree admin boot-complete`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { onlyWhenBooted } from './only-when-booted.ts'

export const command = onlyWhenBooted(
  defineCommand({
    name: 'boot-complete',
    summary: 'Internal command to run at boot after an update was applied',
    target: 'sysroot',
    options: {},
    run: async () => comingLater("'ostree admin boot-complete'"),
  }),
)
