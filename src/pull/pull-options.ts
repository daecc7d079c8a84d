// What a pull is asked, what it tells while it runs, and what it answers.

import type { Checksum } from '../objects/checksum.ts'
import type { OperationOptions } from '../operation.ts'
import type { Repo } from '../repo/repo.ts'
import type { FetcherOptions } from './fetch/options.ts'

export interface RequestedRef {
  readonly ref: string
  /** `null` (the default): the remote's own collection, if it has one. */
  readonly collectionId?: string | null
  /** This commit instead of the remote's newest. */
  readonly commit?: Checksum | null
}

export interface PullOptions extends OperationOptions<PullEvent>, FetcherOptions {
  /** Names, or refs in detail. Default: the `branches` of the remote's config; of a mirror, all refs of the remote. */
  readonly refs?: readonly (string | RequestedRef)[]
  /** Commits to bring without a ref. */
  readonly commits?: readonly Checksum[]
  /** Parents to bring behind each commit; `-1` brings all. Default `0`. */
  readonly depth?: number
  /** Set the refs where the remote has them, not below its name; with all refs, copy the summary too. Default `false`. */
  readonly mirror?: boolean
  /** Bring commit objects alone. Default `false`. */
  readonly commitOnly?: boolean
  /** Bring only what lies at or below these paths, each from the root (`/usr/etc`). The commit then stays partial. */
  readonly subpaths?: readonly string[]
  /** Compute the checksum of every object from a repository on this machine. Default `false`. */
  readonly untrusted?: boolean
  /** Do not compute checksums when an archive repository mirrors another. Default `false`. */
  readonly trustedHttp?: boolean
  /** Refuse files whose mode a bare-user-only repository could not hold. Default `false`. */
  readonly bareUserOnlyFiles?: boolean
  /** `allowed` (the default) takes one where there is one that fits. */
  readonly staticDeltas?: 'allowed' | 'required' | 'disabled'
  /** Only find out what there is to fetch; needs `staticDeltas: 'required'`. Default `false`. */
  readonly dryRun?: boolean
  /** Repositories on this machine that are asked for an object before the remote is. */
  readonly localCaches?: readonly Repo[]
  /** Refuse commits that are older than what the ref stands for now. Needs `depth: 0`. Default `false`. */
  readonly timestampCheck?: boolean
  /** Refuse commits that are older than this one: a checksum or a ref. */
  readonly timestampCheckFromRev?: string | undefined
  /** Take commits that say they were made for other refs. Default `false`. */
  readonly ignoreBindings?: boolean
  /** Set the refs of this remote and demand what it demands, wherever the objects come from. Default: the remote's own. */
  readonly refRemote?: string | undefined
  /** Overrides the remote's `gpg-verify`. */
  readonly gpgVerify?: boolean | undefined
  /** Overrides the remote's `gpg-verify-summary`. */
  readonly gpgVerifySummary?: boolean | undefined
  /** `false` passes what the remote's `sign-verify` and `sign-verify-summary` demand. Default `true`. */
  readonly signVerify?: boolean | undefined
  /** A folder for what is remembered between pulls. Default: the repository's own. */
  readonly cacheDir?: string
  /** Milliseconds between two `progress` events. Default 1000. */
  readonly progressIntervalMs?: number | undefined
}

export interface PullCounts {
  /** Requests to the remote for metadata and for content. */
  requestedMetadata: number
  requestedContent: number
  fetchedMetadata: number
  fetchedContent: number
  /** Objects from a repository on this machine. */
  importedMetadata: number
  importedContent: number
  scannedMetadata: number
  fetchedDeltaParts: number
  totalDeltaParts: number
  fetchedDeltaFallbacks: number
  totalDeltaFallbacks: number
  /** Bytes of delta parts, compressed. */
  fetchedDeltaPartBytes: number
  totalDeltaPartBytes: number
  /** The same, uncompressed. */
  totalDeltaPartUnpackedBytes: number
  /** Bytes that came over the network since refs were resolved. */
  bytesTransferred: number
}

export interface PullProgress extends Readonly<PullCounts> {
  readonly outstandingFetches: number
  readonly outstandingMetadataFetches: number
  readonly outstandingWrites: number
  /** There is metadata yet to be looked at. */
  readonly scanning: boolean
  readonly failing: boolean
  readonly elapsedSeconds: number
}

export type PullEvent =
  | { readonly type: 'ref'; readonly ref: string; readonly collectionId: string | null; readonly commit: Checksum }
  | { readonly type: 'delta'; readonly from: Checksum | null; readonly to: Checksum; readonly parts: number }
  | { readonly type: 'commit'; readonly commit: Checksum; readonly signatures: readonly string[] }
  | ({ readonly type: 'progress' } & PullProgress)

export interface PulledRef {
  readonly ref: string
  readonly collectionId: string | null
  readonly commit: Checksum
}

export interface PullResult extends Readonly<PullCounts> {
  readonly refs: readonly PulledRef[]
  /** Objects came from a repository on this machine, over no network. */
  readonly local: boolean
  readonly contentBytesWritten: number
  readonly elapsedSeconds: number
}
