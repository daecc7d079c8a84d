// What a remote has to offer, asked without pulling anything. Facts: spec/summary.md#fetching

import { OstreeError } from '../errors.ts'
import { type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import { decodeSummary } from '../objects/summary.ts'
import type { OperationOptions } from '../operation.ts'
import type { Repo } from '../repo/repo.ts'
import { remoteTrust } from '../repo/trust/remote-trust.ts'
import { createFetcher } from './fetch/create-fetcher.ts'
import { type FetchedSummary, fetchSummary } from './fetch/fetch-summary.ts'
import type { FetcherOptions } from './fetch/options.ts'

export interface RemoteSummaryOptions extends FetcherOptions, OperationOptions {
  /** Holds `summaries/`; `null` caches nothing. Default: the repository's own cache. */
  readonly cacheDir?: string | null | undefined
}

/** A remote's summary, verified as its config demands. @throws {@link OstreeError} `UNTRUSTED`, and the transport's. */
export async function readRemoteSummary(
  repo: Repo,
  remote: string,
  options: RemoteSummaryOptions = {},
): Promise<FetchedSummary> {
  const { cacheDir, signal } = options
  const trust = await remoteTrust(repo, remote)
  const fetcher = await createFetcher(repo, remote, { ...options, resolveMetalink: false })
  try {
    const cache = cacheDir === undefined ? {} : { cacheDir }
    return await fetchSummary(repo, remote, { fetcher, trust, asking: 'summary', signal, ...cache })
  } finally {
    await fetcher.close()
  }
}

/** The refs of a remote's own collection. @throws {@link OstreeError} `FAILED` where the remote has no summary. */
export async function listRemoteRefs(
  repo: Repo,
  remote: string,
  options: RemoteSummaryOptions = {},
): Promise<Map<string, Checksum>> {
  const { summaryBytes } = await readRemoteSummary(repo, remote, options)
  if (summaryBytes === undefined) {
    throw new OstreeError('FAILED', { reason: 'Remote refs not available; server has no summary file' })
  }
  return new Map(decodeSummary(summaryBytes).refs.map(({ name, commit }) => [name, checksumFromBytes(commit.checksum)]))
}
