// Setting, deleting and aliasing refs. Facts: spec/repository.md#refs

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, OstreeError, retold } from '../../errors.ts'
import { type Checksum, isChecksum } from '../../objects/checksum.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { regenerateSummaryIfConfigured } from '../summary/update-summary.ts'
import { listRefs } from './list-refs.ts'
import { type Refspec, validateCollectionId, validateRef, validateRemoteName } from './ref-names.ts'

/** Which of `refs/heads`, `refs/remotes/NAME` and `refs/mirrors/COLLECTION` a ref lives in. */
export interface RefPlace {
  readonly remote?: string | null
  readonly collectionId?: string | null
  readonly ref: string
}

/** Sets a ref at once, or deletes it with `null`. One that is not there is deleted without complaint. */
export async function setRef(repo: Repo, place: RefPlace, checksum: Checksum | null): Promise<void> {
  await writeRef(repo, place, checksum)
  await regenerateSummaryIfConfigured(repo)
}

/** {@link setRef} for a transaction, which brings the summary up to date once, at its end. */
export async function writeRef(repo: Repo, place: RefPlace, checksum: Checksum | null): Promise<void> {
  const folder = await refFolder(repo, place)
  if (checksum === null) await removeRef(repo, folder, place.ref)
  else await writeRefFile(repo, folder, place.ref, checksum)
  await touch(repo)
}

/** Makes `alias` stand for the local ref `target`. */
export async function setAlias(repo: Repo, alias: Refspec, target: string): Promise<void> {
  const folder = await refFolder(repo, alias)
  const path = `${folder}/${alias.ref}`
  await repo.platform.fs.ensureDirectory(path.slice(0, path.lastIndexOf('/')), 0o775)
  const up = '../'.repeat(alias.ref.split('/').length - 1)
  const temporary = repo.store.temporaryPath()
  try {
    await repo.platform.fs.symlink(up + target, temporary)
  } catch (error) {
    throw retold(error)
  }
  await repo.platform.fs.rename(temporary, path)
  await touch(repo)
  await regenerateSummaryIfConfigured(repo)
}

async function refFolder(repo: Repo, { remote = null, collectionId = null, ref }: RefPlace): Promise<string> {
  if (remote !== null) validateRemoteName(remote)
  if (collectionId !== null) validateCollectionId(collectionId)
  validateRef(ref)
  if (remote !== null) return `${repo.path}/refs/remotes/${remote}`
  if (collectionId === null || collectionId === repo.config.collectionId) return `${repo.path}/refs/heads`
  return `${repo.path}/refs/mirrors/${collectionId}`
}

async function removeRef(repo: Repo, folder: string, ref: string): Promise<void> {
  try {
    await repo.platform.fs.unlink(`${folder}/${ref}`)
  } catch (error) {
    if (!isIoError(error, 'ENOENT', 'ENOTDIR')) throw retold(error, `unlink(${ref})`)
  }
}

async function writeRefFile(repo: Repo, folder: string, ref: string, checksum: Checksum): Promise<void> {
  if (isChecksum(ref)) throw new OstreeError('INVALID_ARGUMENT', { reason: `Rev name '${ref}' looks like a checksum` })
  const path = `${folder}/${ref}`
  await repo.platform.fs.ensureDirectory(path.slice(0, path.lastIndexOf('/')), 0o777)
  const bytes = encodeUtf8(`${checksum}\n`)
  try {
    await replaceFile(repo, path, bytes)
  } catch (error) {
    if (!isIoError(error, 'EISDIR', 'ENOTEMPTY', 'EEXIST')) throw error
    await requireNoRefsBelow(repo, ref)
    await repo.platform.fs.removeTree(path)
    await replaceFile(repo, path, bytes)
  }
}

/** A folder of refs is never replaced by a ref; empty folders that deleted refs left behind are. */
async function requireNoRefsBelow(repo: Repo, ref: string): Promise<void> {
  for (const below of (await listRefs(repo, { prefix: ref, cutPrefix: true })).keys()) {
    if (below !== ref) {
      throw new OstreeError('FAILED', { reason: `Conflict: ${below} exists under ${ref} when attempting write` })
    }
  }
}

/** The repository folder's time tells watchers that a ref changed. */
export async function touch(repo: Repo): Promise<void> {
  const now = Date.now() / 1000
  await repo.platform.fs.lutimes(repo.path, now, now)
}
