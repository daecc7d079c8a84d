// Files on their way to being copied: in batches to the pool, and a few at a time here while the pool is busy. What
// waits is bounded, however large the commit. (measured: bench/checkout)

import type { Platform } from '../../platform/types.ts'
import { runJob } from '../job.ts'
import type { FileToPlace, PlacementOptions, TargetDirectory } from './options.ts'
import type { FilePlacer } from './place-file.ts'
import { type FileGroup, PLACE_FILES } from './place-files.ts'

/** Enough to keep a thread busy until this one looks up again. */
const FILES_PER_BATCH = 256
const FILES_AT_A_TIME = 16

interface WaitingGroup {
  readonly directory: TargetDirectory
  readonly files: FileToPlace[]
}

export class PlacementQueue {
  readonly #platform: Platform
  readonly #options: PlacementOptions
  readonly #placer: FilePlacer
  readonly #signal: AbortSignal | undefined
  readonly #running = new Set<Promise<void>>()
  #groups: WaitingGroup[] = []
  #waiting = 0
  #started = 0
  /** The failure that came first in the order of files: what doing one after the other would have met. */
  #failure: { readonly order: number; readonly error: unknown } | null = null

  /** @param placer - For the files that are placed in this thread. */
  constructor(placer: FilePlacer, platform: Platform, options: PlacementOptions, signal: AbortSignal | undefined) {
    this.#placer = placer
    this.#platform = platform
    this.#options = options
    this.#signal = signal
  }

  async add(directory: TargetDirectory, files: readonly FileToPlace[]): Promise<void> {
    for (let start = 0; start < files.length; start += FILES_PER_BATCH) {
      const part = files.slice(start, start + FILES_PER_BATCH)
      this.#groups.push({ directory, files: part })
      this.#waiting += part.length
      while (this.#waiting >= FILES_PER_BATCH) await this.#work(FILES_PER_BATCH)
    }
  }

  /** Waits until all that was added is done. @throws what failed first, in the order of files. */
  async settle(): Promise<void> {
    while (this.#waiting > 0) await this.#work(Math.ceil(this.#waiting / 2))
    await this.#stop()
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#running)
    this.#signal?.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
  }

  /** Gives a batch to a thread that has nothing to do; otherwise does some of it here. */
  async #work(batchFiles: number): Promise<void> {
    await this.#platform.breathe()
    if (this.#failure !== null) await this.#stop()
    this.#signal?.throwIfAborted()
    const threads = this.#platform.pool.size - 1
    const here = this.#running.size >= threads || batchFiles <= FILES_AT_A_TIME
    const groups = this.#take(here ? FILES_AT_A_TIME : batchFiles)
    const order = this.#started++
    if (here) await this.#noteFailure(order, this.#placeHere(groups))
    else {
      const running: Promise<void> = this.#noteFailure(order, this.#placeThere(groups)).finally(() =>
        this.#running.delete(running),
      )
      this.#running.add(running)
    }
  }

  /** The first files that wait. */
  #take(count: number): FileGroup[] {
    const taken: FileGroup[] = []
    for (let left = count; left > 0; ) {
      const group = this.#groups[0]
      if (group === undefined) break
      const files = group.files.splice(0, left)
      if (group.files.length === 0) this.#groups.shift()
      taken.push({ directory: group.directory, files })
      left -= files.length
      this.#waiting -= files.length
    }
    return taken
  }

  async #noteFailure(order: number, work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (this.#failure === null || order < this.#failure.order) this.#failure = { order, error }
    }
  }

  async #placeHere(groups: readonly FileGroup[]): Promise<void> {
    for (const { directory, files } of groups) {
      await this.#placer.placeAll(directory, files, this.#signal)
      if (directory.existed) await this.#placer.scratch.removeFrom(directory.path)
    }
  }

  async #placeThere(groups: readonly FileGroup[]): Promise<void> {
    const input = { options: this.#options, groups }
    const result = await runJob(this.#platform, PLACE_FILES, input, { signal: this.#signal })
    for (const prefix of result.updatedCachePrefixes) this.#placer.updatedCachePrefixes.add(prefix)
  }
}
