// The files of a commit on their way to the pool: gathered in batches, written by jobs, and put into the tree as the
// answers come. What waits is bounded, however large the tree. (measured: bench/commit)

import { isOstreeError } from '../../errors.ts'
import { SMALL_CONTENT_BYTES } from '../content.ts'
import { runJob } from '../job.ts'
import type { MutableTree } from '../mutable-tree.ts'
import type { Transaction } from '../transaction.ts'
import { type FileToWrite, WRITE_FILES, type WrittenFile } from './write-files.ts'

const BATCH_FILES = 64
const BATCH_BYTES = 4 << 20
/** Batches in flight for each thread: one at work, one at hand. */
const BATCHES_PER_THREAD = 2

interface QueuedFile {
  readonly file: FileToWrite
  readonly tree: MutableTree
  readonly name: string
}

export class FileQueue {
  readonly #transaction: Transaction
  readonly #abort = new AbortController()
  readonly #signal: AbortSignal
  readonly #running = new Set<Promise<void>>()
  #batch: QueuedFile[] = []
  #batchBytes = 0
  #failure: { readonly error: unknown } | null = null

  private constructor(transaction: Transaction, signal: AbortSignal | undefined) {
    this.#transaction = transaction
    this.#signal = signal === undefined ? this.#abort.signal : AbortSignal.any([signal, this.#abort.signal])
  }

  /**
   * Runs `work` with a queue and waits until everything in it is written. When either fails, no job is left running.
   */
  static async run(
    transaction: Transaction,
    signal: AbortSignal | undefined,
    work: (queue: FileQueue) => Promise<void>,
  ): Promise<void> {
    const queue = new FileQueue(transaction, signal)
    try {
      await work(queue)
      await queue.settle()
    } catch (error) {
      queue.#abort.abort(error)
      await Promise.all(queue.#running)
      throw error
    }
  }

  /** The file's object becomes the entry `name` of `tree`, now or later. */
  async add(file: FileToWrite, tree: MutableTree, name: string): Promise<void> {
    if (file.sizeBytes > SMALL_CONTENT_BYTES) return this.#dispatch([{ file, tree, name }])
    this.#batch.push({ file, tree, name })
    this.#batchBytes += file.sizeBytes
    if (this.#batch.length >= BATCH_FILES || this.#batchBytes >= BATCH_BYTES) await this.#dispatch(this.#takeBatch())
  }

  #takeBatch(): QueuedFile[] {
    const batch = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    return batch
  }

  /** Waits until all that was added is written. */
  async settle(): Promise<void> {
    if (this.#batch.length > 0) await this.#dispatch(this.#takeBatch())
    await this.#allWritten()
  }

  async #allWritten(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwIfFailed()
  }

  #throwIfFailed(): void {
    this.#signal.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
  }

  /** Starts a batch once there is room for it, on the pool and on the disk. */
  async #dispatch(batch: readonly QueuedFile[]): Promise<void> {
    const limit = this.#transaction.repo.platform.pool.size * BATCHES_PER_THREAD
    while (this.#running.size >= limit) await Promise.race(this.#running)
    this.#throwIfFailed()
    let ready: QueuedFile[] = []
    for (const queued of batch) {
      if (!this.#tryReserve(queued)) {
        // What turns out to exist gives its space back, so the last word is spoken when all others are done.
        this.#start(ready)
        ready = []
        await this.#allWritten()
        this.#transaction.reserveSpace(queued.file.sizeBytes)
      }
      ready.push(queued)
    }
    this.#start(ready)
  }

  #tryReserve({ file }: QueuedFile): boolean {
    try {
      this.#transaction.space.reserve(file.sizeBytes)
      return true
    } catch (error) {
      if (isOstreeError(error, 'NO_SPACE_RESERVED')) return false
      throw error
    }
  }

  #start(batch: readonly QueuedFile[]): void {
    if (batch.length === 0) return
    const running: Promise<void> = this.#write(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #write(batch: readonly QueuedFile[]): Promise<void> {
    const { repo, store, sizes } = this.#transaction
    const files = batch.map(({ file }) => file)
    const input = { store: store.options, files, wantSizes: sizes !== null }
    const written = await runJob(repo.platform, WRITE_FILES, input, { signal: this.#signal })
    for (const [index, queued] of batch.entries()) await this.#take(queued, written[index]!)
  }

  async #take({ file, tree, name }: QueuedFile, written: WrittenFile): Promise<void> {
    const transaction = this.#transaction
    const { checksum, outcome, unpackedBytes, storedBytes } = written
    if (outcome === 'written' || outcome === 'existed') {
      transaction.countContent({ existed: outcome === 'existed', unpackedBytes: file.sizeBytes })
      transaction.sizes?.note('file', checksum, { archived: storedBytes, unpacked: unpackedBytes })
    } else {
      transaction.space.giveBack(file.sizeBytes)
      if (outcome === 'known') transaction.stats.devinoCacheHits++
    }
    await tree.replaceFile(name, checksum)
  }
}
