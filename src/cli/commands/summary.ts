// `ostree summary`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string, strings } from '../options.ts'

export const command = defineCommand({
  name: 'summary',
  summary: 'Manage summary metadata',
  options: {
    update: flag('Update the summary', { short: 'u' }),
    view: flag('View the local summary file', { short: 'v' }),
    raw: flag('View the raw bytes of the summary file'),
    'list-metadata-keys': flag('List the available metadata keys'),
    'print-metadata-key': string('KEY', 'Print string value of metadata key'),
    'gpg-sign': strings('KEY-ID', 'GPG Key ID to sign the summary with'),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
    sign: strings('KEY-ID', 'Key ID to sign the summary with'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'add-metadata': strings('KEY=VALUE', 'Additional metadata field to add to the summary', { short: 'm' }),
  },
  run: async () => comingLater("'ostree summary'"),
})
