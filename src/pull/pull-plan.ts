// Everything that is known before the first object moves: what the remote is, what is wanted of it, and which commits
// that comes to. Facts: spec/pull.md#before

import { OstreeError } from '../errors.ts'
import { KeyFile } from '../keyfile/key-file.ts'
import type { Checksum } from '../objects/checksum.ts'
import { SUMMARY_KEY } from '../objects/summary.ts'
import { booleanOf, keyText } from '../repo/config/config.ts'
import { remoteListOption, remoteOption } from '../repo/config/remotes.ts'
import { parseRepoMode } from '../repo/config/repo-mode.ts'
import { lookupMetadata } from '../repo/refs/bindings.ts'
import { openRepo, type Repo } from '../repo/repo.ts'
import { MAX_METADATA_BYTES } from '../repo/store/read-object.ts'
import { type RemoteTrust, remoteTrust } from '../repo/trust/remote-trust.ts'
import { DeltaCatalogue, deltasIn } from './delta-catalogue.ts'
import { createFetcher, type RemoteFetcher } from './fetch/create-fetcher.ts'
import type { Fetcher } from './fetch/types.ts'
import { type LoadedSummary, loadSummary, requireSummary } from './load-summary.ts'
import type { PulledRef, PullOptions, RequestedRef } from './pull-options.ts'
import {
  allRefs,
  type FoundRef,
  findInRemote,
  findInSummary,
  readSummaryRefs,
  requestedRefs,
  type SummaryRefs,
} from './requested-refs.ts'

export interface PullPlan {
  /** Below whose name refs are set; `null` sets local ones. */
  readonly refRemote: string | null
  readonly fetcher: RemoteFetcher
  readonly trust: RemoteTrust
  /** The remote itself, where it lies on this machine and its objects need no transport. */
  readonly source: Repo | null
  readonly staticDeltas: 'allowed' | 'required' | 'disabled'
  readonly deltas: DeltaCatalogue
  readonly refs: readonly PulledRef[]
  readonly commits: readonly Checksum[]
  readonly commitSizes: ReadonlyMap<Checksum, number>
  /** The collection that bindings must name; `null` where the remote has none. */
  readonly collectionId: string | null
  readonly hasTombstones: boolean
  /** What a mirror of everything keeps, too. */
  readonly summary: LoadedSummary | undefined
  readonly mirrorsAll: boolean
}

/**
 * @param remote - A configured remote's name, or a `file://` URL.
 * @throws {@link OstreeError}
 */
export async function planPull(repo: Repo, remote: string, options: PullOptions): Promise<PullPlan> {
  checkOptions(options)
  const named = !remote.startsWith('file://')
  if (named) refuseUnusable(repo, remote)
  const refRemote = options.refRemote ?? (named ? remote : null)
  const { gpgVerify, gpgVerifySummary, signVerify, cacheDir, signal } = options
  const trust = await remoteTrust(repo, refRemote, {
    gpgVerify: gpgVerify ?? (named ? undefined : false),
    gpgVerifySummary: gpgVerifySummary ?? (named ? undefined : false),
    signVerify,
    signVerifySummary: signVerify,
  })
  const fetcher = await createFetcher(repo, remote, options)
  try {
    const branches = remoteListOption(repo, remote, 'branches')
    const required = options.staticDeltas === 'required'
    const source = fetcher.localPath === null || required ? null : await openRepo(repo.platform, fetcher.localPath)
    const staticDeltas = usableDeltas(repo, options, source !== null)
    const request = requestedRefs(options, branches, remote)
    const facts = new RemoteFacts(fetcher, signal)
    const deltas = new DeltaCatalogue()
    const summary = await summaryIfNeeded(request.refs, staticDeltas, deltas, facts, () =>
      loadSummary(repo, remote, { fetcher, trust, signal, ...(cacheDir === undefined ? {} : { cacheDir }) }),
    )
    const summaryRefs = summary === undefined ? undefined : readSummaryRefs(summary.summary)
    if (summary !== undefined) readDeltas(deltas, summary)
    if (required && !deltas.hasIndexes && !deltas.inSummary) {
      const reason = 'Fetch configured to require static deltas, but no summary deltas or delta index found'
      throw new OstreeError('FAILED', { reason })
    }
    const hasTombstones = await readTombstones(source, summary, facts)
    const wanted = request.refs ?? (summaryRefs === undefined ? [] : allRefs(summaryRefs))
    const refs: FoundRef[] = []
    for (const ref of wanted) refs.push(await resolve(ref, summaryRefs, fetcher, source, signal))
    return {
      refRemote,
      fetcher,
      trust,
      source,
      staticDeltas,
      deltas,
      refs: refs.map(({ ref, collectionId, commit }) => ({ ref, collectionId, commit })),
      commits: request.commits,
      commitSizes: new Map(refs.flatMap(({ commit, sizeBytes }) => (sizeBytes === null ? [] : [[commit, sizeBytes]]))),
      collectionId: collectionOf(repo, refRemote, source),
      hasTombstones,
      summary,
      mirrorsAll: request.refs === null,
    }
  } catch (error) {
    await fetcher.close()
    throw error
  }
}

function checkOptions(options: PullOptions): void {
  const { depth = 0, timestampCheck = false, dryRun = false, staticDeltas, subpaths = [] } = options
  if (depth < -1) throw invalid('The depth is -1 or more')
  if (timestampCheck && depth !== 0) throw invalid('Timestamps are checked of refs alone: not together with a depth')
  if (dryRun && staticDeltas !== 'required') throw invalid('--dry-run requires --require-static-deltas')
  for (const path of subpaths) if (!path.startsWith('/')) throw invalid(`Subpath ${path} does not start with a slash`)
}

function invalid(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}

/** Remotes that say themselves that nothing can be pulled from them. */
function refuseUnusable(repo: Repo, remote: string): void {
  const state = remoteOption(repo, remote, 'unconfigured-state')
  if (state !== undefined) throw new OstreeError('FAILED', { reason: `remote unconfigured-state: ${state}` })
  const backend = remoteOption(repo, remote, 'custom-backend')
  if (backend === undefined) return
  const reason = `Cannot fetch via libostree - remote '${remote}' uses custom backend '${backend}'`
  throw new OstreeError('FAILED', { reason })
}

/** What lies on this machine is linked or copied, an archive holds compressed objects: deltas serve neither. */
function usableDeltas(repo: Repo, options: PullOptions, isLocal: boolean): PullPlan['staticDeltas'] {
  const { staticDeltas = 'allowed', commitOnly = false } = options
  if (repo.mode === 'archive' && staticDeltas === 'required') {
    throw new OstreeError('FAILED', { reason: "Can't use static deltas in an archive repo" })
  }
  return isLocal || repo.mode === 'archive' || commitOnly ? 'disabled' : staticDeltas
}

/** The summary can be large: it is left alone where every commit is known and no delta has to be looked up in it. */
async function summaryIfNeeded(
  refs: readonly RequestedRef[] | null,
  staticDeltas: PullPlan['staticDeltas'],
  deltas: DeltaCatalogue,
  facts: RemoteFacts,
  load: () => Promise<LoadedSummary | undefined>,
): Promise<LoadedSummary | undefined> {
  if (refs === null || refs.some(({ commit }) => commit === undefined || commit === null)) {
    const summary = await load()
    return refs === null ? requireSummary(summary) : summary
  }
  if (staticDeltas === 'disabled') return undefined
  deltas.hasIndexes = booleanOf(await facts.config(), 'core', 'indexed-deltas', false)
  return deltas.hasIndexes ? undefined : load()
}

function readDeltas(deltas: DeltaCatalogue, { summary: { metadata } }: LoadedSummary): void {
  deltas.inSummary = deltasIn(metadata).length > 0
  deltas.addAll(metadata)
  const indexed = lookupMetadata(metadata, SUMMARY_KEY.indexedDeltas)
  if (indexed?.type === 'b') deltas.hasIndexes = indexed.value as boolean
}

/** The remote's `config`, fetched at most once. */
class RemoteFacts {
  readonly #fetcher: Fetcher
  readonly #signal: AbortSignal | undefined
  #config: KeyFile | undefined

  constructor(fetcher: Fetcher, signal: AbortSignal | undefined) {
    this.#fetcher = fetcher
    this.#signal = signal
  }

  async config(): Promise<KeyFile> {
    if (this.#config === undefined) {
      const request = { path: 'config', kind: 'metadata', maxBytes: MAX_METADATA_BYTES } as const
      const answer = await this.#fetcher.fetchBytes(request, { signal: this.#signal })
      this.#config = answer?.status === 'ok' ? KeyFile.parse(answer.bytes) : new KeyFile()
    }
    return this.#config
  }
}

/** A summary that tells the mode makes the reference look at the config; without one it asks for no more. */
async function readTombstones(
  source: Repo | null,
  summary: LoadedSummary | undefined,
  facts: RemoteFacts,
): Promise<boolean> {
  if (summary === undefined) return false
  const { metadata } = summary.summary
  const mode = lookupMetadata(metadata, SUMMARY_KEY.mode)
  const tombstones = lookupMetadata(metadata, SUMMARY_KEY.tombstoneCommits)
  if (mode?.type !== 's' || tombstones?.type !== 'b') return false
  if (source !== null) return tombstones.value as boolean
  const config = await facts.config()
  const text = keyText(config, 'core', 'mode') ?? 'bare'
  if (parseRepoMode(text) !== 'archive') {
    throw new OstreeError('FAILED', { reason: `Can't pull from archives with mode "${text}"` })
  }
  return booleanOf(config, 'core', 'tombstone-commits', false)
}

async function resolve(
  ref: RequestedRef,
  summary: SummaryRefs | undefined,
  fetcher: Fetcher,
  source: Repo | null,
  signal: AbortSignal | undefined,
): Promise<FoundRef> {
  const { commit = null, collectionId = null } = ref
  if (commit !== null) return { ref: ref.ref, collectionId, commit, sizeBytes: null }
  if (summary !== undefined) return findInSummary(summary, ref)
  return findInRemote(fetcher, source, ref, { signal })
}

/** A repository on this machine knows its own collection; for others our own config says what they must be. */
function collectionOf(repo: Repo, refRemote: string | null, source: Repo | null): string | null {
  if (source !== null) return source.config.collectionId || null
  return (refRemote === null ? undefined : remoteOption(repo, refRemote, 'collection-id')) || null
}
