// Locks on open files, the way libostree takes them: an open-file-description lock over the whole file, or flock where
// the kernel has no such locks (EINVAL) or the system is no Linux. Facts: spec/repository.md#locking

import { OstreeError } from '../../errors.ts'
import type { FileHandle, LockAccess } from '../types.ts'
import type { LockOperation, Syscalls } from './syscalls.ts'

export function lockAccess(syscalls: () => Syscalls): LockAccess {
  const lock = (handle: FileHandle, operation: LockOperation): boolean => {
    if (handle.fd < 0) throw new OstreeError('IO', { errno: 'EBADF', call: 'fcntl', path: handle.path })
    return syscalls().lock(handle.fd, operation, handle.path)
  }
  return {
    tryLock: lock,
    unlock(handle) {
      lock(handle, 'unlock')
    },
  }
}
