// `ostree remote delete`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag } from '../../options.ts'

export const command = defineCommand({
  name: 'delete',
  summary: 'Delete a remote repository',
  parameters: 'NAME',
  target: 'nothing',
  options: {
    'if-exists': flag('Do nothing if the provided remote does not exist'),
    repo: filename('PATH', 'Path to OSTree repository (defaults to /sysroot/ostree/repo)'),
    sysroot: filename('PATH', 'Use sysroot at PATH (overrides --repo)'),
  },
  run: async () => comingLater("'ostree remote delete'"),
})
