// The jobs that the worker pool runs, by name. A job gets plain data, opens its store itself and answers plain data; it
// waits for no other job. Each is loaded at its first use.

import type { OperationOptions } from '../operation.ts'
import type { Platform } from '../platform/types.ts'
import type { CheckBatch, ObjectProblem } from './check-object.ts'
import type { WriteFilesInput, WriteFilesResult } from './commit/write-files.ts'

export type Job<Input, Result> = (platform: Platform, input: Input, options: OperationOptions) => Promise<Result>

/** What each job takes and answers. */
interface JobTypes {
  checkObjects: { input: CheckBatch; result: ObjectProblem[] }
  writeFiles: { input: WriteFilesInput; result: WriteFilesResult }
}

export type JobName = keyof JobTypes

export const JOBS: { readonly [N in JobName]: Job<JobTypes[N]['input'], JobTypes[N]['result']> } = {
  checkObjects: async (...args) => (await import('./check-object.ts')).checkObjects(...args),
  writeFiles: async (...args) => (await import('./commit/write-files.ts')).writeFiles(...args),
}

/** Runs a job on the pool. An aborted one rejects with `signal.reason` once it has stopped. */
export async function runJob<N extends JobName>(
  platform: Platform,
  name: N,
  input: JobTypes[N]['input'],
  options: OperationOptions = {},
): Promise<JobTypes[N]['result']> {
  const job: Job<JobTypes[N]['input'], JobTypes[N]['result']> = JOBS[name]
  const here = (inThread: OperationOptions) => job(platform, input, inThread)
  return (await platform.pool.run(name, input, here, options)) as JobTypes[N]['result']
}
