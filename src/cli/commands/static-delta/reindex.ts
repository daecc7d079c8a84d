// `ostree static-delta reindex`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { string } from '../../options.ts'

export const command = defineCommand({
  name: 'reindex',
  summary: 'Regenerate static delta indexes',
  options: {
    to: string('REV', 'Only update delta index to revision REV'),
  },
  run: async () => comingLater("'ostree static-delta reindex'"),
})
