// `ostree remote show-url`.

import { remoteUrl } from '../../../repo/config/remotes.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'show-url',
  summary: 'Show remote repository URL',
  parameters: 'NAME',
  options: {},
  async run({ repo, args, out, usageError }) {
    const [name] = args
    if (name === undefined) throw usageError('NAME must be specified')
    out.line(remoteUrl(repo, name))
  },
})
