// `ostree admin undeploy`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'undeploy',
  summary: 'Delete deployment INDEX',
  parameters: 'INDEX',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin undeploy'"),
})
