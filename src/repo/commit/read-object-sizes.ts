// Reading `ostree.sizes` back. Facts: spec/repository.md#sizes

import { Cursor } from '../../bytes/cursor.ts'
import { OstreeError } from '../../errors.ts'
import { CHECKSUM_BYTES, type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import type { Commit } from '../../objects/commit.ts'
import { OBJECT_TYPE, type ObjectType } from '../../objects/object-name.ts'
import type { ObjectSize } from './object-sizes.ts'

export interface CommitObjectSize extends ObjectSize {
  readonly checksum: Checksum
  readonly type: ObjectType
}

/** @throws {@link OstreeError} `FAILED`: the commit was made without sizes. */
export function readObjectSizes(commit: Commit): CommitObjectSize[] {
  const value = commit.metadata.find(([key]) => key === 'ostree.sizes')?.[1]
  if (value?.type !== 'aay' || !Array.isArray(value.value)) {
    throw new OstreeError('FAILED', { reason: 'No metadata key ostree.sizes in commit' })
  }
  return value.value.map((entry: unknown) => readEntry(entry instanceof Uint8Array ? entry : new Uint8Array(0)))
}

function readEntry(bytes: Uint8Array): CommitObjectSize {
  const cursor = new Cursor(bytes)
  const checksum = checksumFromBytes(cursor.bytes(CHECKSUM_BYTES, 'ostree.sizes checksum'))
  const archived = cursor.varuintNumber('ostree.sizes archived size')
  const unpacked = cursor.varuintNumber('ostree.sizes unpacked size')
  // Commits of before 2020 do not tell the type.
  const type = cursor.atEnd ? 'file' : typeOf(cursor.u8('ostree.sizes object type'))
  return { checksum, archived, unpacked, type }
}

function typeOf(code: number): ObjectType {
  for (const [type, known] of Object.entries(OBJECT_TYPE)) if (known.code === code) return type as ObjectType
  throw new OstreeError('FAILED', { reason: `Unexpected ostree.sizes object type ${code}` })
}
