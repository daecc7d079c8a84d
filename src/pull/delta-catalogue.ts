// Which static deltas a remote has, as far as its summary and its indexes have told. Facts: spec/pull.md#deltas

import { OstreeError } from '../errors.ts'
import type { Variant } from '../gvariant/schema.ts'
import { CHECKSUM_BYTES, type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import type { Metadata } from '../objects/commit.ts'
import { SUMMARY_KEY } from '../objects/summary.ts'
import { lookupMetadata } from '../repo/refs/bindings.ts'
import { formatDeltaName, parseDeltaName, type StaticDeltaName } from '../repo/summary/static-delta-names.ts'

export class DeltaCatalogue {
  /** The remote keeps an index of deltas for each commit. */
  hasIndexes = false
  /** The summary lists some. */
  inSummary = false
  readonly #digests = new Map<string, Checksum>()

  /** @param metadata - Of a summary, or a delta index. */
  addAll(metadata: Metadata): void {
    for (const [name, digest] of deltasIn(metadata)) this.#digests.set(name, requireChecksum(digest))
  }

  /** SHA-256 of a delta's superblock; `undefined` where nobody has told. */
  digestOf(delta: StaticDeltaName): Checksum | undefined {
    return this.#digests.get(formatDeltaName(delta))
  }

  /** Every known delta that leads to a commit. @throws {@link OstreeError} for a name that is none */
  leadingTo(to: Checksum): StaticDeltaName[] {
    return [...this.#digests.keys()].map(parseDeltaName).filter((delta) => delta.to === to)
  }
}

export function deltasIn(metadata: Metadata): readonly (readonly [string, Variant])[] {
  const found = lookupMetadata(metadata, SUMMARY_KEY.staticDeltas)
  return found?.type === 'a{sv}' ? (found.value as readonly (readonly [string, Variant])[]) : []
}

function requireChecksum({ type, value }: Variant): Checksum {
  if (type !== 'ay') {
    throw new OstreeError('FAILED', { reason: `Invalid checksum variant of type '${type}', expected 'ay'` })
  }
  const bytes = value as Uint8Array
  if (bytes.length !== CHECKSUM_BYTES) {
    const reason = `Invalid checksum of length ${bytes.length} expected ${CHECKSUM_BYTES}`
    throw new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
  }
  return checksumFromBytes(bytes)
}

export function noDelta(from: string | null, to: Checksum): OstreeError {
  const reason = `Static deltas required, but none found for ${from ?? '(null)'} to ${to}`
  return new OstreeError('FAILED', { reason })
}
