// The commit object and its detached metadata. Facts: spec/objects.md#commit

import { OstreeError } from '../errors.ts'
import { array, decode, dict, encode, str, struct, u64be, type ValueOf, variant } from '../gvariant/schema.ts'
import { checksum, optionalChecksum } from './checksum.ts'

/** `a{sv}`: commit metadata, detached metadata, tombstones. Order and duplicates are kept: the bytes are hashed. */
export const METADATA = dict(str, variant)
export type Metadata = ValueOf<typeof METADATA>

export const COMMIT = struct('(a{sv}aya(say)sstayay)', {
  metadata: METADATA,
  /** None for the first commit of a branch. */
  parentChecksum: optionalChecksum,
  /** Never written by any release; kept so that a commit re-encodes to its bytes. */
  relatedObjects: array(struct('(say)', { name: str, checksum })),
  subject: str,
  body: str,
  /** Seconds since the epoch, UTC. */
  timestamp: u64be,
  rootTreeContents: checksum,
  rootTreeMetadata: checksum,
})
export type Commit = ValueOf<typeof COMMIT>

/** Decodes and validates a commit. @throws {@link OstreeError} `INVALID_FORMAT` */
export function decodeCommit(data: Uint8Array): Commit {
  const commit = decode(COMMIT, data)
  validateCommit(commit)
  return commit
}

function validateCommit(commit: Commit): void {
  if (commit.metadata.some(([key]) => key === '')) {
    throw new OstreeError('INVALID_FORMAT', { format: 'commit', path: 'metadata', reason: 'Empty metadata key' })
  }
}

/** @throws {@link OstreeError} `INVALID_FORMAT`: what no reader would take. */
export function encodeCommit(commit: Commit): Uint8Array {
  validateCommit(commit)
  return encode(COMMIT, commit)
}

/** A commitmeta object: the `a{sv}` of detached metadata. An empty file is an empty dictionary. */
export const decodeDetachedMetadata = (data: Uint8Array): Metadata => decode(METADATA, data)
export const encodeDetachedMetadata = (metadata: Metadata): Uint8Array => encode(METADATA, metadata)
