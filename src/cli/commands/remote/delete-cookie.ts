// `ostree remote delete-cookie`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'delete-cookie',
  summary: 'Remove one cookie from remote',
  parameters: 'NAME DOMAIN PATH COOKIE_NAME',
  options: {},
  run: async () => comingLater("'ostree remote delete-cookie'"),
})
