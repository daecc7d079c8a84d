// `ostree remote delete-cookie`.

import { deleteCookie } from '../../../pull/fetch/cookies.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'delete-cookie',
  summary: 'Remove one cookie from remote',
  parameters: 'NAME DOMAIN PATH COOKIE_NAME',
  options: {},
  async run({ repo, args, usageError }) {
    const [remote, domain, path, name] = args
    if (remote === undefined || domain === undefined || path === undefined || name === undefined) {
      throw usageError('NAME, DOMAIN, PATH and COOKIE_NAME must be specified')
    }
    await deleteCookie(repo, remote, { domain, path, name })
  },
})
