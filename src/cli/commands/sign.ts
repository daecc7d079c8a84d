// `ostree sign`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { ED25519_ONLY, flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'sign',
  summary: 'Sign a commit',
  parameters: 'COMMIT KEY-ID...',
  options: {
    delete: flag('Delete signatures having any of the KEY-IDs', { short: 'd' }),
    verify: flag('Verify signatures'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')", { short: 's' }),
    'keys-file': string('NAME', 'Read keys from file', ED25519_ONLY),
    'keys-dir': string(
      'NAME',
      'Redefine system-wide directories with public and revoked keys for verification',
      ED25519_ONLY,
    ),
  },
  run: async () => comingLater("'ostree sign'"),
})
