// ostree-ts/pull: bringing commits in from remotes and from other repositories on this machine.

export { createFetcher, type RemoteFetcher } from './fetch/create-fetcher.ts'
export { type FetchedSummary, type FetchSummaryOptions, fetchSummary } from './fetch/fetch-summary.ts'
export type { FetcherOptions } from './fetch/options.ts'
export type { CacheValidators, FetchedBody, FetchedBytes, Fetcher, FetchRequest, NotModified } from './fetch/types.ts'
export type { ImportPolicy } from './import-object.ts'
export { pull } from './pull.ts'
export { type PullLocalOptions, type PullLocalProgress, type PullLocalResult, pullLocal } from './pull-local.ts'
export type {
  PullCounts,
  PullEvent,
  PulledRef,
  PullOptions,
  PullProgress,
  PullResult,
  RequestedRef,
} from './pull-options.ts'
