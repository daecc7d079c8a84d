// `ostree admin post-copy`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'post-copy',
  summary: 'Update the repo and deployments as needed after a copy',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin post-copy'"),
})
