// The commit object. Facts: spec/repository.md#commit

import { compareUtf8 } from '../../bytes/compare.ts'
import { OstreeError } from '../../errors.ts'
import type { Variant } from '../../gvariant/schema.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeCommit, type Metadata } from '../../objects/commit.ts'
import type { Platform } from '../../platform/types.ts'
import { COLLECTION_BINDING, lookupMetadata, REF_BINDING } from '../refs/bindings.ts'
import type { Transaction } from '../transaction/transaction.ts'
import type { TreeChecksums } from '../trees/mutable-tree.ts'

export const SIZES_KEY = 'ostree.sizes'

export interface WriteCommitOptions {
  readonly root: TreeChecksums
  readonly parent?: Checksum | null
  readonly subject?: string
  readonly body?: string
  /** Written in this order, keys that come twice included. Default: none. */
  readonly metadata?: Metadata
  /** Seconds since the epoch. Default: `SOURCE_DATE_EPOCH` from the environment, or now. */
  readonly timestamp?: bigint
}

/** Writes a commit object; if the transaction has been noting object sizes, they go into its metadata. */
export async function writeCommit(transaction: Transaction, options: WriteCommitOptions): Promise<Checksum> {
  const { root, parent = null, subject = '', body = '', metadata = [] } = options
  const timestamp = options.timestamp ?? currentTimestamp(transaction.repo.platform)
  if (metadata.some(([key]) => key === '')) throw new OstreeError('FAILED', { reason: 'Empty metadata key' })
  const sizes = transaction.sizes?.toVariant()
  transaction.sizes?.clear()
  const commit = encodeCommit({
    metadata: sizes === undefined ? metadata : [...metadata, [SIZES_KEY, sizes]],
    parentChecksum: parent,
    relatedObjects: [],
    subject,
    body,
    timestamp: BigInt.asUintN(64, timestamp),
    rootTreeContents: root.contents,
    rootTreeMetadata: root.metadata,
  })
  return transaction.writeMetadata('commit', commit)
}

/**
 * The metadata that says which refs, and which collection, a commit is made for, behind what is there already.
 * @param refs - In any order; they are written sorted.
 */
export function withBindings(metadata: Metadata, refs: readonly string[], collectionId: string | null): Metadata {
  const bound: [string, Variant][] = [[REF_BINDING, { type: 'as', value: [...refs].sort(compareUtf8) }]]
  if (collectionId !== null && lookupMetadata(metadata, COLLECTION_BINDING) === undefined) {
    bound.push([COLLECTION_BINDING, { type: 's', value: collectionId }])
  }
  return [...metadata, ...bound]
}

function currentTimestamp(platform: Platform): bigint {
  const text = platform.environment('SOURCE_DATE_EPOCH')
  return text === undefined ? BigInt(Math.floor(Date.now() / 1000)) : parseSourceDateEpoch(text)
}

const MAX_I64 = (1n << 63n) - 1n

/** The number at the start of the text, as strtoll reads it. */
function parseSourceDateEpoch(text: string): bigint {
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)/.exec(text)
  if (match === null) throw new OstreeError('FAILED', { reason: 'Failed to convert SOURCE_DATE_EPOCH' })
  const seconds = match[1] === '-' ? -BigInt(match[2]!) : BigInt(match[2]!)
  if (seconds > MAX_I64 || seconds < -MAX_I64 - 1n) {
    throw new OstreeError('FAILED', { reason: 'Parsing SOURCE_DATE_EPOCH: Numerical result out of range' })
  }
  return seconds
}
