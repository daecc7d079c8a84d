// `ostree reset`.

import { OstreeError } from '../../errors.ts'
import { listRefs } from '../../repo/refs/list-refs.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { withTransaction } from '../../repo/transaction/transaction.ts'
import { defineCommand } from '../command.ts'
import { requireWritable } from '../target.ts'

export const command = defineCommand({
  name: 'reset',
  summary: 'Reset a REF to a previous COMMIT',
  parameters: 'REF COMMIT',
  options: {},
  examples: [{ does: 'Take a branch back by one commit', line: 'reset --repo=repo main main^' }],
  async run({ repo, args, signal, usageError }) {
    requireWritable(repo)
    const [ref, target] = args
    if (ref === undefined || target === undefined) throw usageError('A REF and COMMIT argument is required')
    if (!(await listRefs(repo)).has(ref)) throw new OstreeError('FAILED', { reason: `Invalid ref '${ref}'` })
    const checksum = await resolveRev(repo, target)
    await withTransaction(repo, { signal }, async (transaction) => transaction.setRefspec(ref, checksum))
  },
})
