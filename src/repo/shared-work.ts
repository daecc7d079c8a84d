// Work on many items that the pool's threads and this one share: batches go to a thread that has nothing to do, a few
// items at a time are done here while all are busy. What waits is bounded. (measured: bench/checkout, bench/reading)

import type { Platform } from '../platform/types.ts'

/** Enough to keep a thread busy until this one looks up again. */
const ITEMS_PER_BATCH = 256
const ITEMS_AT_A_TIME = 16
/** Work that is done by then is not worth the start of a thread, which costs as much. */
const ALONE_MS = 40

export interface SharedWork<Item> {
  /** In this thread. */
  here(items: readonly Item[]): Promise<void>
  /** The same as a job on the pool. */
  there(items: readonly Item[]): Promise<void>
}

export class SharedQueue<Item> {
  readonly #platform: Platform
  readonly #work: SharedWork<Item>
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<Promise<void>>()
  #waiting: Item[] = []
  #started = 0
  /** How long it has worked in this thread, before the first one was called. */
  #aloneMs = 0
  /** The failure that came first in the order of items: what doing one after the other would have met. */
  #failure: { readonly order: number; readonly error: unknown } | null = null

  constructor(platform: Platform, work: SharedWork<Item>, signal: AbortSignal | undefined) {
    this.#platform = platform
    this.#work = work
    this.#signal = signal
  }

  /** Answers when so much is done that few items wait. @throws what failed first, in the order of items. */
  async add(items: readonly Item[]): Promise<void> {
    for (let start = 0; start < items.length; start += ITEMS_PER_BATCH) {
      this.#waiting.push(...items.slice(start, start + ITEMS_PER_BATCH))
      while (this.#waiting.length >= ITEMS_PER_BATCH) await this.#next(ITEMS_PER_BATCH)
    }
  }

  /** Waits until all that was added is done. @throws what failed first, in the order of items. */
  async settle(): Promise<void> {
    while (this.#waiting.length > 0) await this.#next(Math.ceil(this.#waiting.length / 2))
    await this.#stop()
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#running)
    this.#signal?.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
  }

  /** Gives a batch to a thread that has nothing to do; otherwise does some of it here. */
  async #next(batchItems: number): Promise<void> {
    await this.#platform.breathe()
    if (this.#failure !== null) await this.#stop()
    this.#signal?.throwIfAborted()
    const threads = this.#platform.pool.size - 1
    const alone = this.#aloneMs < ALONE_MS
    const order = this.#started++
    if (alone || this.#running.size >= threads || batchItems <= ITEMS_AT_A_TIME) {
      const start = performance.now()
      await this.#noteFailure(order, this.#work.here(this.#waiting.splice(0, ITEMS_AT_A_TIME)))
      if (alone) this.#aloneMs += performance.now() - start
      return
    }
    const running: Promise<void> = this.#noteFailure(
      order,
      this.#work.there(this.#waiting.splice(0, batchItems)),
    ).finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #noteFailure(order: number, work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (this.#failure === null || order < this.#failure.order) this.#failure = { order, error }
    }
  }
}
