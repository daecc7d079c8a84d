// Content objects from another repository on this machine, gathered into batches for the worker threads.

import type { Checksum } from '../objects/checksum.ts'
import type { ObjectName } from '../objects/object-name.ts'
import type { Awaitable } from '../operation.ts'
import { runJob } from '../repo/job.ts'
import type { Repo } from '../repo/repo.ts'
import type { Transaction } from '../repo/transaction/transaction.ts'
import { IMPORT_OBJECTS, type ImportPolicy, linksOnly } from './import-object.ts'
import { JobLane } from './job-lane.ts'

/** Content objects that one job imports. */
const BATCH_OBJECTS = 256

export class ContentImporter {
  readonly #source: Repo
  readonly #transaction: Transaction
  readonly #policy: ImportPolicy
  readonly #signal: AbortSignal
  readonly #onImported: (count: number, writtenBytes: number) => void
  /** Links are made in this thread: they are done sooner than other threads have started (measured: bench/reading). */
  readonly #linksOnly: boolean
  readonly #lane: JobLane
  #batch: ObjectName[] = []

  constructor(
    source: Repo,
    transaction: Transaction,
    policy: ImportPolicy,
    signal: AbortSignal,
    onImported: (count: number, writtenBytes: number) => void,
  ) {
    this.#source = source
    this.#transaction = transaction
    this.#policy = policy
    this.#signal = signal
    this.#onImported = onImported
    this.#linksOnly = linksOnly(source.store, transaction.store, policy)
    this.#lane = new JobLane(2 * source.platform.pool.size)
  }

  get outstanding(): number {
    return this.#lane.size
  }

  add(checksum: Checksum): Awaitable<void> {
    this.#batch.push({ checksum, type: 'file' })
    if (this.#batch.length >= BATCH_OBJECTS) return this.flush()
  }

  async flush(): Promise<void> {
    const objects = this.#batch
    if (objects.length === 0) return
    this.#batch = []
    await this.#lane.start(() => this.#import(objects))
  }

  async drain(): Promise<void> {
    await this.flush()
    await this.#lane.drain()
  }

  async #import(objects: readonly ObjectName[]): Promise<void> {
    const batch = {
      source: this.#source.store.options,
      destination: this.#transaction.store.options,
      objects,
      policy: this.#policy,
    }
    const { platform } = this.#source
    const signal = this.#signal
    const { writtenBytes, copiedBytes } = this.#linksOnly
      ? await IMPORT_OBJECTS.run(platform, batch, { signal })
      : await runJob(platform, IMPORT_OBJECTS, batch, { signal })
    this.#transaction.reserveSpace(writtenBytes + copiedBytes)
    this.#onImported(objects.length, writtenBytes)
  }
}
