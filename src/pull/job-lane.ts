// Batches on their way through the pool: bounded in number, the first failure told to whoever adds or waits.

export class JobLane {
  readonly #limit: number
  readonly #jobs = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  /** @param limit - Jobs at once; {@link start} waits above it. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Jobs under way. */
  get size(): number {
    return this.#jobs.size
  }

  async start(job: () => Promise<void>): Promise<void> {
    this.#throwFailure()
    const running = job().catch((error: unknown) => {
      this.#failure ??= { error }
    })
    const entry: Promise<void> = running.finally(() => this.#jobs.delete(entry))
    this.#jobs.add(entry)
    while (this.#jobs.size >= this.#limit) await Promise.race(this.#jobs)
    this.#throwFailure()
  }

  /** Waits for all of them. */
  async drain(): Promise<void> {
    while (this.#jobs.size > 0) await Promise.race(this.#jobs)
    this.#throwFailure()
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }
}
