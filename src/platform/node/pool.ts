// The pool of worker threads. They start when work comes, stay, and never keep the process alive while they are idle.

import type { Worker } from 'node:worker_threads'
import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { WorkerPool } from '../types.ts'
import type { HashChoice } from './hashing.ts'
import { type Answer, type Order, unpackError } from './worker-messages.ts'

/** One job at work and one at hand, so that a thread never waits for this one. */
const MAX_JOBS_PER_THREAD = 2

export interface ThreadPoolOptions {
  readonly size: number
  /** The script that calls `serveJobs`. */
  readonly worker: URL
  readonly hash: HashChoice
}

/** What `serveJobs` finds as its `workerData`. */
export type WorkerSettings = Pick<ThreadPoolOptions, 'hash'>

interface Task {
  readonly id: number
  readonly job: string
  readonly input: unknown
  readonly signal: AbortSignal | undefined
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly tasks: Map<number, Task>
  /** Why it died, once it has. */
  failure: unknown
}

export class ThreadPool implements WorkerPool {
  readonly size: number
  readonly #options: ThreadPoolOptions
  readonly #threads = new Set<Thread>()
  readonly #queue: Task[] = []
  readonly #watched = new WeakSet<AbortSignal>()
  #lastId = 0
  #whenIdle: (() => void)[] = []

  constructor(options: ThreadPoolOptions) {
    this.size = options.size
    this.#options = options
  }

  run(job: string, input: unknown, _here: unknown, options: OperationOptions = {}): Promise<unknown> {
    const { signal } = options
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      this.#lastId += 1
      const id = this.#lastId
      const task: Task = { id, job, input, signal, resolve, reject }
      if (signal !== undefined) this.#watch(signal)
      this.#queue.push(task)
      this.#dispatch()
    })
  }

  /** Waits for the running jobs, then ends the threads. Work that comes later starts new ones. */
  async close(): Promise<void> {
    if (this.#queue.length > 0 || [...this.#threads].some((thread) => thread.tasks.size > 0)) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
    }
    const threads = [...this.#threads]
    this.#threads.clear()
    await Promise.all(threads.map((thread) => thread.worker.terminate()))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = this.#pick()
      const task = thread && this.#queue.shift()
      if (task === undefined) return
      this.#start(thread as Thread, task)
    }
    if ([...this.#threads].every((thread) => thread.tasks.size === 0)) {
      for (const resolve of this.#whenIdle.splice(0)) resolve()
    }
  }

  /** The thread with the least to do; a new one rather than one that is busy. */
  #pick(): Thread | undefined {
    let best: Thread | undefined
    for (const thread of this.#threads) if (best === undefined || thread.tasks.size < best.tasks.size) best = thread
    if (best?.tasks.size === 0) return best
    if (this.#threads.size < this.size) return this.#startThread()
    return best !== undefined && best.tasks.size < MAX_JOBS_PER_THREAD ? best : undefined
  }

  #start(thread: Thread, task: Task): void {
    try {
      post(thread, { kind: 'run', id: task.id, job: task.job, input: task.input })
    } catch (error) {
      settle(task, () => task.reject(error)) // an input that cannot be cloned
      return
    }
    if (thread.tasks.size === 0) thread.worker.ref()
    thread.tasks.set(task.id, task)
  }

  #startThread(): Thread {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const workerData: WorkerSettings = { hash: this.#options.hash }
    const thread: Thread = {
      worker: new Worker(this.#options.worker, { workerData, execArgv: [] }),
      tasks: new Map(),
      failure: undefined,
    }
    thread.worker.unref()
    thread.worker.on('message', (answer: Answer) => this.#finish(thread, answer))
    thread.worker.on('messageerror', (error) => void this.#fail(thread, error))
    thread.worker.on('error', (error) => {
      thread.failure = error
    })
    thread.worker.on('exit', (code) => this.#bury(thread, code))
    this.#threads.add(thread)
    return thread
  }

  #finish(thread: Thread, answer: Answer): void {
    const task = thread.tasks.get(answer.id)
    if (task === undefined) return
    thread.tasks.delete(answer.id)
    if (thread.tasks.size === 0) thread.worker.unref()
    settle(task, () => {
      if (answer.kind === 'done') task.resolve(answer.result)
      else task.reject(unpackError(answer.error))
    })
    this.#dispatch()
  }

  /** An answer that cannot be read belongs to nobody, so all that the thread has is lost with it. */
  async #fail(thread: Thread, error: unknown): Promise<void> {
    thread.failure = error
    await thread.worker.terminate()
  }

  #bury(thread: Thread, exitCode: number): void {
    this.#threads.delete(thread)
    const why = thread.failure instanceof Error ? thread.failure.message : `exit code ${exitCode}`
    for (const task of thread.tasks.values()) {
      const reason = `Worker thread ended while running ${task.job}: ${why}`
      settle(task, () => task.reject(new OstreeError('FAILED', { reason }, { cause: thread.failure })))
    }
    thread.tasks.clear()
    this.#dispatch()
  }

  /** One listener for each signal: Node warns of a leak at the eleventh. */
  #watch(signal: AbortSignal): void {
    if (this.#watched.has(signal)) return
    this.#watched.add(signal)
    signal.addEventListener('abort', () => this.#abort(signal), { once: true })
  }

  /** What waits ends here; what runs is told to stop and ends when it has. */
  #abort(signal: AbortSignal): void {
    const isAborted = (task: Task) => task.signal === signal
    const waiting = this.#queue.splice(0)
    this.#queue.push(...waiting.filter((task) => !isAborted(task)))
    for (const task of waiting.filter(isAborted)) task.reject(signal.reason)
    for (const thread of this.#threads) {
      for (const task of thread.tasks.values()) if (isAborted(task)) post(thread, { kind: 'cancel', id: task.id })
    }
    this.#dispatch()
  }
}

function post(thread: Thread, order: Order): void {
  thread.worker.postMessage(order)
}

/** An aborted job ends with the reason of the abort, whatever it still came to. */
function settle(task: Task, end: () => void): void {
  if (task.signal?.aborted) task.reject(task.signal.reason)
  else end()
}
