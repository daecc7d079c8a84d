// An open file of the memory file system.

import { OstreeError } from '../../errors.ts'
import type { FileHandle, Stat } from '../types.ts'
import { changeMode, changeOwner, type FileBody, type Inode, statOf } from './inode.ts'
import type { Tree } from './tree.ts'

export interface OpenFile {
  readonly tree: Tree
  readonly inode: Inode
  readonly path: string
  readonly readable: boolean
  readonly writable: boolean
}

export class MemoryFileHandle implements FileHandle {
  readonly path: string
  readonly #file: OpenFile
  readonly #onClose: (handle: MemoryFileHandle) => void
  #position = 0
  #fd: number

  constructor(fd: number, file: OpenFile, onClose: (handle: MemoryFileHandle) => void) {
    this.#fd = fd
    this.#file = file
    this.#onClose = onClose
    this.path = file.path
  }

  get fd(): number {
    return this.#fd
  }
  /** Which file it is, for the locks. */
  get inode(): Inode {
    return this.#open('fcntl').inode
  }

  read(buffer: Uint8Array, position?: number): number {
    const { readable } = this.#open('read')
    if (!readable) throw this.#fail('EBADF', 'read')
    const body = this.#body('read')
    const start = position ?? this.#position
    const count = Math.max(0, Math.min(buffer.length, body.sizeBytes - start))
    buffer.set(body.bytes.subarray(start, start + count))
    if (position === undefined) this.#position += count
    return count
  }

  write(bytes: Uint8Array, position?: number): void {
    const { writable } = this.#open('write')
    if (!writable) throw this.#fail('EBADF', 'write')
    const body = this.#body('write')
    const start = position ?? this.#position
    if (bytes.length > 0) {
      this.#resize(body, Math.max(body.sizeBytes, start + bytes.length), 'write')
      body.bytes.set(bytes, start)
      this.#file.inode.mtimeMs = Date.now()
    }
    if (position === undefined) this.#position += bytes.length
  }

  truncate(sizeBytes: number): void {
    const { writable } = this.#open('ftruncate')
    if (!writable) throw this.#fail('EINVAL', 'ftruncate')
    this.#resize(this.#body('ftruncate'), sizeBytes, 'ftruncate')
    this.#file.inode.mtimeMs = Date.now()
  }

  stat(): Stat {
    return statOf(this.#open('fstat').inode)
  }
  chmod(mode: number): void {
    changeMode(this.#open('fchmod').inode, mode)
  }
  chown(uid: number, gid: number): void {
    changeOwner(this.#open('fchown').inode, uid, gid)
  }
  utimes(_atimeSeconds: number | null, mtimeSeconds: number): void {
    this.#open('futime').inode.mtimeMs = mtimeSeconds * 1000
  }
  async sync(): Promise<void> {
    this.#open('fsync')
  }
  close(): void {
    if (this.#fd < 0) return
    this.#onClose(this)
    this.#fd = -1
  }

  #open(call: string): OpenFile {
    if (this.#fd < 0) throw this.#fail('EBADF', call)
    return this.#file
  }

  #body(call: string): FileBody {
    const { body } = this.#file.inode
    if (body.kind === 'file') return body
    throw this.#fail(body.kind === 'directory' ? 'EISDIR' : 'ENXIO', call)
  }

  #resize(body: FileBody, sizeBytes: number, call: string): void {
    const { tree } = this.#file
    const grown = sizeBytes - body.sizeBytes
    if (grown > 0 && tree.usedBytes + grown > tree.options.capacityBytes) throw this.#fail('ENOSPC', call)
    if (sizeBytes > body.bytes.length) {
      const larger = new Uint8Array(Math.max(sizeBytes, body.bytes.length * 2))
      larger.set(body.bytes.subarray(0, body.sizeBytes))
      body.bytes = larger
    }
    if (grown < 0) body.bytes.fill(0, sizeBytes, body.sizeBytes)
    body.sizeBytes = sizeBytes
    tree.usedBytes += grown
  }

  #fail(errno: string, call: string): OstreeError<'IO'> {
    return new OstreeError('IO', { errno, call, path: this.path })
  }
}
