// `ostree sign`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'sign',
  summary: 'Sign a commit',
  parameters: 'COMMIT KEY-ID...',
  options: {
    delete: flag('Delete signatures having any of the KEY-IDs', { short: 'd' }),
    verify: flag('Verify signatures'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')", { short: 's' }),
    'keys-file': string('NAME', 'Read keys from file'),
    'keys-dir': string('NAME', 'Redefine system-wide directories with public and revoked keys for verification'),
  },
  run: async () => comingLater("'ostree sign'"),
})
