// The metadata of a summary, key by key, as `summary` and `remote summary` print it.

import { compareUtf8 } from '../bytes/compare.ts'
import { OstreeError } from '../errors.ts'
import { encodeVariant } from '../gvariant/variant.ts'
import { decodeSummary } from '../objects/summary.ts'
import { lookupMetadata } from '../repo/refs/bindings.ts'
import { rawText } from './variant-text.ts'

export function summaryMetadataKeys(bytes: Uint8Array): string[] {
  return decodeSummary(bytes)
    .metadata.map(([name]) => name)
    .sort(compareUtf8)
}

/** @throws {@link OstreeError} `FAILED` where there is no such key. */
export function summaryMetadataText(bytes: Uint8Array, key: string): string {
  const value = lookupMetadata(decodeSummary(bytes).metadata, key)
  if (value === undefined) throw new OstreeError('FAILED', { reason: `No such metadata key '${key}'` })
  return rawText(value.type, encodeVariant(value), { byteswap: true })
}
