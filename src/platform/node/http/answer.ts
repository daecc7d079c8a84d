// One answer as it comes in: undici's callbacks on one side, a promise for the head and an async iterable for the body
// on the other. The socket is paused when the reader falls behind, so that little more than a socket's buffer is held.

import type { Dispatcher } from 'undici'
import { piecesOf } from '../../../bytes/pieces.ts'
import type { HttpHeaders, HttpResponse } from '../../types.ts'
import { plainBytes } from '../bytes.ts'

const READ_AHEAD_BYTES = 256 * 1024

export interface AnswerHooks {
  resolve(response: HttpResponse): void
  /** No head came: the request failed as a whole. */
  reject(error: unknown): void
  /** The library's error for one of undici's. `started`: the head had come. */
  translate(error: Error, started: boolean): unknown
  /** Called once, when nothing more will come. */
  finished(): void
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

export class Answer implements Dispatcher.DispatchHandler {
  readonly #url: string
  readonly #hooks: AnswerHooks
  readonly #pieces: Uint8Array[] = []
  #queuedBytes = 0
  #controller: Dispatcher.DispatchController | undefined
  #started = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  #abortReason: { readonly reason: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(url: string, hooks: AnswerHooks) {
    this.#url = url
    this.#hooks = hooks
  }

  /** Gives the request up, wherever it stands; `reason` is what the caller then meets. */
  abort(reason: unknown): void {
    if (this.#ended || this.#failure !== undefined) return
    this.#abortReason ??= { reason }
    this.#fail(reason)
    this.#controller?.abort(new Error('given up'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#abortReason !== undefined) controller.abort(new Error('given up'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return // 100 Continue, 103 Early Hints: the answer is still to come
    this.#started = true
    const body = piecesOf(
      () => this.#next(),
      () => this.abort(new Error('the reader left')),
    )
    this.#hooks.resolve({ status, headers: plainHeaders(headers), url: this.#url, body })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#pieces.push(plainBytes(chunk))
    this.#queuedBytes += chunk.length
    if (this.#queuedBytes >= READ_AHEAD_BYTES) controller.pause()
    this.#signal()
  }

  onResponseEnd(): void {
    this.#ended = true
    this.#hooks.finished()
    this.#signal()
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(this.#abortReason?.reason ?? this.#hooks.translate(error, this.#started))
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return
    this.#failure = { error }
    this.#hooks.finished()
    if (!this.#started) this.#hooks.reject(error)
    this.#signal()
  }

  #signal(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) {
        this.#queuedBytes -= piece.length
        if (this.#controller?.paused === true && this.#queuedBytes < READ_AHEAD_BYTES / 2) this.#controller.resume()
        return piece
      }
      if (this.#failure !== undefined) throw this.#failure.error
      if (this.#ended) return undefined
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
    }
  }
}

function plainHeaders(headers: Headers): HttpHeaders {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((one) => [name.toLowerCase(), one] as const),
  )
}
