// Locks among the handles of one memory platform.

import { OstreeError } from '../../errors.ts'
import type { FileHandle, LockAccess, LockKind } from '../types.ts'
import { MemoryFileHandle } from './file-handle.ts'
import type { Inode } from './inode.ts'

export interface MemoryLocks extends LockAccess {
  /** A closed file holds no lock. */
  forget(handle: MemoryFileHandle): void
}

export function memoryLocks(): MemoryLocks {
  const held = new Map<Inode, Map<MemoryFileHandle, LockKind>>()
  const ours = (handle: FileHandle): MemoryFileHandle => {
    if (handle instanceof MemoryFileHandle) return handle
    throw new OstreeError('IO', { errno: 'EBADF', call: 'fcntl', path: handle.path })
  }
  const release = (handle: MemoryFileHandle): void => {
    const holders = held.get(handle.inode)
    holders?.delete(handle)
    if (holders?.size === 0) held.delete(handle.inode)
  }
  return {
    tryLock(given, kind) {
      const handle = ours(given)
      const holders = held.get(handle.inode) ?? new Map<MemoryFileHandle, LockKind>()
      for (const [other, otherKind] of holders) {
        if (other !== handle && (kind === 'exclusive' || otherKind === 'exclusive')) return false
      }
      held.set(handle.inode, holders.set(handle, kind))
      return true
    },
    unlock: (handle) => release(ours(handle)),
    forget: release,
  }
}
