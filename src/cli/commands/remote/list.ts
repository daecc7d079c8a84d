// `ostree remote list`.

import { encodeUtf8 } from '../../../bytes/utf8.ts'
import { listRemotes, remoteUrl } from '../../../repo/config/remotes.ts'
import { defineCommand } from '../../command.ts'
import { flag } from '../../options.ts'

export const command = defineCommand({
  name: 'list',
  summary: 'List remote repository names',
  options: {
    'show-urls': flag('Show remote URLs in list', { short: 'u' }),
  },
  async run({ repo, options, out }) {
    const names = listRemotes(repo)
    // The reference counts bytes.
    const width = Math.max(0, ...names.map((name) => encodeUtf8(name).length))
    for (const name of names) {
      const gap = ' '.repeat(width - encodeUtf8(name).length + 2)
      out.line(options['show-urls'] ? `${name}${gap}${remoteUrl(repo, name)}` : name)
    }
  },
})
