// `ostree remote gpg-list-keys`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'gpg-list-keys',
  summary: 'Show remote GPG keys',
  parameters: 'NAME',
  options: {},
  run: async () => comingLater("'ostree remote gpg-list-keys'"),
})
