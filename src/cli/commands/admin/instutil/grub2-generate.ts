// `ostree admin instutil grub2-generate`.

import { comingLater } from '../../../coming-later.ts'
import { defineCommand } from '../../../command.ts'

export const command = defineCommand({
  name: 'grub2-generate',
  summary: 'Generate GRUB2 configuration from given BLS entries',
  parameters: '[BOOTVERSION]',
  target: 'sysroot',
  options: {},
  run: async () => comingLater("'ostree admin instutil grub2-generate'"),
})
