// Bringing commits from a remote. Facts: spec/pull.md

import { type Checksum, isChecksum } from '../objects/checksum.ts'
import { resolveRefspec, resolveRev, tryResolveRev } from '../repo/refs/resolve-rev.ts'
import { replaceFile } from '../repo/replace-file.ts'
import type { Repo } from '../repo/repo.ts'
import { clearCommitPartial } from '../repo/store/commit-state.ts'
import { readCommit } from '../repo/store/read-object.ts'
import { Transaction } from '../repo/transaction/transaction.ts'
import { CommitGuard, type TimeLimit } from './commit-guard.ts'
import { ContentImporter } from './content-importer.ts'
import { ContentInbox } from './content-inbox.ts'
import { DEFAULT_MAX_OUTSTANDING_REQUESTS } from './fetch/options.ts'
import { FetchQueue } from './fetch-queue.ts'
import { importPolicy } from './import-policy.ts'
import type { PullCounts, PulledRef, PullOptions, PullResult } from './pull-options.ts'
import { type PullPlan, planPull } from './pull-plan.ts'
import { type LocalSource, PullRun } from './pull-run.ts'
import { scanObject } from './scan-object.ts'
import { startCommit } from './start-commit.ts'

const DEFAULT_PROGRESS_INTERVAL_MS = 1000

/**
 * Brings refs and commits from a remote, with all that they need. Nothing is kept of what does not prove itself; refs
 * change last, and what an interrupted pull had brought is used by the next one.
 * @param remote - A configured remote's name, or a `file://` URL.
 * @throws {@link OstreeError} `UNTRUSTED`, `CHECKSUM_MISMATCH`, `HTTP_STATUS`, `NETWORK`, `FAILED`, …
 */
export async function pull(repo: Repo, remote: string, options: PullOptions = {}): Promise<PullResult> {
  const startedMs = performance.now()
  const plan = await planPull(repo, remote, options)
  try {
    for (const { ref, collectionId, commit } of plan.refs) {
      options.onProgress?.({ type: 'ref', ref, collectionId, commit })
    }
    await repo.platform.fs.ensureDirectory(`${repo.path}/state`, 0o777)
    const limits = await timeLimits(repo, plan, options)
    const transaction = await Transaction.begin(repo, options.signal)
    try {
      return await pullInto(transaction, plan, limits, options, startedMs)
    } catch (error) {
      await transaction.abort()
      throw error
    }
  } finally {
    await plan.fetcher.close()
  }
}

interface TimeLimits {
  readonly previous: ReadonlyMap<PulledRef, TimeLimit>
  readonly oldest: TimeLimit | null
}

async function timeLimits(repo: Repo, { refs }: PullPlan, options: PullOptions): Promise<TimeLimits> {
  const previous = new Map<PulledRef, TimeLimit>()
  const limitOf = async (rev: Checksum) => ({ rev, timestamp: (await readCommit(repo.store, rev)).timestamp })
  if (options.timestampCheck === true) {
    for (const ref of refs) {
      const rev = await tryResolveRev(repo, ref.ref)
      if (rev !== undefined) previous.set(ref, await limitOf(rev))
    }
  }
  const { timestampCheckFromRev: from } = options
  if (from === undefined) return { previous, oldest: null }
  return { previous, oldest: await limitOf(isChecksum(from) ? from : await resolveRev(repo, from)) }
}

async function pullInto(
  transaction: Transaction,
  plan: PullPlan,
  limits: TimeLimits,
  options: PullOptions,
  startedMs: number,
): Promise<PullResult> {
  const run = await startRun(transaction, plan, limits, options, startedMs)
  const stopProgress = reportProgress(run, options)
  try {
    for (const commit of plan.commits) await startCommit(run, commit, null, plan.refRemote)
    for (const [commit, [ref]] of byCommit(plan.refs)) await startCommit(run, commit, ref, plan.refRemote)
    await run.finish((item) => (options.dryRun === true ? Promise.resolve() : scanObject(run, item)))
  } catch (error) {
    run.context.queue.fail(error)
    await run.context.queue.settle()
  } finally {
    stopProgress()
  }
  options.signal?.throwIfAborted()
  const local = plan.source !== null
  const result = (contentBytesWritten: number): PullResult => {
    const { elapsedSeconds } = run.progress
    return { ...run.context.counts, refs: plan.refs, local, contentBytesWritten, elapsedSeconds }
  }
  if (options.dryRun === true) {
    await transaction.abort()
    return result(0)
  }
  await setRefs(transaction, plan, options)
  if (plan.mirrorsAll) await keepSummary(transaction.repo, plan)
  const { contentBytesWritten } = await transaction.commit()
  if (options.subpaths === undefined && options.commitOnly !== true) await markComplete(transaction.repo, plan, run)
  return result(contentBytesWritten)
}

async function startRun(
  transaction: Transaction,
  plan: PullPlan,
  limits: TimeLimits,
  options: PullOptions,
  startedMs: number,
): Promise<PullRun> {
  const { repo } = transaction
  const counts = noCounts()
  const queue = new FetchQueue(options.maxOutstandingRequests ?? DEFAULT_MAX_OUTSTANDING_REQUESTS, options.signal)
  const localSource = async (source: Repo): Promise<LocalSource> => {
    const policy = await importPolicy(repo, source, options)
    const importer = new ContentImporter(source, transaction, policy, queue.signal, (count, writtenBytes) => {
      counts.importedContent += count
      transaction.stats.contentBytesWritten += writtenBytes
    })
    return { repo: source, policy, importer }
  }
  const run: PullRun = new PullRun({
    repo,
    transaction,
    options: { ...options, staticDeltas: plan.staticDeltas },
    fetcher: plan.fetcher,
    queue,
    source: plan.source === null ? null : await localSource(plan.source),
    caches: await Promise.all((options.localCaches ?? []).map(localSource)),
    inbox: new ContentInbox(transaction, {
      bareUserOnlyFiles: options.bareUserOnlyFiles ?? false,
      unchecked: keepsBytesUnseen(repo, options),
      signal: queue.signal,
      onStored(checksum) {
        counts.fetchedContent++
        if (run.fallbacks.delete(checksum)) counts.fetchedDeltaFallbacks++
      },
    }),
    guard: new CommitGuard({
      trust: plan.trust,
      collectionId: plan.collectionId,
      ignoreBindings: options.ignoreBindings ?? false,
      refs: byCommit(plan.refs),
      ...limits,
    }),
    deltas: plan.deltas,
    remoteHasTombstones: plan.hasTombstones,
    commitSizes: plan.commitSizes,
    summaryIsGpgVerified: plan.trust.ofSummaries.gpg,
    counts,
    startedMs,
  })
  return run
}

/** Only where the bytes need not change, and nobody wants to look at them. */
function keepsBytesUnseen(repo: Repo, options: PullOptions): boolean {
  const { mirror = false, trustedHttp = false, bareUserOnlyFiles = false } = options
  return mirror && trustedHttp && !bareUserOnlyFiles && repo.mode === 'archive'
}

function byCommit(refs: readonly PulledRef[]): Map<Checksum, [PulledRef, ...PulledRef[]]> {
  const commits = new Map<Checksum, [PulledRef, ...PulledRef[]]>()
  for (const ref of refs) {
    const others = commits.get(ref.commit)
    if (others === undefined) commits.set(ref.commit, [ref])
    else others.push(ref)
  }
  return commits
}

function reportProgress(run: PullRun, { onProgress, progressIntervalMs }: PullOptions): () => void {
  if (onProgress === undefined) return () => {}
  const report = () => onProgress({ type: 'progress', ...run.progress })
  const timer = setInterval(report, progressIntervalMs ?? DEFAULT_PROGRESS_INTERVAL_MS)
  return () => clearInterval(timer)
}

/** A ref that stands where it should is not written again. */
async function setRefs(
  transaction: Transaction,
  { refs, refRemote }: PullPlan,
  { mirror }: PullOptions,
): Promise<void> {
  for (const { ref, collectionId, commit } of refs) {
    if ((await resolveRefspec(transaction.repo, { remote: refRemote, ref })) === commit) continue
    if (mirror !== true) transaction.setRef({ remote: refRemote, ref }, commit)
    else if (collectionId === null) transaction.setRef({ remote: null, ref }, commit)
    else transaction.setCollectionRef({ collectionId, ref }, commit)
  }
}

/** A mirror of everything serves the same summary, signature included. */
async function keepSummary(repo: Repo, { summary }: PullPlan): Promise<void> {
  if (summary === undefined) return
  await replaceFile(repo, `${repo.path}/summary`, summary.summaryBytes)
  if (summary.signatureBytes !== undefined) await replaceFile(repo, `${repo.path}/summary.sig`, summary.signatureBytes)
}

async function markComplete(repo: Repo, { refs, commits }: PullPlan, run: PullRun): Promise<void> {
  const pulled = [...refs.map(({ commit }) => commit), ...commits, ...run.commitDepths.keys()]
  for (const commit of new Set(pulled)) await clearCommitPartial(repo, commit)
}

function noCounts(): PullCounts {
  return {
    requestedMetadata: 0,
    requestedContent: 0,
    fetchedMetadata: 0,
    fetchedContent: 0,
    importedMetadata: 0,
    importedContent: 0,
    scannedMetadata: 0,
    fetchedDeltaParts: 0,
    totalDeltaParts: 0,
    fetchedDeltaFallbacks: 0,
    totalDeltaFallbacks: 0,
    fetchedDeltaPartBytes: 0,
    totalDeltaPartBytes: 0,
    totalDeltaPartUnpackedBytes: 0,
    bytesTransferred: 0,
  }
}
