// The repository lock: `.lock`, shared while objects are written, exclusive while some are deleted. It excludes, and is
// excluded by, libostree processes. Facts: spec/repository.md#locking

import { OstreeError, prefixed } from '../errors.ts'
import type { FileHandle, LockKind, Platform } from '../platform/types.ts'

/** Seconds; `blocking` waits for ever; `disabled` takes no locks at all (`core.locking=false`). */
export type LockTimeout = number | 'blocking' | 'disabled'

const LOCK_FILE_PERMISSIONS = 0o660
const RETRY_MILLISECONDS = 100

/**
 * Counts what is held, as the reference does: a lock inside a lock keeps the stronger of the two, and each is given
 * back once.
 */
export class RepoLock {
  readonly #platform: Platform
  readonly #path: string
  readonly #timeout: LockTimeout
  #handle: FileHandle | null = null
  #held: Record<LockKind, number> = { shared: 0, exclusive: 0 }
  /** Turns are taken: two callers of one process never convert the lock at the same time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(platform: Platform, repoPath: string, timeout: LockTimeout) {
    this.#platform = platform
    this.#path = `${repoPath}/.lock`
    this.#timeout = timeout
  }

  /** @throws {@link OstreeError} `IO` `EAGAIN` when the lock is not had in time. */
  async push(kind: LockKind, signal?: AbortSignal): Promise<void> {
    if (this.#timeout === 'disabled') return
    await this.#inTurn(async () => {
      const before = this.#strongest()
      if (before !== 'exclusive' && before !== kind) await this.#acquire(kind, signal)
      this.#held[kind]++
    })
  }

  async pop(kind: LockKind): Promise<void> {
    if (this.#timeout === 'disabled') return
    await this.#inTurn(async () => {
      const before = this.#strongest()
      this.#held[kind]--
      const after = this.#strongest()
      if (after === before || this.#handle === null) return
      if (after === null) {
        await this.#requireLocks().unlock(this.#handle)
        await this.#handle.close()
        this.#handle = null
      } else await this.#acquire(after)
    })
  }

  #strongest(): LockKind | null {
    return this.#held.exclusive > 0 ? 'exclusive' : this.#held.shared > 0 ? 'shared' : null
  }

  #requireLocks() {
    const { locks } = this.#platform
    if (locks === null) {
      throw new OstreeError('UNSUPPORTED', {
        feature: 'locking a repository',
        hint: 'set locking=false in the [core] group of the repository config when nothing else uses it',
      })
    }
    return locks
  }

  async #acquire(kind: LockKind, signal?: AbortSignal): Promise<void> {
    const locks = this.#requireLocks()
    try {
      this.#handle ??= await this.#platform.fs.open(this.#path, 'rw', LOCK_FILE_PERMISSIONS)
    } catch (error) {
      throw prefixed(error, `Opening lock file ${this.#path} failed`)
    }
    const deadline =
      typeof this.#timeout === 'number' ? performance.now() + this.#timeout * 1000 : Number.POSITIVE_INFINITY
    while (!(await locks.tryLock(this.#handle, kind))) {
      signal?.throwIfAborted()
      if (performance.now() >= deadline) throw new OstreeError('LOCKED', { kind, path: this.#path })
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS))
    }
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    await turn
  }
}
