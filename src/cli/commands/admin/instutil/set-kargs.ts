// `ostree admin instutil set-kargs`.

import { comingLater } from '../../../coming-later.ts'
import { defineCommand } from '../../../command.ts'
import { flag, strings } from '../../../options.ts'

export const command = defineCommand({
  name: 'set-kargs',
  summary: 'Set new kernel command line arguments(Not stable)',
  parameters: 'ARGS',
  target: 'sysroot',
  options: {
    'import-proc-cmdline': flag('Import current /proc/cmdline'),
    merge: flag('Merge with previous command line'),
    replace: strings(
      'NAME=VALUE',
      'Set kernel argument, like root=/dev/sda1; this overrides any earlier argument with the same name',
    ),
    append: strings('NAME=VALUE', 'Append kernel argument; useful with e.g. console= that can be used multiple times'),
  },
  run: async () => comingLater("'ostree admin instutil set-kargs'"),
})
