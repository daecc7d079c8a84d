// `ostree static-delta list`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'list',
  summary: 'List static delta files',
  options: {},
  run: async () => comingLater("'ostree static-delta list'"),
})
