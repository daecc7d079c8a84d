// The remote's summary, verified as its config demands.

import { OstreeError } from '../errors.ts'
import { decodeSummary, type Summary } from '../objects/summary.ts'
import type { OperationOptions } from '../operation.ts'
import { MAX_METADATA_BYTES } from '../repo/read-object.ts'
import type { RemoteTrust } from '../repo/trust/remote-trust.ts'
import type { Fetcher } from './fetch/types.ts'

export interface LoadedSummary {
  readonly summary: Summary
  readonly summaryBytes: Uint8Array
  readonly signatureBytes: Uint8Array | undefined
}

/** @param required - A mirror of everything cannot do without: its absence is an error then. */
export async function loadSummary(
  fetcher: Fetcher,
  trust: RemoteTrust,
  required: boolean,
  { signal }: OperationOptions,
): Promise<LoadedSummary | undefined> {
  const get = async (path: string) => {
    const answer = await fetcher.fetchBytes(
      { path, kind: 'metadata', optional: true, maxBytes: MAX_METADATA_BYTES },
      { signal },
    )
    return answer?.status === 'ok' ? answer.bytes : undefined
  }
  const signatureBytes = await get('summary.sig')
  const summaryBytes = await get('summary')
  if (summaryBytes === undefined && required && !trust.ofSummaries.gpg) {
    const reason = 'Fetching all refs was requested in mirror mode, but remote repository does not have a summary'
    throw new OstreeError('FAILED', { reason })
  }
  await trust.verifySummary({ summaryBytes, signatureBytes })
  if (summaryBytes === undefined) return undefined
  return { summary: decodeSummary(summaryBytes), summaryBytes, signatureBytes }
}
