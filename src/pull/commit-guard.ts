// What a commit must be before it is let in: signed as the remote's config demands, meant for the refs that led to it,
// and not older than what is here. Facts: spec/pull.md#commits

import { formatPlainUtc } from '../dates/format.ts'
import { OstreeError, prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import { type Commit, decodeCommit, type Metadata } from '../objects/commit.ts'
import { verifyBindings } from '../repo/refs/bindings.ts'
import type { CommitVerification, RemoteTrust } from '../repo/trust/remote-trust.ts'
import type { PulledRef } from './pull-options.ts'

/** A commit that others are compared with by their time. */
export interface TimeLimit {
  readonly rev: Checksum
  readonly timestamp: bigint
}

export interface CommitRules {
  readonly trust: RemoteTrust
  /** The collection that the remote says it is; bindings must name it. */
  readonly collectionId: string | null
  readonly ignoreBindings: boolean
  /** What each commit was asked for by. */
  readonly refs: ReadonlyMap<Checksum, readonly PulledRef[]>
  /** What refs stood for before: no older commit may take their place. */
  readonly previous: ReadonlyMap<PulledRef, TimeLimit>
  /** No commit at all may be older than this one. */
  readonly oldest: TimeLimit | null
  /** A remote whose keyring counts for a ref's commits. */
  readonly keyringRemote?: (ref: PulledRef) => string | undefined
}

export class CommitGuard {
  readonly #rules: CommitRules
  readonly #admitted = new Set<Checksum>()

  constructor(rules: CommitRules) {
    this.#rules = rules
  }

  hasAdmitted(checksum: Checksum): boolean {
    return this.#admitted.has(checksum)
  }

  /**
   * Checks a commit that is about to be stored or, with `isStored`, was stored by an earlier pull.
   * @throws {@link OstreeError} `UNTRUSTED`, `INVALID_FORMAT`, or `FAILED`
   */
  async admit(
    checksum: Checksum,
    commitBytes: Uint8Array,
    detachedMetadata: Metadata | undefined,
    isStored: boolean,
  ): Promise<CommitVerification> {
    const { trust, ignoreBindings, refs: allRefs, keyringRemote } = this.#rules
    const refs = allRefs.get(checksum) ?? []
    const keyring = refs[0] === undefined ? undefined : keyringRemote?.(refs[0])
    const verification = await trust.verifyCommit({
      checksum,
      commitBytes,
      detachedMetadata,
      isStored,
      keyringRemote: keyring,
    })
    const commit = decodeCommit(commitBytes)
    if (!ignoreBindings) this.#checkBindings(checksum, commit, refs)
    this.#checkTime(checksum, commit, refs)
    this.#admitted.add(checksum)
    return verification
  }

  #checkBindings(checksum: Checksum, commit: Commit, refs: readonly PulledRef[]): void {
    const names = refs.length === 0 ? [null] : refs.map(({ ref }) => ref)
    try {
      for (const name of names) verifyBindings(commit, this.#rules.collectionId, name)
    } catch (error) {
      throw prefixed(error, `Commit ${checksum}`)
    }
  }

  #checkTime(checksum: Checksum, commit: Commit, refs: readonly PulledRef[]): void {
    const { previous, oldest } = this.#rules
    for (const ref of refs) requireNotOlder(previous.get(ref) ?? null, checksum, commit.timestamp)
    requireNotOlder(oldest, checksum, commit.timestamp)
  }
}

function requireNotOlder(limit: TimeLimit | null, checksum: Checksum, timestamp: bigint): void {
  if (limit === null || timestamp >= limit.timestamp || limit.rev === checksum) return
  const [now, before] = [formatPlainUtc(timestamp), formatPlainUtc(limit.timestamp)]
  if (now === undefined || before === undefined) {
    const current = `current revision '${limit.rev}' timestamp (${BigInt.asIntN(64, limit.timestamp)})`
    const reason = `Upgrade target revision '${checksum}' timestamp (${BigInt.asIntN(64, timestamp)}) or ${current} is invalid`
    throw new OstreeError('FAILED', { reason })
  }
  const target = `Upgrade target revision '${checksum}' with timestamp '${now}'`
  const current = `current revision '${limit.rev}' with timestamp '${before}'`
  const reason = `${target} is chronologically older than ${current}; use --allow-downgrade to permit`
  throw new OstreeError('FAILED', { reason })
}
