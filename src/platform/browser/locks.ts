// Locks between the tabs and workers of one origin: the Web Locks API, where a name is locked while a promise is open.

import type { FileHandle, LockAccess, LockKind } from '../types.ts'
import { failure } from './dom-error.ts'
import { BrowserFileHandle } from './file-handle.ts'

/** The part of `navigator.locks` that is used here. */
export interface LockManagerLike {
  request(
    name: string,
    options: { mode: LockKind; ifAvailable: boolean },
    callback: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>
}

export interface BrowserLocks extends LockAccess {
  /** A closed file holds no lock. */
  forget(handle: BrowserFileHandle): Promise<void>
}

interface Held {
  readonly kind: LockKind
  release(): Promise<void>
}

/** @param scope - Tells the locks of one directory from those of another with the same paths in it. */
export function browserLocks(manager: LockManagerLike, scope: string): BrowserLocks {
  const held = new Map<FileHandle, Held>()

  /** Takes the lock of a name; `undefined` when it is not free and `wait` is false. */
  const take = (name: string, kind: LockKind, wait: boolean): Promise<Held | undefined> =>
    new Promise((resolve, reject) => {
      const done = manager.request(name, { mode: kind, ifAvailable: !wait }, (lock) => {
        if (lock === null) {
          resolve(undefined)
          return undefined
        }
        return new Promise<void>((release) => {
          resolve({
            kind,
            async release() {
              release()
              await done
            },
          })
        })
      })
      done.catch(reject)
    })
  const release = async (handle: FileHandle): Promise<void> => {
    const lock = held.get(handle)
    held.delete(handle)
    await lock?.release()
  }
  return {
    async tryLock(handle, kind) {
      if (!(handle instanceof BrowserFileHandle) || handle.closed) throw failure('EBADF', 'fcntl', handle.path)
      const name = `${scope}:${handle.path}`
      const before = held.get(handle)?.kind
      if (before === kind) return true
      // A lock cannot be converted here: it is given back first, and taken back when the other kind cannot be had.
      await release(handle)
      const lock = await take(name, kind, false)
      if (lock !== undefined) held.set(handle, lock)
      else if (before !== undefined) {
        const back = await take(name, before, true)
        if (back !== undefined) held.set(handle, back)
      }
      return lock !== undefined
    },
    unlock: release,
    forget: release,
  }
}
