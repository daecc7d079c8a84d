// From the browser's exceptions to errno names.

import { OstreeError } from '../../errors.ts'

const ERRNOS: Readonly<Record<string, string>> = {
  NotFoundError: 'ENOENT',
  TypeMismatchError: 'ENOTDIR',
  NotAllowedError: 'EACCES',
  SecurityError: 'EACCES',
  NoModificationAllowedError: 'EBUSY',
  InvalidModificationError: 'ENOTEMPTY',
  InvalidStateError: 'ESTALE',
  NotReadableError: 'EIO',
  QuotaExceededError: 'ENOSPC',
  TypeError: 'EINVAL',
}

/** The errno that a browser's exception stands for; `undefined` for anything else. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error || error instanceof DOMException ? ERRNOS[error.name] : undefined
}

export function failure(errno: string, call: string, path: string, cause?: unknown): OstreeError<'IO'> {
  return new OstreeError('IO', { errno, call, path }, { cause })
}

/** Runs one call of the browser on `path`; its exception comes out as `OstreeError` `IO`. */
export async function attempt<T>(call: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    const errno = errnoOf(error)
    throw errno === undefined ? error : failure(errno, call, path, error)
  }
}

export function unsupported(feature: string): OstreeError<'UNSUPPORTED'> {
  return new OstreeError('UNSUPPORTED', { feature, hint: 'a browser has none; use Node' })
}
