// Deleting one object, and what goes or comes with it. Facts: spec/repository.md#pruning

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDetachedMetadata } from '../../objects/commit.ts'
import { formatObjectName, type ObjectName } from '../../objects/object-name.ts'
import { booleanOf } from '../config/config.ts'
import type { Repo } from '../repo.ts'
import { writeMetadata } from './write-object.ts'

/** Where an object of this very repository lies in `objects/`. */
export const objectPath = (repo: Repo, name: ObjectName): string =>
  `${repo.store.objectsPath}/${repo.store.relativePath(name)}`

/**
 * Deletes an object; with a commit goes its detached metadata, and a tombstone comes where the repository keeps them.
 * @throws {@link OstreeError} `IO` `ENOENT`: it is not there.
 */
export async function deleteObject(repo: Repo, name: ObjectName): Promise<void> {
  const { fs } = repo.platform
  if (name.type === 'commit') await unlinkIfThere(repo, objectPath(repo, { ...name, type: 'commitmeta' }))
  try {
    await fs.unlink(objectPath(repo, name))
  } catch (error) {
    throw prefixed(error, `Deleting object ${formatObjectName(name)}`)
  }
  if (name.type === 'commit' && booleanOf(repo.configFile, 'core', 'tombstone-commits', false)) {
    await writeTombstone(repo, name.checksum)
  }
}

/** An `a{sv}` with the dead commit's checksum as a bytestring, NUL included. */
async function writeTombstone(repo: Repo, checksum: Checksum): Promise<void> {
  const value = encodeUtf8(`${checksum}\0`)
  await writeMetadata(
    repo.store,
    'tombstoneCommit',
    encodeDetachedMetadata([['commit', { type: 'ay', value }]]),
    checksum,
  )
}

export async function unlinkIfThere(repo: Repo, path: string): Promise<void> {
  try {
    await repo.platform.fs.unlink(path)
  } catch (error) {
    if (!isIoError(error, 'ENOENT')) throw error
  }
}
