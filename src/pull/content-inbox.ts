// Fetched content objects are gathered into batches for the worker threads; one that is too large for memory goes to a
// file first. Facts: spec/pull.md#content

import { concatBytes } from '../bytes/compare.ts'
import type { Checksum } from '../objects/checksum.ts'
import { peekArchivedSize } from '../objects/file-header.ts'
import { runJob } from '../repo/job.ts'
import { SMALL_CONTENT_BYTES } from '../repo/store/content.ts'
import type { Transaction } from '../repo/transaction/transaction.ts'
import { JobLane } from './job-lane.ts'
import type { Received } from './receive-body.ts'
import { RECEIVE_CONTENT, type ReceivedObject } from './receive-content.ts'

/** What one job gets, at most (measured: bench/pull). */
const BATCH_OBJECTS = 64
const BATCH_BYTES = SMALL_CONTENT_BYTES

export interface InboxOptions {
  readonly bareUserOnlyFiles: boolean
  readonly unchecked: boolean
  readonly signal: AbortSignal
  /** An object is stored. */
  readonly onStored: (checksum: Checksum) => void
}

export class ContentInbox {
  readonly #transaction: Transaction
  readonly #options: InboxOptions
  readonly #lane: JobLane
  #objects: ReceivedObject[] = []
  #parts: Uint8Array[] = []
  #bytes = 0

  constructor(transaction: Transaction, options: InboxOptions) {
    this.#transaction = transaction
    this.#options = options
    this.#lane = new JobLane(2 * transaction.repo.platform.pool.size)
  }

  /** Batches that are being written. */
  get outstanding(): number {
    return this.#lane.size
  }

  /** Puts an object where the next batch leaves; waits while the threads have enough to do. */
  async add(checksum: Checksum, received: Received): Promise<void> {
    const inBytes = 'bytes' in received
    this.#transaction.reserveSpace(peekArchivedSize(inBytes ? received.bytes : received.start))
    if (inBytes) {
      const { bytes } = received
      this.#objects.push({ checksum, place: { start: this.#bytes, end: this.#bytes + bytes.length } })
      this.#parts.push(bytes)
      this.#bytes += bytes.length
    } else this.#objects.push({ checksum, place: { path: received.path } })
    if (!inBytes || this.#objects.length >= BATCH_OBJECTS || this.#bytes >= BATCH_BYTES) await this.flush()
  }

  async flush(): Promise<void> {
    const objects = this.#objects
    if (objects.length === 0) return
    const bytes = concatBytes(this.#parts)
    this.#objects = []
    this.#parts = []
    this.#bytes = 0
    await this.#lane.start(() => this.#store(objects, bytes))
  }

  async drain(): Promise<void> {
    await this.flush()
    await this.#lane.drain()
  }

  async #store(objects: readonly ReceivedObject[], bytes: Uint8Array): Promise<void> {
    const { bareUserOnlyFiles, unchecked, signal, onStored } = this.#options
    const { store, repo } = this.#transaction
    const batch = { store: store.options, objects, bytes, bareUserOnlyFiles, unchecked }
    const { objects: stored } = await runJob(repo.platform, RECEIVE_CONTENT, batch, { signal })
    for (const [index, { checksum }] of objects.entries()) {
      this.#transaction.countContent(stored[index]!)
      onStored(checksum)
    }
  }
}
