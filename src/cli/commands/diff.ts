// `ostree diff`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag, integer } from '../options.ts'

export const command = defineCommand({
  name: 'diff',
  summary: 'Compare directory TARGETDIR against revision REV',
  parameters: 'REV_OR_DIR REV_OR_DIR',
  options: {
    stats: flag('Print various statistics'),
    'fs-diff': flag('Print filesystem diff'),
    'no-xattrs': flag('Skip output of extended attributes'),
    'owner-uid': integer('UID', 'Use file ownership user id for local files', { default: -1 }),
    'owner-gid': integer('GID', 'Use file ownership group id for local files', { default: -1 }),
  },
  run: async () => comingLater("'ostree diff'"),
})
