// `ostree checksum`.

import { OstreeError } from '../../errors.ts'
import { checksumFile } from '../../repo/store/checksum-file.ts'
import { defineCommand } from '../command.ts'
import { flag } from '../options.ts'
import { absolutePath } from '../target.ts'

export const command = defineCommand({
  name: 'checksum',
  summary: 'Checksum a file or directory',
  parameters: 'PATH',
  target: 'nothing',
  options: {
    'ignore-xattrs': flag("Don't include xattrs in checksum"),
  },
  examples: [{ does: 'The checksum that a file would have as an object', line: 'checksum root/usr/bin/true' }],
  async run({ session, platform, options, args, out }) {
    const [path] = args
    if (path === undefined) throw new OstreeError('INVALID_ARGUMENT', { reason: 'A filename must be given' })
    const ignoreXattrs = options['ignore-xattrs']
    const file = absolutePath(session, path)
    if (ignoreXattrs && (await platform.fs.tryLstat(file)) === undefined) {
      throw new OstreeError('IO', { errno: 'ENOENT', call: 'fstatat', path })
    }
    out.line(await checksumFile(platform, file, { ignoreXattrs }))
  },
})
