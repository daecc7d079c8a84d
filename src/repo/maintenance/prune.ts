// Deleting objects that nothing refers to. Facts: spec/repository.md#pruning

import type { Checksum } from '../../objects/checksum.ts'
import { decodeCommit } from '../../objects/commit.ts'
import type { ObjectName } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import { listRefs } from '../refs/list-refs.ts'
import { resolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import { clearCommitPartial } from '../store/commit-state.ts'
import { deleteObject, objectPath } from '../store/delete-object.ts'
import { listObjects } from '../store/list-objects.ts'
import { readPayloadLinkTarget } from '../store/payload-link.ts'
import { tryReadMetadata } from '../store/read-object.ts'
import { deltaPath, listStaticDeltas } from '../summary/static-delta-names.ts'
import { ObjectSet, traverseCommit, traverseRefs } from '../trees/traverse.ts'

export interface PruneProgress {
  readonly objectsChecked: number
}

export interface PruneOptions extends OperationOptions<PruneProgress> {
  /** Start from refs alone; otherwise every stored commit is a root. Default `false`. */
  readonly refsOnly?: boolean
  /** Parents kept behind each root; `-1` keeps all. Default `-1`. */
  readonly depth?: number
  /** Say what would go, and delete nothing. Default `false`. */
  readonly dryRun?: boolean
  /** Look at commit objects alone. Default `false`. */
  readonly commitOnly?: boolean
  /** Keep commits of every ref back to this time, in seconds since the epoch. Implies `refsOnly`. */
  readonly keepYoungerThan?: bigint
  /** Depths for single refs, instead of `depth`. Implies `refsOnly`. */
  readonly branchDepths?: ReadonlyMap<string, number>
  /** Leave all other refs alone. Implies `refsOnly`. */
  readonly onlyBranches?: readonly string[]
}

export interface PruneResult {
  readonly objectsTotal: number
  readonly objectsPruned: number
  readonly freedBytes: number
}

/** Takes the exclusive lock for all of it: an object that comes meanwhile could be taken for unreachable. */
export async function prune(repo: Repo, options: PruneOptions = {}): Promise<PruneResult> {
  return repo.withLock('exclusive', { signal: options.signal }, async () => {
    const reachable = await markReachable(repo, options)
    const result = await sweep(repo, reachable, options)
    await pruneStaticDeltas(repo)
    await pruneSummaryCache(repo)
    return result
  })
}

async function markReachable(repo: Repo, options: PruneOptions): Promise<ObjectSet> {
  const { depth = -1, commitOnly = false, signal } = options
  const reachable = new ObjectSet()
  const selective =
    options.keepYoungerThan !== undefined || options.branchDepths !== undefined || options.onlyBranches !== undefined
  if (selective) await markBranches(repo, reachable, options)
  else if (options.refsOnly === true) await traverseRefs(repo, reachable, { depth, commitOnly, signal })
  else {
    for await (const { checksum, type } of listObjects(repo)) {
      if (type === 'commit') await traverseCommit(repo, checksum, reachable, { depth, commitOnly, signal })
    }
  }
  return reachable
}

async function markBranches(repo: Repo, reachable: ObjectSet, options: PruneOptions): Promise<void> {
  const { depth = -1, commitOnly = false, signal, keepYoungerThan, onlyBranches } = options
  const refs = await listRefs(repo)
  const depths = new Map(options.branchDepths)
  if (onlyBranches !== undefined) {
    for (const branch of onlyBranches) await resolveRev(repo, branch)
    for (const ref of refs.keys()) if (!onlyBranches.includes(ref) && !depths.has(ref)) depths.set(ref, -1)
  }
  for (const [ref, checksum] of refs) {
    const own = depths.get(ref)
    if (own === undefined && keepYoungerThan !== undefined) {
      await markYoungerThan(repo, checksum as Checksum, keepYoungerThan, reachable, options)
    } else await traverseCommit(repo, checksum as Checksum, reachable, { depth: own ?? depth, commitOnly, signal })
  }
}

/** A ref's own commit stays however old it is. */
async function markYoungerThan(
  repo: Repo,
  head: Checksum,
  limitSeconds: bigint,
  reachable: ObjectSet,
  { commitOnly = false, signal }: PruneOptions,
): Promise<void> {
  await traverseCommit(repo, head, reachable, { depth: 0, commitOnly, signal })
  for (let checksum: Checksum | null = head; checksum !== null; ) {
    const bytes: Uint8Array | undefined = await tryReadMetadata(repo.store, checksum, 'commit')
    if (bytes === undefined) return
    const commit = decodeCommit(bytes)
    if (commit.timestamp < limitSeconds) return
    await traverseCommit(repo, checksum, reachable, { depth: 0, commitOnly, signal })
    checksum = commit.parentChecksum
  }
}

async function sweep(repo: Repo, reachable: ObjectSet, options: PruneOptions): Promise<PruneResult> {
  const { dryRun = false, commitOnly = false, signal, onProgress } = options
  let objectsTotal = 0
  let objectsPruned = 0
  let freedBytes = 0
  for await (const name of listObjects(repo)) {
    signal?.throwIfAborted()
    if (commitOnly && name.type !== 'commit') continue
    objectsTotal++
    onProgress?.({ objectsChecked: objectsTotal })
    if (reachable.has(name.type, name.checksum)) continue
    const { sizeBytes } = await repo.platform.fs.lstat(objectPath(repo, name))
    if (!dryRun) {
      if (name.type === 'payloadLink' && (await isLinkStillUseful(repo, name, reachable))) continue
      if (name.type === 'commit') await clearCommitPartial(repo, name.checksum)
      await deleteObject(repo, name)
    }
    freedBytes += sizeBytes
    objectsPruned++
  }
  return { objectsTotal, objectsPruned, freedBytes }
}

async function isLinkStillUseful(repo: Repo, name: ObjectName, reachable: ObjectSet): Promise<boolean> {
  const target = await readPayloadLinkTarget(repo.store, name.checksum)
  if (target === undefined || !reachable.has('file', target)) return false
  const { sizeBytes } = await repo.platform.fs.lstat(objectPath(repo, { checksum: target, type: 'file' }))
  return sizeBytes >= repo.config.payloadLinkThreshold
}

/** Deltas to commits that are gone; or all deltas to one commit. */
export async function pruneStaticDeltas(repo: Repo, to?: Checksum): Promise<void> {
  await repo.withLock('exclusive', {}, async () => {
    for (const delta of await listStaticDeltas(repo)) {
      const dead = to === undefined ? !(await repo.store.has({ checksum: delta.to, type: 'commit' })) : delta.to === to
      if (dead) await repo.platform.fs.removeTree(deltaPath(repo, delta))
    }
  })
}

/** Cached summaries of remotes that are configured no more. */
async function pruneSummaryCache(repo: Repo): Promise<void> {
  const folder = `${repo.tmpPath}/cache/summaries`
  for (const { name } of (await repo.platform.fs.tryReadDirectory(folder)) ?? []) {
    if (!repo.remotes.has(name.replace(/\.sig$/, ''))) await repo.platform.fs.unlink(`${folder}/${name}`)
  }
}
