// `ostree static-delta show`.

import { describeDelta } from '../../../deltas/show-delta.ts'
import { defineCommand } from '../../command.ts'
import { deltaFilePath, requiredDelta } from '../../delta-argument.ts'

export const command = defineCommand({
  name: 'show',
  summary: 'Dump information on a delta',
  options: {},
  async run({ repo, session, args, out }) {
    const delta = requiredDelta(args)
    for await (const line of describeDelta(repo, delta, deltaFilePath(session, repo, delta))) out.line(line)
  },
})
