// What a pull asks of its transport. One implementation speaks HTTP and file URLs; tests have their own.
// Facts: spec/pull.md#transport

import type { Awaitable, OperationOptions } from '../../operation.ts'

export interface FetchRequest {
  /** Below the remote's URL: `objects/ab/cd….commit`. */
  readonly path: string
  /** `content` goes to the remote's `contenturl` where it has one. */
  readonly kind: 'metadata' | 'content'
  /** More is an error (`FAILED` in the reference's words); absent where nothing limits it. */
  readonly maxBytes?: number
  /** A file that is not there answers `undefined` instead of failing. Default `false`. */
  readonly optional?: boolean
  /** Answers `not-modified` when the server still has this. */
  readonly ifChangedFrom?: CacheValidators
}

export interface CacheValidators {
  readonly etag: string | null
  /** Seconds since the epoch. */
  readonly lastModified: number | null
}

export type FetchResult =
  | { readonly status: 'not-modified' }
  | {
      readonly status: 'ok'
      /** Ends after exactly the announced length, or throws. Retries restart it only before the first piece. */
      readonly body: AsyncIterable<Uint8Array>
      /** As the server announced it; `undefined` where it did not. */
      readonly sizeBytes: number | undefined
      readonly validators: CacheValidators
    }

/** Bounded: at most so many requests are under way at once, however many are asked for. */
export interface Fetcher {
  fetch(request: FetchRequest, options?: OperationOptions): Promise<FetchResult | undefined>
  /** The whole body in memory, `maxBytes` at most; retried as a whole. */
  fetchBytes(
    request: FetchRequest & { readonly maxBytes: number },
    options?: OperationOptions,
  ): Promise<
    | { readonly status: 'not-modified' }
    | { readonly status: 'ok'; readonly bytes: Uint8Array; readonly validators: CacheValidators }
    | undefined
  >
  /** Bytes of bodies so far, for progress. */
  readonly bytesReceived: number
  close(): Awaitable<void>
}
