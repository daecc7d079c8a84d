// Fetching metadata objects: each is checked against its name and its format, then stored, then looked at.
// Facts: spec/pull.md#requests

import { type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import { encodeDetachedMetadata, type Metadata } from '../objects/commit.ts'
import { loosePath, type MetadataType, type ObjectName } from '../objects/object-name.ts'
import { validateMetadata } from '../repo/store/check-object.ts'
import { markCommitPartial } from '../repo/store/commit-state.ts'
import { invalidObject, MAX_METADATA_BYTES, readMetadata } from '../repo/store/read-object.ts'
import { checkChecksum, writeMetadata } from '../repo/store/write-object.ts'
import { decodeSignatureFile } from '../repo/trust/detached-metadata.ts'
import type { PullRun, ScanItem } from './pull-run.ts'

type MetadataName = ObjectName & { readonly type: MetadataType }

/** A directory's object, or its metadata. */
export function fetchMetadata(run: PullRun, item: ScanItem): void {
  run.context.queue.add('metadata', async () => {
    const bytes = (await request(run, item.name, {}))!
    await store(run, item.name, bytes)
    run.scanLater(item)
  })
}

/** Detached metadata comes first: a commit is not stored before its signatures are known to be good. */
export function fetchCommit(run: PullRun, item: ScanItem): void {
  run.context.queue.add('metadata', async () => {
    const { checksum } = item.name
    const { guard, repo } = run.context
    const detached = await requestDetached(run, checksum)
    const isParent = run.isParent(item.name)
    const bytes = await request(run, item.name, { optional: isParent, maxBytes: run.context.commitSizes.get(checksum) })
    if (bytes === undefined) return missingParent(run, checksum)
    run.noteCommit(checksum, await guard.admit(checksum, bytes, detached, false))
    await markCommitPartial(repo, checksum, 'partial')
    if (detached !== undefined) await storeDetached(run, checksum, detached)
    await store(run, item.name, bytes)
    run.scanLater(item)
  })
}

/** For a commit that is here. */
export function fetchDetached(run: PullRun, item: ScanItem): void {
  run.context.queue.add('metadata', async () => {
    const { checksum } = item.name
    const detached = await requestDetached(run, checksum)
    if (detached !== undefined) {
      const { guard, transaction } = run.context
      const bytes = await readMetadata(transaction.store, checksum, 'commit')
      run.noteCommit(checksum, await guard.admit(checksum, bytes, detached, true))
      await storeDetached(run, checksum, detached)
    }
    run.scanLater(item)
  })
}

async function requestDetached(run: PullRun, checksum: Checksum): Promise<Metadata | undefined> {
  const bytes = await request(run, { checksum, type: 'commitmeta' }, { optional: true })
  run.detachedDone.add(checksum)
  return bytes === undefined ? undefined : decodeSignatureFile(bytes)
}

async function storeDetached(run: PullRun, checksum: Checksum, metadata: Metadata): Promise<void> {
  await writeMetadata(run.context.transaction.store, 'commitmeta', encodeDetachedMetadata(metadata), checksum)
}

/** The history ends here; a tombstone says whether somebody wanted it to. */
async function missingParent(run: PullRun, checksum: Checksum): Promise<void> {
  if (run.context.remoteHasTombstones) await request(run, { checksum, type: 'tombstoneCommit' }, {})
}

/** The bytes of an object, checked. `undefined` for an optional one that is not there. */
async function request(
  run: PullRun,
  name: MetadataName,
  options: { readonly optional?: boolean; readonly maxBytes?: number | undefined },
): Promise<Uint8Array | undefined> {
  const { fetcher, counts, queue, repo } = run.context
  counts.requestedMetadata++
  const { optional = false, maxBytes = MAX_METADATA_BYTES } = options
  // Detached metadata changes: it comes from where the summary comes from.
  const kind = name.type === 'commitmeta' ? 'metadata' : 'content'
  const path = `objects/${loosePath(name.checksum, name.type, true)}`
  const answer = await fetcher.fetchBytes({ path, kind, optional, maxBytes }, { signal: queue.signal })
  if (answer?.status !== 'ok') return undefined
  if (name.type !== 'commitmeta' && name.type !== 'tombstoneCommit') check(name, answer.bytes, repo.platform.sha256Once)
  counts.fetchedMetadata++
  return answer.bytes
}

function check({ checksum, type }: MetadataName, bytes: Uint8Array, sha256: (bytes: Uint8Array) => Uint8Array): void {
  checkChecksum(type, checksum, checksumFromBytes(sha256(bytes)))
  try {
    validateMetadata(type, bytes)
  } catch (error) {
    throw invalidObject({ checksum, type }, error)
  }
}

async function store(run: PullRun, { checksum, type }: MetadataName, bytes: Uint8Array): Promise<void> {
  const { transaction } = run.context
  transaction.countMetadata(await writeMetadata(transaction.store, type, bytes, checksum))
}
