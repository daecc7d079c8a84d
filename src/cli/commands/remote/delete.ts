// `ostree remote delete`.

import { deleteRemote } from '../../../repo/config/remotes.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'
import { openRemotesRepo, REMOTES_REPO_OPTIONS } from '../../remotes-repo.ts'

export const command = defineCommand({
  name: 'delete',
  summary: 'Delete a remote repository',
  parameters: 'NAME',
  target: 'nothing',
  options: {
    'if-exists': flag('Do nothing if the provided remote does not exist'),
    ...REMOTES_REPO_OPTIONS,
  },
  async run(invocation) {
    const { options, args, usageError } = invocation
    const repo = await openRemotesRepo(invocation)
    const [name] = args
    if (name === undefined) throw usageError('NAME must be specified')
    await deleteRemote(repo, name, { missingOk: options['if-exists'] })
  },
})
