// `ostree show`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'show',
  summary: 'Output a metadata object',
  parameters: 'OBJECT',
  options: {
    'print-related': flag('Show the "related" commits'),
    'print-variant-type': string('TYPE', 'Memory map OBJECT (in this case a filename) to the GVariant type string'),
    'list-metadata-keys': flag('List the available metadata keys'),
    'print-metadata-key': string('KEY', 'Print string value of metadata key'),
    'print-hex': flag('For byte array valued keys, output an unquoted hexadecimal string'),
    'list-detached-metadata-keys': flag('List the available detached metadata keys'),
    'print-detached-metadata-key': string('KEY', 'Print string value of detached metadata key'),
    'print-sizes': flag('Show the commit size metadata'),
    raw: flag('Show raw variant data'),
    'no-byteswap': flag('Do not automatically convert variant data from big endian', { short: 'B' }),
    'gpg-homedir': filename('HOMEDIR', 'GPG Homedir to use when looking for keyrings'),
    'gpg-verify-remote': string('REMOTE', 'Use REMOTE name for GPG configuration'),
  },
  run: async () => comingLater("'ostree show'"),
})
