// How a commit is brought: by a static delta where there is one that fits, object by object otherwise.
// Facts: spec/pull.md#deltas

import type { Checksum } from '../objects/checksum.ts'
import { decodeDetachedMetadata } from '../objects/commit.ts'
import { resolveRefspec } from '../repo/refs/resolve-rev.ts'
import { readCommitState } from '../repo/store/commit-state.ts'
import { MAX_METADATA_BYTES, readCommit } from '../repo/store/read-object.ts'
import { relativeDeltaIndexPath, type StaticDeltaName } from '../repo/summary/static-delta-names.ts'
import { noDelta } from './delta-catalogue.ts'
import { fetchDelta } from './fetch-delta.ts'
import type { PulledRef } from './pull-options.ts'
import type { PullRun } from './pull-run.ts'

/** What a commit is wanted for, and what stands in its place now. */
export interface CommitRequest {
  readonly to: Checksum
  readonly ref: PulledRef | null
  /** What the ref stands for here; `null` where it does not exist. */
  readonly current: Checksum | null
}

/** @param refRemote - The remote below whose name the refs are kept; `null` for local refs. */
export async function startCommit(
  run: PullRun,
  to: Checksum,
  ref: PulledRef | null,
  refRemote: string | null,
): Promise<void> {
  const { options, repo, deltas } = run.context
  if (options.staticDeltas === 'disabled') return run.scanCommitLater(to)
  const found = ref === null ? undefined : await resolveRefspec(repo, { remote: refRemote, ref: ref.ref })
  const request: CommitRequest = { to, ref, current: found ?? null }
  if (deltas.hasIndexes) fetchIndex(run, request)
  else if (deltas.inSummary) await startDelta(run, request)
  else await guessDelta(run, request)
}

/** An index lists what there is for one commit; it may know more deltas than the summary. */
function fetchIndex(run: PullRun, request: CommitRequest): void {
  const { queue, fetcher, counts, deltas } = run.context
  queue.add('deltaIndex', async () => {
    counts.requestedMetadata++
    const path = relativeDeltaIndexPath(request.to)
    const answer = await fetcher.fetchBytes(
      { path, kind: 'content', optional: true, maxBytes: MAX_METADATA_BYTES },
      { signal: queue.signal },
    )
    if (answer?.status === 'ok') deltas.addAll(decodeDetachedMetadata(answer.bytes))
    await startDelta(run, request)
    counts.fetchedMetadata++
  })
}

/** Takes the delta from the newest commit that is here in full; one from nothing only where the ref is new. */
async function startDelta(run: PullRun, { to, ref, current }: CommitRequest): Promise<void> {
  const required = run.context.options.staticDeltas === 'required'
  if (await isComplete(run, to)) {
    if (!required) run.scanCommitLater(to)
    return
  }
  const known = run.context.deltas.leadingTo(to)
  const from = await newestComplete(run, known)
  if (from !== undefined) fetchDelta(run, from)
  else if (known.some((delta) => delta.from === null)) {
    if (current === null) fetchDelta(run, { from: null, to })
    else run.scanCommitLater(to)
  } else if (required) throw noDelta(ref?.ref ?? '', to)
  else run.scanCommitLater(to)
}

/** Without a list of deltas, the one from the ref's commit is asked for. */
async function guessDelta(run: PullRun, { to, ref, current }: CommitRequest): Promise<void> {
  const from = ref !== null && current !== null && (await isWhole(run, current)) ? current : null
  if (from === to) run.scanCommitLater(to)
  else fetchDelta(run, { from, to })
}

async function newestComplete(run: PullRun, deltas: readonly StaticDeltaName[]): Promise<StaticDeltaName | undefined> {
  let newest: { readonly delta: StaticDeltaName; readonly timestamp: bigint } | undefined
  for (const delta of deltas) {
    if (delta.from === null || !(await run.context.transaction.store.has({ checksum: delta.from, type: 'commit' })))
      continue
    if ((await readCommitState(run.context.repo, delta.from)) !== 'normal') continue
    const { timestamp } = await readCommit(run.context.transaction.store, delta.from)
    if (newest === undefined || timestamp > newest.timestamp) newest = { delta, timestamp }
  }
  return newest?.delta
}

async function isComplete(run: PullRun, commit: Checksum): Promise<boolean> {
  const here = await run.context.transaction.store.has({ checksum: commit, type: 'commit' })
  return here && (await isWhole(run, commit))
}

async function isWhole({ context }: PullRun, commit: Checksum): Promise<boolean> {
  return !context.transaction.resumed && (await readCommitState(context.repo, commit)) === 'normal'
}
