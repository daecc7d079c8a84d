// Gives up transfers that have become too slow: fewer bytes a second than the limit, for so many seconds on end. One
// timer looks at all of them. Time in which nobody asks for bytes does not count.

export interface Transfer {
  readonly signal: AbortSignal
  received(bytes: number): void
  /** Brackets a wait for the network. */
  waiting(now: boolean): void
  end(): void
}

interface Watched {
  readonly reason: () => unknown
  readonly controller: AbortController
  bytes: number
  waiting: boolean
  slowSeconds: number
}

export class LowSpeedWatch {
  readonly #limitBytes: number
  readonly #timeSeconds: number
  readonly #watched = new Set<Watched>()
  #timer: ReturnType<typeof setInterval> | undefined

  /** Either of them 0: nothing is ever too slow. */
  constructor(limitBytes: number, timeSeconds: number) {
    this.#limitBytes = limitBytes
    this.#timeSeconds = timeSeconds
  }

  /** @param reason - What the transfer's signal is aborted with when it is too slow. */
  watch(reason: () => unknown, outer: AbortSignal | undefined): Transfer {
    const controller = new AbortController()
    const onAbort = () => controller.abort(outer?.reason)
    if (outer?.aborted === true) onAbort()
    outer?.addEventListener('abort', onAbort, { once: true })
    const one: Watched = { reason, controller, bytes: 0, waiting: true, slowSeconds: 0 }
    this.#watched.add(one)
    if (this.#limitBytes > 0 && this.#timeSeconds > 0) {
      this.#timer ??= setInterval(() => this.#look(), 1000)
    }
    return {
      signal: controller.signal,
      received: (bytes) => {
        one.bytes += bytes
      },
      waiting: (now) => {
        one.waiting = now
      },
      end: () => {
        outer?.removeEventListener('abort', onAbort)
        this.#watched.delete(one)
        if (this.#watched.size > 0) return
        clearInterval(this.#timer)
        this.#timer = undefined
      },
    }
  }

  #look(): void {
    for (const one of this.#watched) {
      if (one.bytes >= this.#limitBytes || !one.waiting) one.slowSeconds = 0
      else if (++one.slowSeconds >= this.#timeSeconds) one.controller.abort(one.reason())
      one.bytes = 0
    }
  }
}
