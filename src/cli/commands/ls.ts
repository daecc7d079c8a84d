// `ostree ls`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'ls',
  summary: 'List file paths',
  parameters: 'COMMIT [PATH...]',
  options: {
    dironly: flag('Do not recurse into directory arguments', { short: 'd' }),
    recursive: flag('Print directories recursively', { short: 'R' }),
    checksum: flag('Print checksum', { short: 'C' }),
    xattrs: flag('Print extended attributes', { short: 'X' }),
    'nul-filenames-only': flag('Print only filenames, NUL separated'),
  },
  run: async () => comingLater("'ostree ls'"),
})
