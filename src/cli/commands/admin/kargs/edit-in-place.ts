// `ostree admin kargs edit-in-place`.

import { comingLater } from '../../../coming-later.ts'
import { defineCommand } from '../../../command.ts'
import { strings } from '../../../options.ts'

export const command = defineCommand({
  name: 'edit-in-place',
  summary: 'Set new kernel command line arguments in place (applies to all deployments by default)',
  parameters: 'ARGS',
  target: 'sysroot',
  options: {
    'append-if-missing': strings('NAME=VALUE', 'Append kernel arguments if they do not exist'),
  },
  run: async () => comingLater("'ostree admin kargs edit-in-place'"),
})
