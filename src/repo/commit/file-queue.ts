// The files of a commit on their way to the pool: gathered in batches, written by jobs, and put into the tree as the
// answers come. What waits is bounded, however large the tree. (measured: bench/commit)

import { isOstreeError } from '../../errors.ts'
import { runJob } from '../job.ts'
import { SMALL_CONTENT_BYTES } from '../store/content.ts'
import type { Transaction } from '../transaction/transaction.ts'
import type { MutableTree } from '../trees/mutable-tree.ts'
import { type FileToWrite, WRITE_FILES, type WrittenFile } from './write-files.ts'

const BATCH_FILES = 64
const BATCH_BYTES = 4 << 20
/** Batches in flight for each thread: one at work, one at hand. */
const BATCHES_PER_THREAD = 2
/** Batches that wait, so that large files which come behind them can start first. */
const MAX_WAITING = 32
/** Bytes of archive entries that wait, or are at work, in memory. */
const MAX_HELD_BYTES = 16 << 20

interface QueuedFile {
  readonly file: FileToWrite
  readonly tree: MutableTree
  readonly name: string
}
type Batch = readonly QueuedFile[]

export class FileQueue {
  readonly #transaction: Transaction
  readonly #abort = new AbortController()
  readonly #signal: AbortSignal
  readonly #running = new Set<Promise<void>>()
  #gathering: QueuedFile[] = []
  #gatheringBytes = 0
  #heldBytes = 0
  /** A large file started last would keep one thread busy when all others are done. */
  readonly #largeFiles: QueuedFile[] = []
  readonly #batches: Batch[] = []
  /** All there is fits into one batch: it is written here sooner than a thread has started. */
  #alone = false
  #begun = false
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
    const queued: QueuedFile = { file, tree, name }
    this.#heldBytes += heldBytes(queued)
    if (file.sizeBytes > SMALL_CONTENT_BYTES) this.#largeFiles.push(queued)
    else {
      this.#gathering.push(queued)
      this.#gatheringBytes += file.sizeBytes
      if (this.#gathering.length < BATCH_FILES && this.#gatheringBytes < BATCH_BYTES) return
      this.#closeBatch()
    }
    const waiting = () => this.#largeFiles.length + this.#batches.length
    await this.#startUntil(() => waiting() < MAX_WAITING && this.#heldBytes < MAX_HELD_BYTES)
  }

  /** Waits until all that was added is written. */
  async settle(): Promise<void> {
    this.#alone = !this.#begun && this.#batches.length + this.#largeFiles.length === 0
    this.#closeBatch()
    await this.#startUntil(() => this.#largeFiles.length + this.#batches.length === 0)
    await this.#allWritten()
  }

  #closeBatch(): void {
    if (this.#gathering.length > 0) this.#batches.push(this.#gathering)
    this.#gathering = []
    this.#gatheringBytes = 0
  }

  /** Starts what waits, as far as there are threads for it, until `enough`. */
  async #startUntil(enough: () => boolean): Promise<void> {
    const limit = this.#transaction.repo.platform.pool.size * BATCHES_PER_THREAD
    for (;;) {
      this.#throwIfFailed()
      if (this.#running.size < limit) {
        const next = this.#takeNext()
        if (next === undefined) return
        await this.#start(next)
      } else if (enough()) return
      else await Promise.race(this.#running)
    }
  }

  #takeNext(): Batch | undefined {
    const large = this.#largeFiles.shift()
    return large === undefined ? this.#batches.shift() : [large]
  }

  async #allWritten(): Promise<void> {
    await Promise.all(this.#running)
    this.#throwIfFailed()
  }

  #throwIfFailed(): void {
    this.#signal.throwIfAborted()
    if (this.#failure !== null) throw this.#failure.error
  }

  /** Starts a batch as far as the disk has room for it; where it may not, after all others are done. */
  async #start(batch: Batch): Promise<void> {
    let ready: QueuedFile[] = []
    for (const queued of batch) {
      if (!this.#tryReserve(queued)) {
        this.#run(ready)
        ready = []
        // Files that turned out to exist have given their space back by now.
        await this.#allWritten()
        this.#transaction.reserveSpace(queued.file.sizeBytes)
      }
      ready.push(queued)
    }
    this.#run(ready)
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

  #run(batch: Batch): void {
    if (batch.length === 0) return
    this.#begun = true
    const running: Promise<void> = this.#write(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error }
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  async #write(batch: Batch): Promise<void> {
    const { repo, store, sizes } = this.#transaction
    const files = batch.map(({ file }) => file)
    const input = { store: store.options, files, wantSizes: sizes !== null }
    const { platform } = repo
    const signal = this.#signal
    const written = this.#alone
      ? await WRITE_FILES.run(platform, input, { signal })
      : await runJob(platform, WRITE_FILES, input, { signal })
    for (const [index, queued] of batch.entries()) await this.#take(queued, written[index]!)
  }

  async #take(queued: QueuedFile, written: WrittenFile): Promise<void> {
    const { file, tree, name } = queued
    this.#heldBytes -= heldBytes(queued)
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

const heldBytes = ({ file: { source } }: QueuedFile): number => ('bytes' in source ? source.bytes.length : 0)
