// `ostree static-delta delete`.

import { deleteDelta } from '../../../deltas/delete-delta.ts'
import { defineCommand } from '../../command.ts'
import { requiredDelta } from '../../delta-argument.ts'

export const command = defineCommand({
  name: 'delete',
  summary: 'Remove a delta',
  options: {},
  async run({ repo, args }) {
    await deleteDelta(repo, requiredDelta(args))
  },
})
