// A body on its way to the caller: counted, limited, and let go of exactly once, read or not.

export interface BodyHooks {
  /** Brackets each wait for the next piece. */
  waiting(now: boolean): void
  /** May throw when it is too much. */
  received(bytes: number, total: number): void
  /** Once: the body has ended, failed or been left. */
  finish(): void
}

export class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #inner: AsyncIterator<Uint8Array>
  readonly #hooks: BodyHooks
  #total = 0
  #finished = false

  constructor(source: AsyncIterable<Uint8Array>, hooks: BodyHooks) {
    this.#inner = source[Symbol.asyncIterator]()
    this.#hooks = hooks
    hooks.waiting(false)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#finished) return { done: true, value: undefined }
    try {
      this.#hooks.waiting(true)
      const result = await this.#inner.next()
      this.#hooks.waiting(false)
      if (result.done === true) {
        this.#finish()
        return { done: true, value: undefined }
      }
      this.#total += result.value.length
      this.#hooks.received(result.value.length, this.#total)
      return result
    } catch (error) {
      await this.return()
      throw error
    }
  }

  /** Gives up what has not been read. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.#finished) {
      this.#finish()
      await this.#inner.return?.()
    }
    return { done: true, value: undefined }
  }

  #finish(): void {
    this.#finished = true
    this.#hooks.finish()
  }
}
