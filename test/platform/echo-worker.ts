// Jobs for the tests of the pool, and the script of their worker thread.

import { OstreeError, prefixed } from '../../src/errors.ts'
import type { OperationOptions } from '../../src/operation.ts'
import { serveJobs } from '../../src/platform/node/serve-jobs.ts'
import type { Platform } from '../../src/platform/types.ts'

/** How long a job waits for another before it gives up. */
const PATIENCE_MS = 20_000

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const ECHO_JOBS = {
  echo: async (_platform: Platform, input: { readonly text: string; readonly data: Uint8Array }) => input,
  digest: async (platform: Platform, input: { readonly data: Uint8Array }) => platform.sha256Once(input.data),
  /** Sets and reads an attribute many times over: the bridge in several threads at once. */
  attributes: async (platform: Platform, input: { readonly path: string; readonly name: string }) => {
    for (let round = 0; round < 2000; round++) {
      await platform.xattrs?.set(input.path, input.name, new TextEncoder().encode(`${input.name} ${round}`))
      await platform.xattrs?.read(input.path)
    }
    await platform.fs.syncFileSystem(input.path)
    return platform.xattrs?.get(input.path, input.name)
  },
  /** Counts itself in `present`, and keeps its thread until as many as `expected` are there. */
  meet: async (_platform: Platform, input: { readonly present: Int32Array; readonly expected: number }) => {
    const { present, expected } = input
    Atomics.add(present, 0, 1)
    Atomics.notify(present, 0)
    for (let count = Atomics.load(present, 0); count < expected; count = Atomics.load(present, 0)) {
      if (Atomics.wait(present, 0, count, PATIENCE_MS) === 'timed-out') return false
    }
    return true
  },
  nap: async (_platform: Platform, input: { readonly milliseconds: number }) => sleep(input.milliseconds),
  /** Counts itself in while it sleeps; answers the most that it has seen there, itself included. */
  crowd: async (_platform: Platform, input: { readonly present: Int32Array; readonly milliseconds: number }) => {
    const { present, milliseconds } = input
    const onArrival = Atomics.add(present, 0, 1) + 1
    await sleep(milliseconds)
    return Math.max(onArrival, Atomics.sub(present, 0, 1))
  },
  failOurs: async (_platform: Platform, input: { readonly object: string }) => {
    const cause = new RangeError('underneath')
    const error = new OstreeError('OBJECT_NOT_FOUND', { object: input.object, kind: 'content' }, { cause })
    throw prefixed(error, 'While testing')
  },
  failOther: async () => {
    throw new TypeError('not ours')
  },
  unclonable: async () => () => 'a function',
  /** Writes to `path` until it is stopped, and once more after. */
  untilStopped: async (platform: Platform, input: { readonly path: string }, { signal }: OperationOptions) => {
    while (!signal?.aborted) await sleep(1)
    await platform.fs.writeFile(input.path, new Uint8Array(1))
    return 'stopped'
  },
  exit: async () => process.exit(3),
  crash: async () => {
    setTimeout(() => {
      throw new Error('nobody catches this')
    })
    await sleep(10_000)
  },
}

// The tests import this file for its types and for the jobs that run in their own thread.
const { isMainThread, workerData } = process.getBuiltinModule('node:worker_threads')
if (!isMainThread && workerData?.hash !== undefined) await serveJobs(ECHO_JOBS)
