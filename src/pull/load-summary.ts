// The remote's summary for a pull: fetched, verified as the remote's config demands, and taken apart.

import { isOstreeError, OstreeError } from '../errors.ts'
import { decodeSummary, type Summary } from '../objects/summary.ts'
import type { Repo } from '../repo/repo.ts'
import { type FetchSummaryOptions, fetchSummary } from './fetch/fetch-summary.ts'

export interface LoadedSummary {
  readonly summary: Summary
  readonly summaryBytes: Uint8Array
  readonly signatureBytes: Uint8Array | undefined
}

export async function loadSummary(
  repo: Repo,
  remote: string,
  options: FetchSummaryOptions,
): Promise<LoadedSummary | undefined> {
  const { summaryBytes, signatureBytes } = await fetchSummary(repo, remote, options)
  if (summaryBytes === undefined) return undefined
  return { summary: decoded(summaryBytes), summaryBytes, signatureBytes }
}

/** Without a summary, nobody knows what all refs are. */
export function requireSummary(summary: LoadedSummary | undefined): LoadedSummary {
  if (summary !== undefined) return summary
  const reason = 'Fetching all refs was requested in mirror mode, but remote repository does not have a summary'
  throw new OstreeError('FAILED', { reason })
}

function decoded(bytes: Uint8Array): Summary {
  try {
    return decodeSummary(bytes)
  } catch (cause) {
    if (!isOstreeError(cause, 'INVALID_FORMAT')) throw cause
    throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason: 'Not normal form' }, { cause })
  }
}
