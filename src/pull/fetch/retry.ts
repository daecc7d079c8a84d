// Which failures may pass, and how long to wait before the next try. Facts: spec/pull.md#retries

import { isOstreeError } from '../../errors.ts'
import type { NetworkFault } from '../../network-fault.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5000

/** What is wrong on this side, or with whom is spoken to, stays wrong. */
const LASTING: ReadonlySet<NetworkFault> = new Set([
  'bad-url',
  'ca-file',
  'client-certificate',
  'peer-certificate',
  'redirects',
])

export interface RetryPolicy {
  readonly retries: number
  /** Without it only timeouts and the HTTP answers 408 and 500 count as passing. */
  readonly all: boolean
}

/** True for what another try may get: nothing that a server says is not there, or sends too much of. */
export function mayPass(error: unknown, policy: RetryPolicy): boolean {
  if (isOstreeError(error, 'NETWORK')) return policy.all && !LASTING.has(error.details.fault)
  if (!isOstreeError(error, 'HTTP_STATUS') || isMissing(error)) return false
  return policy.all || error.details.status === 408 || error.details.status === 500
}

/** The server, or the file system, says that there is no such file. */
export function isMissing(error: unknown): boolean {
  if (isOstreeError(error, 'FILE_URL_NOT_FOUND')) return true
  return isOstreeError(error, 'HTTP_STATUS') && [403, 404, 410].includes(error.details.status)
}

/** Tries `work` until it succeeds, fails for good, or has been tried `policy.retries` times more than once. */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await work()
    } catch (error) {
      if (tried >= policy.retries || !mayPass(error, policy)) throw error
      await sleep(pauseAfter(tried), signal)
    }
  }
}

/** The first retry follows at once: most resets are of one connection. Then pauses double. */
function pauseAfter(tried: number): number {
  return tried === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (tried - 1), LONGEST_PAUSE_MS)
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
