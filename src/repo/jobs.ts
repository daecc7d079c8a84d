// Work that can run on another thread, by name. A batch carries paths and results, never contents.

import type { OperationOptions } from '../operation.ts'
import type { Platform } from '../platform/types.ts'

/** One job. Input and result are plain data: they are cloned to another thread and back. */
export type Job<Input, Result> = (platform: Platform, input: Input, options: OperationOptions) => Promise<Result>

/** Calls a job of `jobs` through the platform's pool, with the job's own types. */
export function jobRunner<Jobs extends { readonly [Name in keyof Jobs]: Job<never, unknown> }>(jobs: Jobs) {
  return async <Name extends keyof Jobs & string>(
    platform: Platform,
    name: Name,
    input: Parameters<Jobs[Name]>[1],
    options: OperationOptions = {},
  ): Promise<Awaited<ReturnType<Jobs[Name]>>> => {
    const here = (given: OperationOptions) => jobs[name](platform, input as never, given)
    return (await platform.pool.run(name, input, here, options)) as Awaited<ReturnType<Jobs[Name]>>
  }
}

export const JOBS = {}

export const runJob = jobRunner(JOBS)
