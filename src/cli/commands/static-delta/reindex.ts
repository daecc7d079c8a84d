// `ostree static-delta reindex`.

import { reindexStaticDeltas } from '../../../repo/summary/static-delta-index.ts'
import { defineCommand } from '../../command.ts'
import { string } from '../../options.ts'

export const command = defineCommand({
  name: 'reindex',
  summary: 'Regenerate static delta indexes',
  options: {
    to: string('REV', 'Only update delta index to revision REV'),
  },
  async run({ repo, options, signal }) {
    await reindexStaticDeltas(repo, { to: options.to, signal })
  },
})
