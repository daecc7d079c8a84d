// Metadata objects from a repository on this machine: the remote itself, or one that serves as a cache.

import { isOstreeError, OstreeError, prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import { decodeDetachedMetadata } from '../objects/commit.ts'
import { formatObjectName, type MetadataType, type ObjectName } from '../objects/object-name.ts'
import { markCommitPartial } from '../repo/store/commit-state.ts'
import { readMetadata, tryReadMetadata } from '../repo/store/read-object.ts'
import { writeMetadata } from '../repo/store/write-object.ts'
import { importObject } from './import-object.ts'
import type { LocalSource, PullRun } from './pull-run.ts'

type MetadataName = ObjectName & { readonly type: MetadataType }

/** `ends here`: a parent that the remote does not have either, which ends the history. */
export type Nearby = 'imported' | 'not there' | 'ends here'

export async function importNearby(run: PullRun, name: MetadataName): Promise<Nearby> {
  const { source, caches } = run.context
  if (source !== null) return importFromRemote(run, source, name)
  for (const cache of caches) {
    if (!(await cache.repo.store.has(name))) continue
    await importMetadata(run, cache, name)
    return 'imported'
  }
  return 'not there'
}

async function importFromRemote(run: PullRun, source: LocalSource, name: MetadataName): Promise<Nearby> {
  try {
    await importMetadata(run, source, name)
    return 'imported'
  } catch (error) {
    if (!isOstreeError(error, 'OBJECT_NOT_FOUND')) throw error
    if (!run.isParent(name)) throw notLinked(source, name) ?? error
  }
  if (run.context.remoteHasTombstones) {
    const tombstone = { checksum: name.checksum, type: 'tombstoneCommit' } as const
    await importObject(source.repo.store, run.context.transaction.store, tombstone, source.policy)
  }
  return 'ends here'
}

/** Where files are linked, that is what fails. */
function notLinked({ policy }: LocalSource, name: MetadataName): unknown {
  if (!policy.sameOwner || !policy.sameDevice) return undefined
  const error = new OstreeError('IO', { errno: 'ENOENT', call: 'linkat', path: '' })
  return prefixed(error, `Importing ${formatObjectName(name)}`)
}

async function importMetadata(run: PullRun, source: LocalSource, name: MetadataName): Promise<void> {
  const { transaction, counts } = run.context
  if (name.type === 'commit') await admitCommit(run, source, name.checksum)
  await importObject(source.repo.store, transaction.store, name, source.policy)
  counts.importedMetadata++
}

/** A commit is only let in once it has proved itself; its detached metadata comes before it. */
async function admitCommit(run: PullRun, { repo }: LocalSource, checksum: Checksum): Promise<void> {
  const { guard, transaction } = run.context
  const bytes = await readMetadata(repo.store, checksum, 'commit')
  const detached = await tryReadMetadata(repo.store, checksum, 'commitmeta')
  const metadata = detached === undefined ? undefined : decodeDetachedMetadata(detached)
  run.noteCommit(checksum, await guard.admit(checksum, bytes, metadata, false))
  await markCommitPartial(run.context.repo, checksum, 'partial')
  if (detached !== undefined) await writeMetadata(transaction.store, 'commitmeta', detached, checksum)
  run.detachedDone.add(checksum)
}

/** Takes over what the remote has learnt about a commit that is here. */
export async function refreshDetached(run: PullRun, { repo }: LocalSource, checksum: Checksum): Promise<void> {
  const { guard, transaction } = run.context
  run.detachedDone.add(checksum)
  const detached = await tryReadMetadata(repo.store, checksum, 'commitmeta')
  if (detached === undefined) return
  const bytes = await readMetadata(transaction.store, checksum, 'commit')
  run.noteCommit(checksum, await guard.admit(checksum, bytes, decodeDetachedMetadata(detached), true))
  await writeMetadata(transaction.store, 'commitmeta', detached, checksum)
}
