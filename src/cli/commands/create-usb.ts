// `ostree create-usb`.

import { comingLater } from '../coming-later.ts'
import { defineCommand } from '../command.ts'
import { filename, flag, string } from '../options.ts'

export const command = defineCommand({
  name: 'create-usb',
  summary: 'Copy the refs to a USB stick',
  parameters: 'MOUNT-PATH COLLECTION-ID REF [COLLECTION-ID REF...]',
  options: {
    'disable-fsync': flag('Do not invoke fsync()'),
    'destination-repo': filename('DEST', 'Use custom repository directory within the mount'),
    commit: string('COMMIT', 'Pull a specific commit (only works when a single ref is specified)'),
  },
  run: async () => comingLater("'ostree create-usb'"),
})
