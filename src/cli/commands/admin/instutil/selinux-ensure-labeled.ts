// `ostree admin instutil selinux-ensure-labeled`.

import { comingLater } from '../../../coming-later.ts'
import { defineCommand } from '../../../command.ts'

export const command = defineCommand({
  name: 'selinux-ensure-labeled',
  summary: 'Relabel all or part of a deployment',
  parameters: '[SUBPATH PREFIX]',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin instutil selinux-ensure-labeled'"),
})
