// Files on their way to the pool, in batches. What waits is bounded, however large the commit. (measured: bench/checkout)

import type { Platform } from '../../platform/types.ts'
import { runJob } from '../job.ts'
import type { FileToPlace, PlacementOptions, TargetDirectory } from './options.ts'
import { type FileGroup, PLACE_FILES } from './place-files.ts'

const BATCH_FILES = 64
/** Batches in flight for each thread: one at work, one at hand. */
const BATCHES_PER_THREAD = 2

export class PlacementQueue {
  /** See {@link FilePlacer.updatedCachePrefixes}. */
  readonly updatedCachePrefixes = new Set<string>()
  readonly #platform: Platform
  readonly #options: PlacementOptions
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<Promise<void>>()
  #groups: { readonly directory: TargetDirectory; readonly files: FileToPlace[] }[] = []
  #waiting = 0
  #started = 0
  /** The failure of the earliest batch: what a checkout of one file after the other would have met. */
  #failure: { readonly batch: number; readonly error: unknown } | null = null

  constructor(platform: Platform, options: PlacementOptions, signal: AbortSignal | undefined) {
    this.#platform = platform
    this.#options = options
    this.#signal = signal
  }

  async add(directory: TargetDirectory, file: FileToPlace): Promise<void> {
    const last = this.#groups[this.#groups.length - 1]
    if (last?.directory === directory) last.files.push(file)
    else this.#groups.push({ directory, files: [file] })
    if (++this.#waiting >= BATCH_FILES) await this.#dispatch()
  }

  /** Waits until all that was added is done. @throws what the earliest failed batch threw. */
  async settle(): Promise<void> {
    if (this.#waiting > 0) await this.#dispatch()
    await Promise.all(this.#running)
    this.#throwIfFailed()
  }

  /** Waits for what runs; what waits is dropped. @throws as {@link settle}. */
  async stop(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwIfFailed()
  }

  #throwIfFailed(): void {
    this.#signal?.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
  }

  async #dispatch(): Promise<void> {
    const limit = this.#platform.pool.size * BATCHES_PER_THREAD
    while (this.#running.size >= limit && this.#failure === null) await Promise.race(this.#running)
    if (this.#failure !== null) await this.stop()
    this.#signal?.throwIfAborted()
    this.#start(this.#groups)
    this.#groups = []
    this.#waiting = 0
  }

  #start(groups: readonly FileGroup[]): void {
    const batch = this.#started++
    const running: Promise<void> = this.#run(groups)
      .catch((error: unknown) => {
        if (this.#failure === null || batch < this.#failure.batch) this.#failure = { batch, error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #run(groups: readonly FileGroup[]): Promise<void> {
    const input = { options: this.#options, groups }
    const result = await runJob(this.#platform, PLACE_FILES, input, { signal: this.#signal })
    for (const prefix of result.updatedCachePrefixes) this.updatedCachePrefixes.add(prefix)
  }
}
