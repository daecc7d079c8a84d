// Applies a static delta that lies on this machine: its parts, then the commit that they make complete.
// Facts: spec/static-deltas.md#applying

import { OstreeError, prefixed, retold } from '../errors.ts'
import { checksumFromBytes } from '../objects/checksum.ts'
import { encodeDetachedMetadata } from '../objects/commit.ts'
import type { OperationOptions } from '../operation.ts'
import type { Platform } from '../platform/types.ts'
import { booleanOf } from '../repo/config/config.ts'
import type { Repo } from '../repo/repo.ts'
import { checkChecksum, writeMetadata } from '../repo/store/write-object.ts'
import { type Transaction, withTransaction } from '../repo/transaction/transaction.ts'
import type { KeyVerifier } from '../sign/key-verifier.ts'
import { type ApplyPartOptions, applyDeltaPart, hasAllObjects } from './apply-part.ts'
import { inParallel } from './in-parallel.ts'
import { inlineDetachedMetadata, inlinePart } from './inline.ts'
import { type DeltaFile, parseDeltaFile } from './signed-delta.ts'
import { type PartEntry, requireKnownVersion, type Superblock, superblockCommit } from './superblock.ts'
import { verifyDelta } from './verify-delta.ts'

export interface ApplyDeltaOptions extends OperationOptions {
  /** Checks the signatures of a signed delta. Without it they are not looked at. */
  readonly verifier?: KeyVerifier | undefined
}

/** Each holds its payload in memory. */
const MAX_PARTS_AT_ONCE = 4
/** A thread is only started where it has at least this much to do: its start takes about as long (bench/deltas.md). */
const MIN_BYTES_OF_THREAD = 4 << 20
/** The lane whose parts this thread works on. */
const THIS_THREAD = 0

/**
 * Applies a delta and stores its commit; no ref is set.
 * @param path - The delta's folder, or its `superblock` under any name, with the parts beside it unless it holds them.
 * @throws {@link OstreeError} `FAILED` where the commit that it starts from is missing, for objects that it leaves to be
 *   fetched, or where the config demands signatures to be verified and no `verifier` is given; and what
 *   {@link applyDeltaPart} throws.
 */
export async function applyDelta(repo: Repo, path: string, options: ApplyDeltaOptions = {}): Promise<void> {
  const { signal } = options
  await withTransaction(repo, { signal }, async (transaction) => {
    const { folder, data } = await readDelta(repo, path)
    const delta = parseDeltaFile(data)
    if (delta.signatures !== null) await verifySignatures(repo, delta, options)
    await applySuperblock(transaction, delta.superblock, folder, signal)
  })
}

async function readDelta(repo: Repo, path: string): Promise<{ readonly folder: string; readonly data: Uint8Array }> {
  const { fs } = repo.platform
  const stat = await fs.tryStat(path)
  if (stat === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path: 'O_DIRECTORY' })
  const slash = path.lastIndexOf('/')
  const [folder, name] =
    stat.kind === 'directory' ? [path, 'superblock'] : [path.slice(0, slash) || '/', path.slice(slash + 1)]
  try {
    return { folder, data: await fs.readFile(`${folder}/${name}`) }
  } catch (error) {
    throw retold(error, `openat(${name})`)
  }
}

async function verifySignatures(repo: Repo, delta: DeltaFile, { verifier }: ApplyDeltaOptions): Promise<void> {
  if (verifier !== undefined) await verifyDelta(delta, verifier)
  else if (booleanOf(repo.configFile, 'core', 'sign-verify-deltas', false)) {
    throw new OstreeError('FAILED', { reason: 'Key is mandatory to check delta signature' })
  }
}

async function applySuperblock(
  transaction: Transaction,
  superblock: Superblock,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { store } = transaction
  const { from, to, fallbacks, parts } = superblock
  if (from !== null && !(await store.has({ checksum: from, type: 'commit' }))) {
    throw new OstreeError('FAILED', { reason: `Commit ${from}, which is the delta source, is not in repository` })
  }
  const commit = superblockCommit(superblock)
  checkChecksum('commit', to, checksumFromBytes(store.platform.sha256Once(commit)))
  if (fallbacks.length > 0) {
    const reason = 'Cannot execute delta offline: contains nonempty http fallback entries'
    throw new OstreeError('FAILED', { reason })
  }
  await inParallel(lanesFor(store.platform, parts), parts, async (entry, index, lane) => {
    signal?.throwIfAborted()
    requireKnownVersion(entry)
    if (await hasAllObjects(store, entry)) return
    await applyOne(transaction, superblock, folder, index, { signal, inThisThread: lane === THIS_THREAD })
  })
  // Last, so that a commit is never there without what it needs.
  if (await store.has({ checksum: to, type: 'commit' })) return
  const detached = inlineDetachedMetadata(superblock)
  if (detached !== undefined) await writeMetadata(store, 'commitmeta', encodeDetachedMetadata(detached), to)
  await transaction.writeMetadata('commit', commit)
}

/** How many parts to work on at once: one in this thread, which would only wait otherwise, the others on the pool. */
function lanesFor({ pool }: Platform, parts: readonly PartEntry[]): number {
  const sizes = parts.map(({ unpackedBytes }) => Number(unpackedBytes))
  const largest = Math.max(0, ...sizes)
  const others = sizes.reduce((total, size) => total + size, 0) - largest
  return others < MIN_BYTES_OF_THREAD ? 1 : Math.min(pool.size, MAX_PARTS_AT_ONCE)
}

async function applyOne(
  transaction: Transaction,
  superblock: Superblock,
  folder: string,
  index: number,
  options: Pick<ApplyPartOptions, 'signal' | 'inThisThread'>,
): Promise<void> {
  const inline = inlinePart(superblock, index)
  const path = `${folder}/${index}`
  if (inline === undefined && (await transaction.repo.platform.fs.tryStat(path)) === undefined) {
    const error = new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path })
    throw retold(error, `Opening deltapart '${index}'`)
  }
  try {
    // A part in the superblock was checked with it, where anything was.
    await applyDeltaPart(transaction, inline ?? { path }, superblock.parts[index]!, {
      ...options,
      trusted: inline !== undefined,
    })
  } catch (error) {
    throw prefixed(error, `Executing delta part ${index}`)
  }
}
