// The checksum that a file or directory on disk would have as an object. Facts: spec/objects.md#file

import { strerror } from '../../errno.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import { type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import { encodeDirmeta } from '../../objects/dirmeta.ts'
import { NO_XATTRS } from '../../objects/xattrs.ts'
import type { Platform, Stat } from '../../platform/types.ts'
import { contentOfFile, NO_CONTENT } from './content.ts'
import { readXattrs } from './read-object.ts'
import { checksumContent } from './write-object.ts'

export interface ChecksumFileOptions {
  /** Leave extended attributes out. Default `false`. */
  readonly ignoreXattrs?: boolean
  /** Instead of the file's own. */
  readonly uid?: number
  readonly gid?: number
}

/**
 * Of a regular file or symbolic link: its content object; of a directory: its dirmeta. A device, socket or pipe, which
 * no repository can hold, counts as an empty file of its mode.
 */
export async function checksumFile(
  platform: Platform,
  path: string,
  options: ChecksumFileOptions = {},
): Promise<Checksum> {
  return checksumStat(platform, path, await lstatExplained(platform, path), options)
}

/** `lstat`, failing as GIO does. @throws {@link OstreeError} `FAILED` */
export async function lstatExplained(platform: Platform, path: string): Promise<Stat> {
  try {
    return await platform.fs.lstat(path)
  } catch (error) {
    if (!isIoError(error, 'ENOENT', 'ENOTDIR')) throw error
    const reason = `Error when getting information for file “${path}”: ${strerror(error.details.errno)}`
    throw new OstreeError('FAILED', { reason }, { cause: error })
  }
}

/** {@link checksumFile} for a file whose `lstat` is at hand. */
export async function checksumStat(
  platform: Platform,
  path: string,
  stat: Stat,
  options: ChecksumFileOptions = {},
): Promise<Checksum> {
  const { uid = stat.uid, gid = stat.gid } = options
  const xattrs = options.ignoreXattrs === true ? NO_XATTRS : await readXattrs(platform, path)
  const common = { uid, gid, mode: stat.mode, xattrs }
  switch (stat.kind) {
    case 'directory':
      return checksumFromBytes(platform.sha256Once(encodeDirmeta(common)))
    case 'symlink':
      return checksumContent(platform, { ...common, symlinkTarget: await platform.fs.readlink(path) }, NO_CONTENT)
    case 'file': {
      const content = await contentOfFile(platform, path, stat.sizeBytes)
      return checksumContent(platform, { ...common, symlinkTarget: '' }, content)
    }
    default:
      return checksumContent(platform, { ...common, symlinkTarget: '' }, NO_CONTENT)
  }
}
