// `ostree static-delta apply-offline`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { string } from '../../options.ts'

export const command = defineCommand({
  name: 'apply-offline',
  summary: 'Apply static delta file',
  options: {
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'keys-file': string('NAME', 'Read key(s) from file'),
    'keys-dir': string('NAME', 'Redefine system-wide directories with public and revoked keys for verification'),
  },
  run: async () => comingLater("'ostree static-delta apply-offline'"),
})
