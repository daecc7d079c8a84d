// Remotes from which refs can be pulled, the newest commits only. Facts: spec/pull.md#finding

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { decodeCommit } from '../../objects/commit.ts'
import { type CollectionRef, validateCollectionId, validateRef } from '../../repo/refs/ref-names.ts'
import type { Repo } from '../../repo/repo.ts'
import { tryReadMetadata } from '../../repo/store/read-object.ts'
import { readRemoteSummary } from '../remote-summary.ts'
import { type FinderOptions, findInConfig } from './config-finder.ts'
import { compareFoundRemotes, type FinderName, type FoundRemote, sameRef } from './found-remote.ts'
import { findOnMounts } from './mount-finder.ts'
import { type Offer, offersIn, type SummaryOffers } from './offers.ts'

export interface FindRemotesOptions extends FinderOptions {
  /** Default: `core.default-repo-finders` of the config, else both. */
  readonly finders?: readonly FinderName[] | undefined
}

const FINDERS = { config: findInConfig, mount: findOnMounts } as const

/**
 * @param requested - What to look for; must not be empty.
 * @returns The best to pull from first. A ref that no remote has is in none of them with a checksum.
 * @throws {@link OstreeError} `INVALID_ARGUMENT`, `INVALID_REF`. A remote that cannot be reached is left out
 * (`onIgnored` tells).
 */
export async function findRemotes(
  repo: Repo,
  requested: readonly CollectionRef[],
  options: FindRemotesOptions = {},
): Promise<FoundRemote[]> {
  // The reference finds nothing for a ref that is asked for twice.
  const wanted = requested.filter((ref, index) => requested.findIndex((other) => sameRef(other, ref)) === index)
  for (const { collectionId, ref } of wanted) {
    validateCollectionId(collectionId)
    validateRef(ref)
  }
  const candidates: FoundRemote[] = []
  for (const finder of options.finders ?? defaultFinders(repo)) {
    candidates.push(...(await FINDERS[finder](repo, wanted, options)))
  }
  candidates.sort(compareFoundRemotes)
  const looked = await lookAtSummaries(repo, candidates, wanted, options)
  const newest = wanted.map((_, index) => newestOf(looked.map(({ offers }) => offers[index] ?? null)))
  return looked
    .map(({ candidate, offers, lastModified }) => ({
      ...candidate,
      summaryLastModified: lastModified,
      refs: wanted.map((ref, index) => ({
        collectionId: ref.collectionId,
        ref: ref.ref,
        checksum: offers[index]?.checksum === newest[index] ? (newest[index] ?? null) : null,
      })),
    }))
    .filter(({ refs }) => refs.some(({ checksum }) => checksum !== null))
    .sort(compareFoundRemotes)
}

/** @throws {@link OstreeError} `INVALID_ARGUMENT` for names that are no finders */
export function defaultFinders(repo: Repo): readonly FinderName[] {
  const { configFile } = repo
  if (!configFile.hasGroup('core') || !configFile.hasKey('core', 'default-repo-finders')) return ['config', 'mount']
  const names = configFile.getStringList('core', 'default-repo-finders')
  if (names.length === 0) throw invalid('Invalid empty default-repo-finders configuration')
  return names.flatMap((name) => {
    if (name === 'config' || name === 'mount') return [name] as const
    if (name === 'lan') return [] // no finder of ours, as in a reference without Avahi
    throw invalid(`Invalid configured repo-finder '${name}'`)
  })
}

const invalid = (reason: string) => new OstreeError('INVALID_ARGUMENT', { reason })

interface Looked extends SummaryOffers {
  readonly candidate: FoundRemote
}

async function lookAtSummaries(
  repo: Repo,
  candidates: readonly FoundRemote[],
  wanted: readonly CollectionRef[],
  options: FindRemotesOptions,
): Promise<Looked[]> {
  const timestamps = new Map<Checksum, Offer>()
  const looked: Looked[] = []
  for (const candidate of candidates) {
    try {
      const found = await offersOf(repo, candidate, wanted, options)
      const offers: (Offer | null)[] = []
      for (const offer of found.offers) offers.push(offer && (await agreed(repo, timestamps, offer)))
      looked.push({ candidate, offers, lastModified: found.lastModified })
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isOstreeError(error)) throw error
      options.onIgnored?.(candidate.url, error) // a remote that does not answer, or contradicts itself
    }
  }
  return looked
}

async function offersOf(
  repo: Repo,
  candidate: FoundRemote,
  wanted: readonly CollectionRef[],
  options: FindRemotesOptions,
): Promise<SummaryOffers> {
  const asked = candidate.refRemote === null ? repo : repo.withRemote(candidate.remote)
  const { summaryBytes } = await readRemoteSummary(asked, candidate.remote.name, options)
  if (summaryBytes === undefined) throw new OstreeError('FAILED', { reason: 'No summary file exists on server' })
  const only =
    candidate.refRemote === null ? null : (repo.remotes.get(candidate.refRemote)?.options.get('collection-id') ?? '')
  return offersIn(summaryBytes, wanted, only)
}

/** All remotes must tell the same of one commit, and what is stored here knows best. */
async function agreed(repo: Repo, known: Map<Checksum, Offer>, offer: Offer): Promise<Offer> {
  const { checksum } = offer
  let fact = known.get(checksum)
  if (fact === undefined) {
    const stored = await tryReadMetadata(repo.store, checksum, 'commit')
    fact = stored === undefined ? offer : { ...offer, timestamp: decodeCommit(stored).timestamp }
  } else if (fact.timestamp === 0n) fact = { ...fact, timestamp: offer.timestamp }
  known.set(checksum, fact)
  if (offer.timestamp !== 0n && offer.timestamp !== fact.timestamp) throw contradiction(checksum, 'timestamp')
  if (offer.sizeBytes !== fact.sizeBytes) throw contradiction(checksum, 'size')
  return fact
}

const contradiction = (checksum: Checksum, what: string) =>
  new OstreeError('FAILED', { reason: `Summary contradicts others about the ${what} of commit ${checksum}` })

/** The first of those with the latest time. */
function newestOf(offers: readonly (Offer | null)[]): Checksum | undefined {
  let newest: Offer | undefined
  for (const offer of offers)
    if (offer !== null && (newest === undefined || offer.timestamp > newest.timestamp)) newest = offer
  return newest?.checksum
}
