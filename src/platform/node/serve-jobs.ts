// The other end of the pool: what a worker thread does.

import { OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Platform } from '../types.ts'
import { nodePlatform } from './platform.ts'
import type { WorkerSettings } from './pool.ts'
import { type Answer, type Order, packError } from './worker-messages.ts'

/** Jobs by name. Each casts nothing: its input is what the typed `runJob` sent. */
export type ServedJobs = Readonly<
  Record<string, (platform: Platform, input: never, options: OperationOptions) => Promise<unknown>>
>

/** Runs jobs for the pool that started this thread, until it ends it. */
export async function serveJobs(jobs: ServedJobs): Promise<void> {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  if (parentPort === null) throw new OstreeError('FAILED', { reason: 'serveJobs runs only in a worker thread' })
  const platform = await nodePlatform({ workers: 1, hash: (workerData as WorkerSettings).hash })
  const running = new Map<number, AbortController>()
  const answer = (message: Answer) => parentPort.postMessage(message)

  const run = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      const job = jobs[name]
      if (job === undefined) throw new OstreeError('FAILED', { reason: `No job is called ${name}` })
      const result = await job(platform, input as never, { signal: controller.signal })
      answer({ kind: 'done', id, result })
    } catch (error) {
      answer({ kind: 'failed', id, error: packError(error) })
    } finally {
      running.delete(id)
    }
  }
  parentPort.on('message', (order: Order) => {
    if (order.kind === 'cancel') running.get(order.id)?.abort()
    else void run(order.id, order.job, order.input)
  })
}
