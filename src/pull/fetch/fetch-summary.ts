// A remote's summary and its signatures: from the cache where the server says they are still the same, verified as the
// remote's config demands. Facts: spec/summary.md#fetching

import { isIoError, OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Repo } from '../../repo/repo.ts'
import type { RemoteTrust } from '../../repo/trust/remote-trust.ts'
import type { RemoteFetcher } from './create-fetcher.ts'
import { defaultCacheDir, SummaryCache, type SummaryFile } from './summary-cache.ts'
import type { CacheValidators } from './types.ts'
import { NO_VALIDATORS } from './validators.ts'

export interface FetchSummaryOptions extends OperationOptions {
  readonly fetcher: RemoteFetcher
  /** What the remote demands; nothing that fails it is answered or cached. */
  readonly trust: RemoteTrust
  /** Who asks: a pull, or a command that shows the summary. They word what is missing differently. Default `pull`. */
  readonly asking?: 'pull' | 'summary'
  /** Holds `summaries/`; `null` caches nothing. Default: the repository's `tmp/cache`, unless `OSTREE_SKIP_CACHE`. */
  readonly cacheDir?: string | null
}

export interface FetchedSummary {
  /** `undefined` where the remote has none. */
  readonly summaryBytes: Uint8Array | undefined
  readonly signatureBytes: Uint8Array | undefined
  readonly fromCache: boolean
}

interface Fetched {
  readonly bytes: Uint8Array
  readonly validators: CacheValidators
}

/**
 * @param remote - The cache's name for it: a configured remote's name, or a `file://` URL (never cached).
 * @throws {@link OstreeError} `UNTRUSTED` for what is not signed as demanded, and the transport's errors.
 */
export async function fetchSummary(repo: Repo, remote: string, options: FetchSummaryOptions): Promise<FetchedSummary> {
  const { fetcher, trust, asking = 'pull', signal } = options
  const cacheable = asking === 'summary' || fetcher.localPath === null
  const cacheDir = cacheable && !remote.includes('/') ? (options.cacheDir ?? defaultCacheDir(repo)) : null
  const cache = new SummaryCache(repo, options.cacheDir === null ? null : cacheDir, remote)

  const signature = await fetchFile(fetcher, cache, '.sig', signal)
  const signatureBytes = signature?.bytes
  let summary = await cachedSummary(cache, signature)
  const cached = summary !== undefined
  summary ??= givenByMetalink(fetcher) ?? (await fetchFile(fetcher, cache, '', signal))
  let fromCache = cached
  try {
    await trust.verifySummary({ summaryBytes: summary?.bytes, signatureBytes, asking })
  } catch (error) {
    if (!cached || asking !== 'pull') throw error
    // What was cached may be older than the signature, or broken: only what the server has now counts.
    if (isToFailOnInvalidCache(repo)) throw invalidCache(remote)
    summary = await fetchAnew(fetcher, '', signal)
    fromCache = false
    await trust.verifySummary({ summaryBytes: summary?.bytes, signatureBytes, asking })
  }
  if (!fromCache && summary !== undefined && signature !== undefined) {
    await keep(cache, summary, signature, asking)
  }
  return { summaryBytes: summary?.bytes, signatureBytes, fromCache }
}

type Signature = Fetched & { readonly notModified: boolean }

/** With a signature file that has not changed, the summary has not either. */
async function cachedSummary(cache: SummaryCache, signature: Signature | undefined): Promise<Fetched | undefined> {
  if (signature === undefined) return undefined
  const bytes = signature.notModified ? await cache.read('') : await cache.summaryOfSignature(signature.bytes)
  return bytes === undefined ? undefined : { bytes, validators: NO_VALIDATORS }
}

function givenByMetalink({ metalinkSummary }: RemoteFetcher): Fetched | undefined {
  return metalinkSummary === null ? undefined : { bytes: metalinkSummary, validators: NO_VALIDATORS }
}

async function fetchFile(
  fetcher: RemoteFetcher,
  cache: SummaryCache,
  file: SummaryFile,
  signal: AbortSignal | undefined,
): Promise<Signature | undefined> {
  const ifChangedFrom = await cache.validators(file)
  const answer = await fetcher.fetchSummaryFile(`summary${file}`, { ifChangedFrom, signal })
  if (answer?.status !== 'not-modified') return answer === undefined ? undefined : { ...answer, notModified: false }
  const bytes = await cache.read(file)
  return bytes === undefined ? undefined : { bytes, validators: ifChangedFrom, notModified: true }
}

async function fetchAnew(
  fetcher: RemoteFetcher,
  file: SummaryFile,
  signal: AbortSignal | undefined,
): Promise<Fetched | undefined> {
  const answer = await fetcher.fetchSummaryFile(`summary${file}`, { signal })
  return answer?.status === 'ok' ? answer : undefined
}

/** Who only looks may lack the right to write; a pull writes anyway. */
async function keep(
  cache: SummaryCache,
  summary: Fetched,
  signature: Fetched,
  asking: 'pull' | 'summary',
): Promise<void> {
  try {
    await cache.store([
      ['', summary.bytes, summary.validators],
      ['.sig', signature.bytes, signature.validators],
    ])
  } catch (error) {
    if (asking !== 'summary' || !isIoError(error, 'EACCES', 'EPERM')) throw error
  }
}

/** A switch of the reference for its own tests. */
function isToFailOnInvalidCache(repo: Repo): boolean {
  return (repo.platform.environment('OSTREE_REPO_TEST_ERROR') ?? '').split(/[,:; ]/).includes('invalid-cache')
}

function invalidCache(remote: string): OstreeError {
  const reason = `Remote ${remote} cached summary invalid and OSTREE_REPO_TEST_ERROR_INVALID_CACHE specified`
  return new OstreeError('FAILED', { reason })
}
