// `ostree remote summary`.

import { comingLater } from '../../coming-later.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag, string } from '../../options.ts'

export const command = defineCommand({
  name: 'summary',
  summary: 'Show remote summary',
  parameters: 'NAME',
  options: {
    'list-metadata-keys': flag('List the available metadata keys'),
    'print-metadata-key': string('KEY', 'Print string value of metadata key'),
    'cache-dir': filename(undefined, 'Use custom cache dir'),
    raw: flag('Show raw variant data'),
  },
  run: async () => comingLater("'ostree remote summary'"),
})
