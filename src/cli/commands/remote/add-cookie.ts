// `ostree remote add-cookie`.

import { addCookie } from '../../../pull/fetch/cookies.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'add-cookie',
  summary: 'Add a cookie to remote',
  parameters: 'NAME DOMAIN PATH COOKIE_NAME VALUE',
  options: {},
  examples: [
    { does: 'A cookie for all of one host', line: 'remote add-cookie --repo=repo origin example.com / token 1234' },
  ],
  async run({ repo, args, usageError }) {
    const [remote, domain, path, name, value] = args
    if (
      remote === undefined ||
      domain === undefined ||
      path === undefined ||
      name === undefined ||
      value === undefined
    ) {
      throw usageError('NAME, DOMAIN, PATH, COOKIE_NAME and VALUE must be specified')
    }
    await addCookie(repo, remote, { domain, path, name, value })
  },
})
