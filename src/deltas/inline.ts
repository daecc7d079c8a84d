// What a superblock's metadata holds under the paths that it would have as files: parts, and the commit's detached metadata.
// Facts: spec/static-deltas.md#inline-parts

import type { Variant } from '../gvariant/value.ts'
import { encodeVariant } from '../gvariant/variant.ts'
import { decodeDetachedMetadata, type Metadata } from '../objects/commit.ts'
import { relativeDeltaPath, type StaticDeltaName } from '../repo/summary/static-delta-names.ts'
import type { Superblock } from './superblock.ts'

type Held = Pick<Superblock, 'metadata' | 'from' | 'to'>

export const inlinePartKey = (name: StaticDeltaName, index: number): string => `${relativeDeltaPath(name)}/${index}`
export const inlineDetachedKey = (name: StaticDeltaName): string => `${relativeDeltaPath(name)}/commitmeta`

/** The bytes that a part's file would have; `undefined` where the superblock does not hold it. */
export function inlinePart(superblock: Held, index: number): Uint8Array | undefined {
  const value = lookUp(superblock, inlinePartKey(superblock, index), '(yay)')
  return value === undefined ? undefined : encodeVariant(value)
}

/** Detached metadata for the commit, such as its signatures; `undefined` where there is none. */
export function inlineDetachedMetadata(superblock: Held): Metadata | undefined {
  const value = lookUp(superblock, inlineDetachedKey(superblock), 'a{sv}')
  return value === undefined ? undefined : decodeDetachedMetadata(encodeVariant(value))
}

function lookUp({ metadata }: Held, key: string, type: string): Variant | undefined {
  return metadata.find(([name, value]) => name === key && value.type === type)?.[1]
}
