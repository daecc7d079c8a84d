// `ostree remote refs`.

import { compareUtf8 } from '../../../bytes/compare.ts'
import { listRemoteRefs } from '../../../pull/remote-summary.ts'
import { cacheDirOption } from '../../cache-dir.ts'
import { defineCommand } from '../../command.ts'
import { filename, flag } from '../../options.ts'

export const command = defineCommand({
  name: 'refs',
  summary: 'List remote refs',
  parameters: 'NAME',
  options: {
    revision: flag('Show revisions in listing', { short: 'r' }),
    'cache-dir': filename(undefined, 'Use custom cache dir'),
  },
  examples: [{ does: 'What a remote offers, with its commits', line: 'remote refs --repo=repo -r origin' }],
  async run({ repo, platform, options, args, out, signal, usageError }) {
    const [name] = args
    if (name === undefined) throw usageError('NAME must be specified')
    const cache = await cacheDirOption(platform, options['cache-dir'])
    const refs = await listRemoteRefs(repo, name, { ...cache, signal })
    for (const [ref, checksum] of [...refs].sort(([a], [b]) => compareUtf8(a, b))) {
      out.line(options.revision ? `${name}:${ref}\t${checksum}` : `${name}:${ref}`)
    }
  },
})
