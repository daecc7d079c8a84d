// `ostree log`.

import { isOstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { decodeCommit } from '../../objects/commit.ts'
import { resolveRev } from '../../repo/refs/resolve-rev.ts'
import { readMetadata } from '../../repo/store/read-object.ts'
import { defineCommand } from '../command.ts'
import { printCommit } from '../commit-text.ts'
import { flag } from '../options.ts'

export const command = defineCommand({
  name: 'log',
  summary: 'Show log starting at commit or ref',
  parameters: 'REV',
  options: {
    raw: flag('Show raw variant data'),
  },
  examples: [{ does: 'The history of a branch, newest first', line: 'log --repo=repo main' }],
  async run({ repo, platform, options, args, out, signal, usageError }) {
    const [rev] = args
    if (rev === undefined) throw usageError('A rev argument is required')
    const newest = await resolveRev(repo, rev)
    for (let checksum: Checksum | null = newest; checksum !== null; ) {
      signal.throwIfAborted()
      let bytes: Uint8Array
      try {
        bytes = await readMetadata(repo.store, checksum, 'commit')
      } catch (error) {
        if (checksum === newest || !isOstreeError(error, 'OBJECT_NOT_FOUND')) throw error
        return out.line('<< History beyond this commit not fetched >>')
      }
      printCommit(platform, out, checksum, bytes, { raw: options.raw })
      checksum = decodeCommit(bytes).parentChecksum
    }
  },
})
