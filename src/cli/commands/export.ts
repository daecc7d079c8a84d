// `ostree export`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag } from '../options.ts'

export const command = defineCommand({
  name: 'export',
  summary: 'Stream COMMIT to stdout in tar format',
  parameters: 'COMMIT',
  options: {
    'no-xattrs': flag('Skip output of extended attributes'),
    subpath: filename('PATH', 'Checkout sub-directory PATH'),
    prefix: filename('PATH', 'Add PATH as prefix to archive pathnames'),
    output: filename('PATH', 'Output to PATH ', { short: 'o' }),
  },
  examples: [
    { does: 'A branch as a tar archive', line: 'export --repo=repo main | gzip' },
    { does: 'One folder of it, into a file', line: 'export --repo=repo --subpath=/usr/share -o share.tar main' },
  ],
  run: async () => comingLater("'ostree export'"),
})
