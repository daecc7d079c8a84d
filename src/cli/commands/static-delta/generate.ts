// `ostree static-delta generate`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { ED25519_ONLY, filename, flag, string, strings } from '../../options.ts'

export const command = defineCommand({
  name: 'generate',
  summary: 'Generate static delta files',
  parameters: '[TO]',
  options: {
    from: string('REV', 'Create delta from revision REV'),
    empty: flag('Create delta from scratch'),
    inline: flag('Inline delta parts into main delta'),
    to: string('REV', 'Create delta to revision REV'),
    'disable-bsdiff': flag('Disable use of bsdiff'),
    'if-not-exists': flag('Only generate if a delta does not already exist', { short: 'n' }),
    'set-endianness': string('ENDIAN', "Choose metadata endianness ('l' or 'B')"),
    'swap-endianness': flag('Swap metadata endianness from host order'),
    'min-fallback-size': string(undefined, 'Minimum uncompressed size in megabytes for individual HTTP request'),
    'max-bsdiff-size': string(undefined, 'Maximum size in megabytes to consider bsdiff compression for input files'),
    'max-chunk-size': string(undefined, 'Maximum size of delta chunks in megabytes'),
    filename: filename(
      'PATH',
      'Write the delta content to PATH (a directory).  If not specified, the OSTree repository is used',
    ),
    sign: strings('KEY_ID', 'Sign the delta with'),
    'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
    'keys-file': string('NAME', 'Read key(s) from file', ED25519_ONLY),
  },
  run: async () => comingLater("'ostree static-delta generate'"),
})
