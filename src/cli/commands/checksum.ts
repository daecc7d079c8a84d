// `ostree checksum`.

import { isIoError, OstreeError } from '../../errors.ts'
import { checksumFile } from '../../repo/checksum-file.ts'
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
  async run({ session, platform, options, args, out }) {
    const [path] = args
    if (path === undefined) throw new OstreeError('INVALID_ARGUMENT', { reason: 'A filename must be given' })
    const ignoreXattrs = options['ignore-xattrs']
    try {
      out.line(await checksumFile(platform, absolutePath(session, path), { ignoreXattrs }))
    } catch (error) {
      if (!isIoError(error, 'ENOENT', 'ENOTDIR')) throw error
      throw ignoreXattrs
        ? noSuchFile(`fstatat(${path})`)
        : noSuchFile(`Error when getting information for file “${absolutePath(session, path)}”`)
    }
  },
})

const noSuchFile = (where: string): OstreeError =>
  new OstreeError('FAILED', { reason: `${where}: No such file or directory` })
