// Fetches files below a list of mirrors: tried in order, bounded in number, watched for slowness, retried.
// Facts: spec/pull.md#transport

import { concatBytes } from '../../bytes/compare.ts'
import { isOstreeError, OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { LowSpeedWatch } from './low-speed.ts'
import { type OpenUrlContext, openUrl, type UrlAnswer } from './open-url.ts'
import type { Places } from './places.ts'
import { fileUrl, type RemoteUrl } from './remote-url.ts'
import { isMissing, type RetryPolicy, withRetries } from './retry.ts'
import type { CacheValidators, FetchedBody, FetchedBytes, NotModified } from './types.ts'
import { WatchedBody } from './watched-body.ts'

export interface MirroredFile {
  /** The first that does not answer with an HTTP error counts. */
  readonly mirrors: readonly RemoteUrl[]
  /** Below the mirror; `null` is the mirror's URL itself. */
  readonly file: string | null
  readonly maxBytes?: number | undefined
  readonly optional?: boolean | undefined
  readonly ifChangedFrom?: CacheValidators | undefined
}

type Opened = NotModified | (FetchedBody & { readonly body: WatchedBody })

export class MirrorFetcher {
  readonly #context: OpenUrlContext
  readonly #places: Places
  readonly #lowSpeed: LowSpeedWatch
  readonly #retry: RetryPolicy
  bytesReceived = 0

  constructor(context: OpenUrlContext, places: Places, lowSpeed: LowSpeedWatch, retry: RetryPolicy) {
    this.#context = context
    this.#places = places
    this.#lowSpeed = lowSpeed
    this.#retry = retry
  }

  receive<T>(
    file: MirroredFile,
    use: (answer: NotModified | FetchedBody) => Promise<T>,
    { signal }: OperationOptions = {},
  ): Promise<T | undefined> {
    return withRetries(this.#retry, signal, async () => {
      const answer = await this.#open(file, signal)
      if (answer === undefined) return undefined
      try {
        return await use(answer)
      } finally {
        if (answer.status === 'ok') await answer.body.return()
      }
    })
  }

  fetch(file: MirroredFile, { signal }: OperationOptions = {}): Promise<NotModified | FetchedBody | undefined> {
    return withRetries(this.#retry, signal, () => this.#open(file, signal))
  }

  fetchBytes(file: MirroredFile, options: OperationOptions = {}): Promise<NotModified | FetchedBytes | undefined> {
    return this.receive(
      file,
      async (answer) => {
        if (answer.status === 'not-modified') return answer
        const pieces: Uint8Array[] = []
        for await (const piece of answer.body) pieces.push(piece)
        return { status: 'ok', bytes: concatBytes(pieces), validators: answer.validators }
      },
      options,
    )
  }

  /** One try. The place and the watch are given back with the body, or at once where there is none. */
  async #open(file: MirroredFile, signal: AbortSignal | undefined): Promise<Opened | undefined> {
    const { mirrors, optional = false, maxBytes = Number.POSITIVE_INFINITY } = file
    const release = await this.#places.take(signal)
    let url = mirrors[0] === undefined ? '' : fileUrl(mirrors[0], file.file)
    const transfer = this.#lowSpeed.watch(() => new OstreeError('NETWORK', { url, fault: 'timeout' }), signal)
    const finish = () => {
      transfer.end()
      release()
    }
    try {
      const answer = await this.#ask(file, transfer.signal)
      url = answer.url
      const body = new WatchedBody(answer.body, {
        waiting: (now) => transfer.waiting(now),
        received: (bytes, total) => {
          transfer.received(bytes)
          this.bytesReceived += bytes
          if (total > maxBytes) throw new OstreeError('RESPONSE_TOO_LARGE', { url, maxBytes })
        },
        finish,
      })
      if (!answer.notModified) return { ...answer, status: 'ok', body }
      await body.return()
      return { status: 'not-modified' }
    } catch (error) {
      finish()
      if (optional && isMissing(error)) return undefined
      throw error
    }
  }

  async #ask({ mirrors, file, ifChangedFrom }: MirroredFile, signal: AbortSignal): Promise<UrlAnswer> {
    for (const [index, mirror] of mirrors.entries()) {
      try {
        return await openUrl(this.#context, mirror, file, {
          ifChangedFrom,
          signal,
          onErrorBody: (bytes) => {
            this.bytesReceived += bytes
          },
        })
      } catch (error) {
        if (index === mirrors.length - 1 || !isOstreeError(error, 'HTTP_STATUS')) throw error
      }
    }
    throw new OstreeError('INVALID_ARGUMENT', { reason: 'a fetcher needs a mirror' })
  }
}
