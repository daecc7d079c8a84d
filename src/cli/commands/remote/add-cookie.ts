// `ostree remote add-cookie`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'add-cookie',
  summary: 'Add a cookie to remote',
  parameters: 'NAME DOMAIN PATH COOKIE_NAME VALUE',
  options: {},
  run: async () => comingLater("'ostree remote add-cookie'"),
})
