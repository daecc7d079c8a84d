// From the errors of Node and of the C library to `OstreeError` `IO`, naming the system call as the reference does.

import { OstreeError } from '../../errors.ts'

/** Node's name of an operation, where it differs from the call that the reference makes and names. */
const CALLS: Readonly<Record<string, string>> = {
  open: 'openat',
  scandir: 'opendir',
  lstat: 'fstatat',
  stat: 'fstatat',
  mkdir: 'mkdirat',
  unlink: 'unlinkat',
  rmdir: 'unlinkat',
  rename: 'renameat',
  link: 'linkat',
  symlink: 'symlinkat',
  readlink: 'readlinkat',
  chmod: 'fchmodat',
  lchown: 'fchownat',
  lutime: 'utimensat',
  statfs: 'fstatvfs',
}

interface NodeError extends Error {
  readonly code: string
  readonly syscall?: string
}

function isNodeError(error: unknown): error is NodeError {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string'
}

/** The errno of a Node error, in Linux's spelling; `undefined` for everything that is no failed system call. */
export function errnoOf(error: unknown): string | undefined {
  if (!isNodeError(error) || error.syscall === undefined) return undefined
  return error.code === 'ENOTSUP' ? 'EOPNOTSUPP' : error.code
}

/** Node's error as an `OstreeError`; anything that is no failed system call comes back as it is. */
export function ioError(error: unknown, path: string): unknown {
  const errno = errnoOf(error)
  if (errno !== undefined && isNodeError(error)) {
    const call = error.syscall ?? ''
    return new OstreeError('IO', { errno, call: CALLS[call] ?? call, path }, { cause: error })
  }
  if (isNodeError(error) && error.code === 'ERR_INVALID_ARG_VALUE') return invalidPath(path, error)
  return error
}

/** A path with a NUL byte in it, which no system call can take. */
export function invalidPath(path: string, cause?: unknown): OstreeError<'INVALID_ARGUMENT'> {
  return new OstreeError('INVALID_ARGUMENT', { reason: `Invalid path ${JSON.stringify(path)}` }, { cause })
}

/** Runs one file operation on `path`; its failure comes out as `OstreeError` `IO`. */
export function attempt<T>(path: string, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    throw ioError(error, path)
  }
}

/** The same for an operation that answers later. */
export async function attemptAsync<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw ioError(error, path)
  }
}
