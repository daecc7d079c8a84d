// `ostree remote list-cookies`.

import { tryFormatUtcDate } from '../../../dates/format.ts'
import { listCookies } from '../../../pull/fetch/cookies.ts'
import { defineCommand } from '../../command.ts'

export const command = defineCommand({
  name: 'list-cookies',
  summary: 'Show remote repository cookies',
  parameters: 'NAME',
  options: {},
  async run({ repo, args, out, usageError }) {
    const [remote] = args
    if (remote === undefined) throw usageError('NAME must be specified')
    for (const { domain, path, name, secure, expires, value } of await listCookies(repo, remote)) {
      out.line('--')
      out.line(`Domain: ${domain}`)
      out.line(`Path: ${path}`)
      out.line(`Name: ${name}`)
      out.line(`Secure: ${secure}`)
      const date = tryFormatUtcDate(expires)
      if (date !== undefined) out.line(`Expires: ${date}`)
      out.line(`Value: ${value}`)
    }
  },
})
