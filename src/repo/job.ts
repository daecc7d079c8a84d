// Work that may run on another thread. A job gets plain data, opens its store itself and answers plain data; it waits for
// no other job. `src/jobs.ts` lists them all for the worker threads.

import type { OperationOptions } from '../operation.ts'
import type { Platform } from '../platform/types.ts'

export interface Job<Input, Result> {
  /** What `src/jobs.ts` lists it under. */
  readonly name: string
  run(platform: Platform, input: Input, options: OperationOptions): Promise<Result>
}

/** Runs a job on the pool. An aborted one rejects with `signal.reason` once it has stopped. */
export async function runJob<Input, Result>(
  platform: Platform,
  job: Job<Input, Result>,
  input: Input,
  options: OperationOptions = {},
): Promise<Result> {
  const here = (inThread: OperationOptions) => job.run(platform, input, inThread)
  return (await platform.pool.run(job.name, input, here, options)) as Result
}
