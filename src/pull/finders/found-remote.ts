// What finders answer. Facts: spec/pull.md#finding

import { compareUtf8 } from '../../bytes/compare.ts'
import { StringHashOrder, stringHash } from '../../gvariant/hash-order.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { RemoteConfig } from '../../repo/config/config.ts'
import type { CollectionRef } from '../../repo/refs/ref-names.ts'

export type FinderName = 'config' | 'mount'

/** The names of libostree's classes, which its command prints. */
export const FINDER_CLASS: Readonly<Record<FinderName, string>> = {
  config: 'OstreeRepoFinderConfig',
  mount: 'OstreeRepoFinderMount',
}

/** A remote that claims to have some of the refs that were asked for. */
export interface FoundRemote {
  readonly finder: FinderName
  /** Lower comes first. */
  readonly priority: number
  /** A configured remote, or one made up for a volume. */
  readonly remote: RemoteConfig
  readonly url: string
  /** File name of the keyring that its commits have to be signed by. */
  readonly keyring: string
  /** The configured remote whose keys and whose refs are used; `null` for a remote that is configured itself. */
  readonly refRemote: string | null
  /** Commits of the refs that were asked for; `null` where it has none, or an older one than another remote has. */
  readonly refs: readonly FoundRef[]
  /** Seconds since the epoch, as its summary says; `0n` for unknown. */
  readonly summaryLastModified: bigint
}

export interface FoundRef extends CollectionRef {
  readonly checksum: Checksum | null
}

/** For `sort`: by priority, then the older summary, then fewer refs, then the name. */
export function compareFoundRemotes(a: FoundRemote, b: FoundRemote): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  const [aTime, bTime] = [a.summaryLastModified, b.summaryLastModified]
  if (aTime !== 0n && bTime !== 0n && aTime !== bTime) return aTime < bTime ? -1 : 1
  const count = ({ refs }: FoundRemote) => refs.filter(({ checksum }) => checksum !== null).length
  return count(a) - count(b) || compareUtf8(a.remote.name, b.remote.name)
}

export const sameRef = (a: CollectionRef, b: CollectionRef): boolean =>
  a.collectionId === b.collectionId && a.ref === b.ref

/** Refs in the order in which the reference's hash table of them lists them, each once. */
export function inTableOrder<R extends CollectionRef>(refs: readonly R[]): R[] {
  const keyOf = ({ collectionId, ref }: CollectionRef) => `${collectionId}\0${ref}`
  const byKey = new Map(refs.map((ref) => [keyOf(ref), ref]))
  const hash = (key: string) => {
    const { collectionId, ref } = byKey.get(key)!
    return (stringHash(collectionId) ^ stringHash(ref)) >>> 0
  }
  return Array.from(new StringHashOrder(byKey.keys(), hash), (key) => byKey.get(key)!)
}
