// What a remote's summary says of the refs that are asked for. Facts: spec/pull.md#finding

import { type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import { decodeSummary, SUMMARY_KEY, type SummaryRef } from '../../objects/summary.ts'
import { lookupMetadata } from '../../repo/refs/bindings.ts'
import type { CollectionRef } from '../../repo/refs/ref-names.ts'
import { readSummaryRefs } from '../requested-refs.ts'

export interface Offer {
  readonly checksum: Checksum
  readonly sizeBytes: bigint
  /** Seconds since the epoch; `0n` where the summary does not say, or no calendar knows. */
  readonly timestamp: bigint
}

export interface SummaryOffers {
  /** One for each ref asked for; `null` where the summary does not list it. */
  readonly offers: readonly (Offer | null)[]
  /** Seconds since the epoch; `0n` for unknown. */
  readonly lastModified: bigint
}

/** GDateTime knows the years 1 to 9999. */
const LAST_SECOND = 253402300799n

/** @param only - The one collection that counts beside the summary's own; `null` for all. */
export function offersIn(bytes: Uint8Array, wanted: readonly CollectionRef[], only: string | null): SummaryOffers {
  const summary = decodeSummary(bytes)
  const { own, collections } = readSummaryRefs(summary)
  const find = ({ collectionId, ref }: CollectionRef): Offer | null => {
    if (collectionId !== own && only !== null && collectionId !== only) return null
    const entry = collections.get(collectionId)?.find(({ name }) => name === ref)
    return entry === undefined ? null : offerOf(entry)
  }
  return { offers: wanted.map(find), lastModified: bigEndianTime(summary.metadata, SUMMARY_KEY.lastModified) }
}

function offerOf({ commit }: SummaryRef): Offer {
  const timestamp = bigEndianTime(commit.metadata, SUMMARY_KEY.commitTimestamp)
  return {
    checksum: checksumFromBytes(commit.checksum),
    sizeBytes: commit.sizeBytes,
    timestamp: timestamp > LAST_SECOND ? 0n : timestamp,
  }
}

/** Times are big-endian inside a native 64-bit number. */
function bigEndianTime(metadata: SummaryRef['commit']['metadata'], key: string): bigint {
  const entry = lookupMetadata(metadata, key)
  if (entry?.type !== 't') return 0n
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, entry.value as bigint, true)
  return view.getBigUint64(0)
}
