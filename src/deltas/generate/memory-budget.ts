// How much memory jobs on other threads may take together: one waits until there is enough for it.

export class MemoryBudget {
  readonly #totalBytes: number
  #usedBytes = 0
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = []

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes
  }

  /** Runs a task that takes `bytes`, in the order of the calls. One that takes more than there is runs alone. */
  async run<T>(bytes: number, task: () => Promise<T>): Promise<T> {
    const wanted = Math.min(bytes, this.#totalBytes)
    if (this.#waiting.length > 0 || this.#usedBytes + wanted > this.#totalBytes) {
      await new Promise<void>((start) => this.#waiting.push({ bytes: wanted, start }))
    } else this.#usedBytes += wanted
    try {
      return await task()
    } finally {
      this.#usedBytes -= wanted
      this.#startWaiting()
    }
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#usedBytes + next.bytes > this.#totalBytes) return
      this.#usedBytes += next.bytes
      this.#waiting.shift()
      next.start()
    }
  }
}
