// What the pool and its threads say to each other, and how an error crosses over: as the same `OstreeError`.

import { type ErrorCode, type ErrorDetails, OstreeError } from '../../errors.ts'

/** To a thread: run a job, or stop one. */
export type Order =
  | { readonly kind: 'run'; readonly id: number; readonly job: string; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number }

/** From a thread: how the job `id` ended. */
export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: SentError }

export interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** Only of an `OstreeError`. */
  readonly ostree: { readonly code: ErrorCode; readonly details: ErrorDetails[ErrorCode] } | undefined
  readonly cause: SentError | undefined
}

export function packError(error: unknown): SentError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, ostree: undefined, cause: undefined }
  }
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    ostree: error instanceof OstreeError ? { code: error.code, details: error.details } : undefined,
    cause: error.cause === undefined ? undefined : packError(error.cause),
  }
}

export function unpackError(sent: SentError): Error {
  const options = sent.cause === undefined ? undefined : { cause: unpackError(sent.cause) }
  const error =
    sent.ostree === undefined
      ? Object.assign(new Error('', options), { name: sent.name })
      : new OstreeError(sent.ostree.code, sent.ostree.details, options)
  error.message = sent.message // whatever was put before it on the way up included
  if (sent.stack !== undefined) error.stack = sent.stack
  return error
}
