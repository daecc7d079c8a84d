// `ostree gpg-sign`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag } from '../options.ts'

export const command = defineCommand({
  name: 'gpg-sign',
  summary: 'Sign a commit',
  parameters: 'COMMIT KEY-ID...',
  options: {
    delete: flag('Delete signatures having any of the GPG KEY-IDs', { short: 'd' }),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
  },
  run: async () => comingLater("'ostree gpg-sign'"),
})
