// The file of a superblock, as the commands are told of it.

import { isIoError, retold } from '../errors.ts'
import type { Repo } from '../repo/repo.ts'

/**
 * @param delta - Its name, or with a slash in it the path as it was given: what an error says.
 * @throws {@link OstreeError} `IO`
 */
export async function readSuperblock(repo: Repo, delta: string, path: string): Promise<Uint8Array> {
  const shown = delta.includes('/') ? delta : path.slice(repo.path.length + 1)
  try {
    return await repo.platform.fs.readFile(path)
  } catch (error) {
    throw isIoError(error, 'EISDIR') ? retold(error) : retold(error, `openat(${shown})`)
  }
}
