// `ostree checksum`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'checksum',
  summary: 'Checksum a file or directory',
  parameters: 'PATH',
  target: 'nothing',
  options: {
    'ignore-xattrs': flag("Don't include xattrs in checksum"),
  },
  run: async () => comingLater("'ostree checksum'"),
})
