// `ostree remote gpg-import`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filenames, flag } from '../../options.ts'

export const command = defineCommand({
  name: 'gpg-import',
  summary: 'Import GPG keys',
  parameters: 'NAME [KEY-ID...]',
  options: {
    keyring: filenames('FILE', 'Import keys from a keyring file (repeatable)', { short: 'k' }),
    stdin: flag('Import keys from standard input'),
  },
  run: async () => comingLater("'ostree remote gpg-import'"),
})
