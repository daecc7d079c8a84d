// `ostree admin impl-prepare-soft-reboot`: takes no options at all, not even `--help`.

import { comingLater } from '../../coming-later.ts'
import type { Command } from '../../command.ts'

export const command: Command = {
  kind: 'command',
  name: 'impl-prepare-soft-reboot',
  summary: 'Internal command to prepare soft reboot',
  examples: [],
  help: () => '',
  invoke: async () => comingLater("'ostree admin impl-prepare-soft-reboot'"),
}
