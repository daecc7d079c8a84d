// A browser's directory handle and lock manager, as the standards describe them, for tests in Node. What a writable holds
// is not in the file before `close`; names with a slash, `.` and `..` are refused.

import type { DirectoryEntryHandle, FileEntry, FileLike, WritableLike } from '../../src/platform/browser/handles.ts'
import type { LockManagerLike } from '../../src/platform/browser/locks.ts'

const domError = (name: string) => new DOMException(`a ${name}`, name)

class FakeFile implements FileEntry {
  readonly kind = 'file'
  readonly name: string
  content = new Uint8Array(0)
  modified = Date.now()
  constructor(name: string) {
    this.name = name
  }
  async getFile(): Promise<FileLike> {
    return new File([this.content], this.name, { lastModified: this.modified })
  }
  async createWritable({ keepExistingData }: { keepExistingData: boolean }): Promise<WritableLike> {
    let pending = keepExistingData ? this.content.slice() : new Uint8Array(0)
    let closed = false
    const resize = (size: number) => {
      const next = new Uint8Array(size)
      next.set(pending.subarray(0, size))
      pending = next
    }
    const requireOpen = () => {
      if (closed) throw new TypeError('the stream is closed')
    }
    return {
      async write({ position, data }) {
        requireOpen()
        if (position + data.length > pending.length) resize(position + data.length)
        pending.set(data, position)
      },
      async truncate(size) {
        requireOpen()
        resize(size)
      },
      close: async () => {
        requireOpen()
        closed = true
        this.content = pending
        this.modified = Date.now()
      },
    }
  }
}

export class FakeDirectory implements DirectoryEntryHandle {
  readonly kind = 'directory'
  readonly name: string
  readonly children = new Map<string, FakeFile | FakeDirectory>()
  constructor(name: string) {
    this.name = name
  }
  #child(name: string): FakeFile | FakeDirectory | undefined {
    if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new TypeError('Name is not allowed.')
    return this.children.get(name)
  }
  async getDirectoryHandle(name: string, { create = false } = {}): Promise<FakeDirectory> {
    const child = this.#child(name)
    if (child instanceof FakeDirectory) return child
    if (child !== undefined) throw domError('TypeMismatchError')
    if (!create) throw domError('NotFoundError')
    const made = new FakeDirectory(name)
    this.children.set(name, made)
    return made
  }
  async getFileHandle(name: string, { create = false } = {}): Promise<FakeFile> {
    const child = this.#child(name)
    if (child instanceof FakeFile) return child
    if (child !== undefined) throw domError('TypeMismatchError')
    if (!create) throw domError('NotFoundError')
    const made = new FakeFile(name)
    this.children.set(name, made)
    return made
  }
  async removeEntry(name: string, { recursive = false } = {}): Promise<void> {
    const child = this.#child(name)
    if (child === undefined) throw domError('NotFoundError')
    if (child instanceof FakeDirectory && child.children.size > 0 && !recursive) {
      throw domError('InvalidModificationError')
    }
    this.children.delete(name)
  }
  async *entries(): AsyncGenerator<[string, FakeFile | FakeDirectory]> {
    yield* this.children
  }
}

/** The Web Locks API for one page: first come, first served. */
export function fakeLockManager(): LockManagerLike {
  interface Lock {
    readonly name: string
    readonly mode: string
  }
  const held = new Set<Lock>()
  const waiting: { readonly lock: Lock; readonly start: () => void }[] = []
  const free = (lock: Lock) =>
    [...held].every((other) => other.name !== lock.name || (other.mode === 'shared' && lock.mode === 'shared'))
  const next = () => {
    const index = waiting.findIndex(({ lock }) => free(lock))
    if (index >= 0) waiting.splice(index, 1)[0]?.start()
  }
  return {
    request(name, { mode, ifAvailable }, callback) {
      const lock: Lock = { name, mode }
      if (ifAvailable && !free(lock)) return Promise.resolve(callback(null))
      return new Promise((resolve, reject) => {
        const start = () => {
          held.add(lock)
          Promise.resolve(callback(lock))
            .then(resolve, reject)
            .finally(() => {
              held.delete(lock)
              next()
            })
        }
        if (free(lock)) start()
        else waiting.push({ lock, start })
      })
    },
  }
}
