// `ostree admin cleanup`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'cleanup',
  summary: 'Delete untagged deployments and repository objects',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin cleanup'"),
})
