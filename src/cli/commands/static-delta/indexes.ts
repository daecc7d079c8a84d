// `ostree static-delta indexes`.

import { listStaticDeltaIndexes } from '../../../repo/summary/static-delta-index.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'indexes',
  summary: 'List static delta indexes',
  options: {},
  async run({ repo, out }) {
    const indexes = await listStaticDeltaIndexes(repo)
    if (indexes.length === 0) out.line('(No static deltas indexes)')
    for (const commit of indexes) out.line(commit)
  },
})
