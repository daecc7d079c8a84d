// `ostree static-delta verify`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { ED25519_ONLY, string } from '../../options.ts'

export const command = defineCommand({
  name: 'verify',
  summary: 'Verify static delta signatures',
  parameters: 'STATIC-DELTA-FILE [KEY-ID...]',
  options: {
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'keys-file': string('NAME', 'Read key(s) from file', ED25519_ONLY),
    'keys-dir': string(
      'NAME',
      'Redefine system-wide directories with public and revoked keys for verification',
      ED25519_ONLY,
    ),
  },
  run: async () => comingLater("'ostree static-delta verify'"),
})
