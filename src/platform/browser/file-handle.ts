// An open file in a browser. What is written becomes visible when the file is synced or closed, in one step.

import type { FileHandle, Stat } from '../types.ts'
import { attempt, failure, unsupported } from './dom-error.ts'
import type { FileEntry, FileLike, WritableLike } from './handles.ts'
import { fileStat, requireMode, requireOwner } from './stat.ts'

export interface BrowserFileOptions {
  readonly path: string
  readonly entry: FileEntry
  readonly readable: boolean
  readonly writable: boolean
  readonly onClose: (handle: BrowserFileHandle) => Promise<void>
}

export class BrowserFileHandle implements FileHandle {
  readonly fd = -1
  readonly path: string
  readonly #options: BrowserFileOptions
  #position = 0
  #closed = false
  #snapshot: FileLike | undefined
  #writer: WritableLike | undefined

  constructor(options: BrowserFileOptions) {
    this.#options = options
    this.path = options.path
  }

  get closed(): boolean {
    return this.#closed
  }

  async read(buffer: Uint8Array, position?: number): Promise<number> {
    if (!this.#options.readable) throw failure('EBADF', 'read', this.path)
    const file = await this.#file('read')
    const start = position ?? this.#position
    const bytes = await attempt('read', this.path, () => file.slice(start, start + buffer.length).arrayBuffer())
    buffer.set(new Uint8Array(bytes))
    if (position === undefined) this.#position += bytes.byteLength
    return bytes.byteLength
  }

  async write(bytes: Uint8Array, position?: number): Promise<void> {
    const writer = await this.#writing('write')
    const at = position ?? this.#position
    // The browser may look at the bytes after it answered, when the caller has them for other things again.
    const data = bytes.slice()
    if (data.length > 0) await attempt('write', this.path, () => writer.write({ type: 'write', position: at, data }))
    if (position === undefined) this.#position += bytes.length
  }

  async truncate(sizeBytes: number): Promise<void> {
    const writer = await this.#writing('ftruncate')
    await attempt('ftruncate', this.path, () => writer.truncate(sizeBytes))
  }

  async stat(): Promise<Stat> {
    return fileStat(await this.#file('fstat'))
  }
  async chmod(mode: number): Promise<void> {
    this.#requireOpen('fchmod')
    requireMode('file', mode)
  }
  async chown(uid: number, gid: number): Promise<void> {
    this.#requireOpen('fchown')
    requireOwner(uid, gid)
  }
  async utimes(): Promise<void> {
    throw unsupported('a file time')
  }
  /** Hands everything to the browser; a browser has nothing stronger to offer. */
  async sync(): Promise<void> {
    this.#requireOpen('fsync')
    await this.#flush()
  }
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.#flush()
    } finally {
      await this.#options.onClose(this)
    }
  }

  #requireOpen(call: string): void {
    if (this.#closed) throw failure('EBADF', call, this.path)
  }

  /** The file with all that was written so far. */
  async #file(call: string): Promise<FileLike> {
    this.#requireOpen(call)
    await this.#flush()
    this.#snapshot ??= await attempt(call, this.path, () => this.#options.entry.getFile())
    return this.#snapshot
  }

  async #writing(call: string): Promise<WritableLike> {
    this.#requireOpen(call)
    if (!this.#options.writable) throw failure('EBADF', call, this.path)
    this.#snapshot = undefined
    const { entry } = this.#options
    this.#writer ??= await attempt(call, this.path, () => entry.createWritable({ keepExistingData: true }))
    return this.#writer
  }

  async #flush(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    if (writer !== undefined) await attempt('write', this.path, () => writer.close())
  }
}
