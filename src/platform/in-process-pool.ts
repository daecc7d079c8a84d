// The pool that has no other thread: jobs run here, one at a time, so that memory stays that of one batch.

import type { WorkerPool } from './types.ts'

export function inProcessPool(): WorkerPool {
  let last: Promise<unknown> = Promise.resolve()
  return {
    size: 1,
    run(_job, _input, here, options = {}) {
      const turn = last.then(async () => {
        options.signal?.throwIfAborted()
        try {
          return await here(options)
        } finally {
          options.signal?.throwIfAborted() // whatever the job still came to
        }
      })
      last = turn.catch(ignoreInQueue)
      return turn
    },
    async close() {
      await last
    },
  }
}

/** A failed job fails its caller; the next in the queue runs all the same. */
function ignoreInQueue(): void {}
