// `ostree static-delta list`.

import { formatDeltaName, listStaticDeltas } from '../../../repo/summary/static-delta-names.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'list',
  summary: 'List static delta files',
  options: {},
  async run({ repo, out }) {
    const deltas = await listStaticDeltas(repo)
    if (deltas.length === 0) out.line('(No static deltas)')
    for (const delta of deltas) out.line(formatDeltaName(delta))
  },
})
