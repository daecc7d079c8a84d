// What is to be fetched, in the order of its importance, so many at a time: metadata before content, so that the whole of
// the work is known early. Facts: spec/pull.md#requests

/** In the order in which they go; within one kind, first come, first served. */
const KINDS = ['metadata', 'deltaIndex', 'deltaSuperblock', 'deltaPart', 'content'] as const
export type FetchKind = (typeof KINDS)[number]

type Task = () => Promise<void>

/** Parts of deltas are large, and so is what is made of them. */
const MAX_DELTA_PARTS = 2

export class FetchQueue {
  readonly active: Record<FetchKind, number> = counters()
  readonly #limit: number
  readonly #pending = Object.fromEntries(KINDS.map((kind) => [kind, new Line<Task>()])) as Record<FetchKind, Line<Task>>
  readonly #abort = new AbortController()
  /** Aborted by the caller, or by the first failure: what is under way is of no use then. */
  readonly signal: AbortSignal
  #failure: { readonly error: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(limit: number, signal: AbortSignal | undefined) {
    this.#limit = limit
    this.signal = signal === undefined ? this.#abort.signal : AbortSignal.any([signal, this.#abort.signal])
  }

  add(kind: FetchKind, task: Task): void {
    this.#pending[kind].push(task)
    this.#start()
  }

  /** Only the first failure counts; nothing new is started after it. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    for (const kind of KINDS) this.#pending[kind].clear()
    this.#abort.abort(error)
    this.#wake?.()
  }

  get failed(): boolean {
    return this.#failure !== undefined
  }

  /** Nothing is under way and nothing waits. */
  get idle(): boolean {
    return KINDS.every((kind) => this.active[kind] === 0 && this.#pending[kind].size === 0)
  }

  get activeTotal(): number {
    return KINDS.reduce((sum, kind) => sum + this.active[kind], 0)
  }

  /** Waits until something has ended. */
  async change(): Promise<void> {
    if (this.activeTotal === 0) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }

  /** Waits for all that is under way, then throws the failure if there was one. */
  async settle(): Promise<void> {
    while (this.activeTotal > 0) await this.change()
    if (this.#failure !== undefined) throw this.#failure.error
  }

  #start(): void {
    for (const kind of KINDS) {
      while (this.#hasRoom(kind)) {
        const task = this.#pending[kind].shift()
        if (task === undefined) break
        void this.#run(kind, task)
      }
    }
  }

  #hasRoom(kind: FetchKind): boolean {
    if (this.activeTotal >= this.#limit) return false
    return kind !== 'deltaPart' || this.active.deltaPart < MAX_DELTA_PARTS
  }

  async #run(kind: FetchKind, task: Task): Promise<void> {
    this.active[kind]++
    try {
      await task()
    } catch (error) {
      this.fail(error)
    }
    this.active[kind]--
    if (!this.failed) this.#start()
    this.#wake?.()
  }
}

function counters(): Record<FetchKind, number> {
  return { metadata: 0, deltaIndex: 0, deltaSuperblock: 0, deltaPart: 0, content: 0 }
}

/** First in, first out; taking one out does not move the others. */
export class Line<T> {
  #items: T[] = []
  #next = 0

  get size(): number {
    return this.#items.length - this.#next
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    const item = this.#items[this.#next]
    if (item === undefined) return undefined
    this.#next++
    if (this.#next > 1024 && this.#next * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#next)
      this.#next = 0
    }
    return item
  }

  clear(): void {
    this.#items = []
    this.#next = 0
  }
}
