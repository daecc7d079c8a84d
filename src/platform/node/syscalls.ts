// The one bridge to the C library: what Node has no call for. koffi is optional and costs 8 ms to load, so it is loaded
// by the first call that needs it. Numbers and the layout of `struct flock` are those of 64-bit Linux.

import { createRequire } from 'node:module'
import type { KoffiFunc } from 'koffi'
import { OstreeError } from '../../errors.ts'
import { invalidPath } from './io-error.ts'

const F_OFD_SETLK = 37
const LOCK_TYPE = { shared: 0, exclusive: 1, unlock: 2 } as const
const FLOCK_OPERATION = { shared: 1, exclusive: 2, unlock: 8 } as const
const LOCK_NB = 4
const AT_FDCWD = -100
const RENAME_NOREPLACE = 1
/** The kernel's XATTR_LIST_MAX and XATTR_SIZE_MAX: no list and no value is longer. */
const XATTR_MAX = 65_536

export type LockOperation = keyof typeof LOCK_TYPE

/** System calls without Node's help. Failures are `OstreeError` `IO`. */
export interface Syscalls {
  /** Names, each closed by a NUL byte, in the file system's order. */
  llistxattr(path: string): Uint8Array
  /** `undefined` where the file has no such attribute (ENODATA). `name` ends in a NUL byte. */
  lgetxattr(path: string, name: Uint8Array): Uint8Array | undefined
  lsetxattr(path: string, name: Uint8Array, value: Uint8Array): void
  lremovexattr(path: string, name: Uint8Array): void
  /** Locks the whole file without waiting; `false` when another open file holds it. */
  lock(fd: number, operation: LockOperation, path: string): boolean
  /** Runs on another thread. */
  syncfs(fd: number, path: string): Promise<void>
  mknod(path: string, mode: number, device: number): void
  /** `false` where `to` exists, `undefined` where the kernel or the file system has no such call. */
  renameNoReplace(from: string, to: string): boolean | undefined
}

type Koffi = typeof import('koffi')

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi
  } catch (error) {
    throw new OstreeError(
      'UNSUPPORTED',
      {
        feature: 'the system call bridge (extended attributes, locks, syncfs, device nodes)',
        hint: 'install the optional package koffi (npm install koffi)',
      },
      { cause: error },
    )
  }
}

/** The bridge, bound at the first call of the function that this returns. */
export function lazySyscalls(load: () => Koffi = loadKoffi): () => Syscalls {
  let bound: Syscalls | undefined
  return () => {
    bound ??= bind(load())
    return bound
  }
}

/** errno numbers by name; of two names for one number the one that Linux prefers. */
function errnoNames(koffi: Koffi): (value: number) => string {
  const names = new Map<number, string>()
  for (const [name, value] of Object.entries(koffi.os.errno)) if (!names.has(value)) names.set(value, name)
  for (const name of ['EAGAIN', 'EOPNOTSUPP', 'EDEADLK']) {
    const value = koffi.os.errno[name]
    if (value !== undefined) names.set(value, name)
  }
  return (value) => names.get(value) ?? `errno ${value}`
}

function bind(koffi: Koffi): Syscalls {
  const library = koffi.load(null)
  const nameOf = errnoNames(koffi)
  const buffer = new Uint8Array(XATTR_MAX)
  const failure = (call: string, path: string) => new OstreeError('IO', { errno: nameOf(koffi.errno()), call, path })

  /** A C function, looked up at its first use, so that a missing one fails only what needs it. */
  const lazy = <F extends (...args: never[]) => number>(prototype: string): (() => KoffiFunc<F>) => {
    let found: KoffiFunc<F> | undefined
    return () => {
      try {
        found ??= library.func(prototype) as KoffiFunc<F>
      } catch (error) {
        const feature = /(\w+)\(/.exec(prototype)?.[1] ?? prototype
        throw new OstreeError('UNSUPPORTED', { feature, hint: 'the C library does not have it' }, { cause: error })
      }
      return found
    }
  }
  type Path = string
  const listxattr = lazy<(path: Path, list: Uint8Array, size: number) => number>(
    'intptr_t llistxattr(const char *path, void *list, size_t size)',
  )
  const getxattr = lazy<(path: Path, name: Uint8Array, value: Uint8Array, size: number) => number>(
    'intptr_t lgetxattr(const char *path, const void *name, void *value, size_t size)',
  )
  const setxattr = lazy<(path: Path, name: Uint8Array, value: Uint8Array, size: number, flags: number) => number>(
    'int lsetxattr(const char *path, const void *name, const void *value, size_t size, int flags)',
  )
  const removexattr = lazy<(path: Path, name: Uint8Array) => number>(
    'int lremovexattr(const char *path, const void *name)',
  )
  const fcntl = lazy<(fd: number, command: number, argument: ArrayBuffer) => number>(
    'int fcntl(int fd, int command, void *argument)',
  )
  const flock = lazy<(fd: number, operation: number) => number>('int flock(int fd, int operation)')
  const syncfs = lazy<(fd: number) => number>('int syncfs(int fd)')
  const renameat2 = lazy<(fromDirectory: number, from: Path, toDirectory: number, to: Path, flags: number) => number>(
    'int renameat2(int fromDirectory, const char *from, int toDirectory, const char *to, unsigned int flags)',
  )
  const mknodat = lazy<(directory: number, path: Path, mode: number, device: number) => number>(
    'int mknodat(int directory, const char *path, unsigned int mode, uint64_t device)',
  )

  return {
    llistxattr(path) {
      const length = listxattr()(checked(path), buffer, XATTR_MAX)
      if (length < 0) throw failure('llistxattr', path)
      return buffer.slice(0, length)
    },
    lgetxattr(path, name) {
      const length = getxattr()(checked(path), name, buffer, XATTR_MAX)
      if (length >= 0) return buffer.slice(0, length)
      if (nameOf(koffi.errno()) === 'ENODATA') return undefined
      throw failure('lgetxattr', path)
    },
    lsetxattr(path, name, value) {
      if (setxattr()(checked(path), name, value, value.length, 0) !== 0) throw failure('lsetxattr', path)
    },
    lremovexattr(path, name) {
      if (removexattr()(checked(path), name) !== 0) throw failure('lremovexattr', path)
    },
    lock(fd, operation, path) {
      let result = process.platform === 'linux' ? fcntl()(fd, F_OFD_SETLK, wholeFile(LOCK_TYPE[operation])) : -1
      if (result !== 0 && (process.platform !== 'linux' || nameOf(koffi.errno()) === 'EINVAL')) {
        result = flock()(fd, FLOCK_OPERATION[operation] | LOCK_NB)
      }
      if (result === 0) return true
      const errno = nameOf(koffi.errno())
      if (errno === 'EAGAIN' || errno === 'EACCES') return false
      throw new OstreeError('IO', { errno, call: 'fcntl', path })
    },
    syncfs(fd, path) {
      return new Promise((resolve, reject) => {
        syncfs().async(fd, (error: unknown, result: number) => {
          if (error) reject(error)
          else if (result !== 0) reject(failure('syncfs', path))
          else resolve()
        })
      })
    },
    mknod(path, mode, device) {
      if (mknodat()(AT_FDCWD, checked(path), mode, device) !== 0) throw failure('mknodat', path)
    },
    renameNoReplace(from, to) {
      if (renameat2()(AT_FDCWD, checked(from), AT_FDCWD, checked(to), RENAME_NOREPLACE) === 0) return true
      const errno = nameOf(koffi.errno())
      if (errno === 'EEXIST') return false
      if (errno === 'ENOSYS' || errno === 'EINVAL') return undefined
      throw new OstreeError('IO', { errno, call: 'renameat2', path: from })
    },
  }
}

/** C strings end at the first NUL: a path that has one would silently name another file. */
function checked(path: string): string {
  if (path.includes('\0')) throw invalidPath(path)
  return path
}

/** `struct flock` from offset 0 with length 0, which means up to the end, however far the file grows. */
function wholeFile(type: number): ArrayBuffer {
  if (process.arch === 'ia32' || process.arch === 'arm' || process.arch === 'mips') {
    throw new OstreeError('UNSUPPORTED', { feature: 'file locks', hint: 'run on a 64-bit system' })
  }
  const bytes = new ArrayBuffer(32) // l_type, l_whence: 16 bits; 4 bytes of padding; l_start, l_len: 64; l_pid: 32
  new Int16Array(bytes)[0] = type
  return bytes
}
