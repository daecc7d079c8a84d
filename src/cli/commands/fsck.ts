// `ostree fsck`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'fsck',
  summary: 'Check the repository for consistency',
  options: {
    'add-tombstones': flag('Add tombstones for missing commits'),
    quiet: flag('Only print error messages', { short: 'q' }),
    all: flag("Don't stop on first error", { short: 'a' }),
    delete: flag('Remove corrupted objects'),
    'verify-bindings': flag('Verify ref bindings'),
    'verify-back-refs': flag('Verify back-references (implies --verify-bindings)'),
  },
  run: async () => comingLater("'ostree fsck'"),
})
