// What a pull asks of its transport. One implementation speaks HTTP and file URLs; tests have their own.
// Facts: spec/pull.md#transport

import type { Awaitable, OperationOptions } from '../../operation.ts'

export interface FetchRequest {
  /** Below the remote's URL: `objects/ab/cd….commit`. */
  readonly path: string
  /** `content` goes to the remote's `contenturl` where it has one. */
  readonly kind: 'metadata' | 'content'
  /** More is `RESPONSE_TOO_LARGE`; absent where nothing limits it. */
  readonly maxBytes?: number
  /** A file that is not there (HTTP 403, 404 and 410 too) answers `undefined` instead of failing. Default `false`. */
  readonly optional?: boolean
  /** Answers `not-modified` when the server still has this. */
  readonly ifChangedFrom?: CacheValidators
}

export interface CacheValidators {
  /** With its quotes, as the server wrote it. */
  readonly etag: string | null
  /** Seconds since the epoch. */
  readonly lastModified: number | null
}

export interface NotModified {
  readonly status: 'not-modified'
}

export interface FetchedBody {
  readonly status: 'ok'
  /**
   * Ends after exactly the announced length, or throws. Read it to its end or leave it (`return`): until then it keeps
   * one of the places for requests.
   */
  readonly body: AsyncIterable<Uint8Array>
  /** As the server announced it; `undefined` where it did not. */
  readonly sizeBytes: number | undefined
  readonly validators: CacheValidators
}

export interface FetchedBytes {
  readonly status: 'ok'
  readonly bytes: Uint8Array
  readonly validators: CacheValidators
}

/**
 * Bounded: at most so many requests are under way at once, however many are asked for. Errors are `HTTP_STATUS`,
 * `NETWORK`, `FILE_URL_NOT_FOUND`, `RESPONSE_TOO_LARGE`, and what a signal was aborted with.
 */
export interface Fetcher {
  /**
   * Hands the answer to `use` and answers what that makes of it. A transport that fails, be it in the middle of the
   * body, is retried with `use` called again from the start; an error of `use` itself is not. `undefined` for an
   * optional file that is not there.
   */
  receive<T>(
    request: FetchRequest,
    use: (answer: NotModified | FetchedBody) => Promise<T>,
    options?: OperationOptions,
  ): Promise<T | undefined>
  /** The answer as it begins; retried until then and not after, so prefer {@link receive}. */
  fetch(request: FetchRequest, options?: OperationOptions): Promise<NotModified | FetchedBody | undefined>
  /** The whole body in memory, `maxBytes` at most; retried as a whole. */
  fetchBytes(
    request: FetchRequest & { readonly maxBytes: number },
    options?: OperationOptions,
  ): Promise<NotModified | FetchedBytes | undefined>
  /** Bytes of bodies so far, for progress. */
  readonly bytesReceived: number
  close(): Awaitable<void>
}
