// `ostree remote gpg-list-keys`.

import { hostTimeZone } from '../../../dates/host-time.ts'
import { listGpgKeys } from '../../../repo/trust/gpg-keys.ts'
import { defineCommand } from '../../command.ts'
import { gpgKeyLines } from '../../gpg-text.ts'

export const command = defineCommand({
  name: 'gpg-list-keys',
  summary: 'Show remote GPG keys',
  parameters: 'NAME',
  options: {},
  examples: [{ does: 'The keys whose signatures count for a remote', line: 'remote gpg-list-keys --repo=repo origin' }],
  async run({ repo, args, platform, out }) {
    const zone = await hostTimeZone(platform)
    for (const key of await listGpgKeys(repo, args[0] ?? null)) {
      for (const line of await gpgKeyLines(key, zone)) out.line(line)
    }
  },
})
