// An open file. Every call is Node's synchronous one, except `sync`, which may take seconds.

import { OstreeError } from '../../errors.ts'
import type { FileHandle, Stat } from '../types.ts'
import { attempt, ioError } from './io-error.ts'
import { toStat, toUnixTime } from './stat.ts'

// Not imported: that would load streams and promises, too. (measured: bench/reading)
const fs = process.getBuiltinModule('node:fs')

export class NodeFileHandle implements FileHandle {
  readonly path: string
  #fd: number
  constructor(fd: number, path: string) {
    this.#fd = fd
    this.path = path
  }
  get fd(): number {
    return this.#fd
  }
  read(buffer: Uint8Array, position?: number): number {
    return attempt(this.path, () => fs.readSync(this.#open('read'), buffer, 0, buffer.length, position ?? null))
  }
  write(bytes: Uint8Array, position?: number): void {
    const fd = this.#open('write')
    attempt(this.path, () => {
      for (let done = 0; done < bytes.length; ) {
        const at = position === undefined ? null : position + done
        done += fs.writeSync(fd, bytes, done, bytes.length - done, at)
      }
    })
  }
  stat(): Stat {
    return attempt(this.path, () => toStat(fs.fstatSync(this.#open('fstat'))))
  }
  chmod(mode: number): void {
    attempt(this.path, () => fs.fchmodSync(this.#open('fchmod'), mode))
  }
  chown(uid: number, gid: number): void {
    attempt(this.path, () => fs.fchownSync(this.#open('fchown'), uid, gid))
  }
  utimes(atimeSeconds: number | null, mtimeSeconds: number): void {
    attempt(this.path, () =>
      fs.futimesSync(this.#open('futime'), toUnixTime(atimeSeconds ?? Date.now() / 1000), toUnixTime(mtimeSeconds)),
    )
  }
  truncate(sizeBytes: number): void {
    attempt(this.path, () => fs.ftruncateSync(this.#open('ftruncate'), sizeBytes))
  }
  async sync(): Promise<void> {
    const fd = this.#open('fsync')
    await new Promise<void>((resolve, reject) => {
      fs.fsync(fd, (error) => {
        if (error === null) resolve()
        else reject(ioError(error, this.path))
      })
    })
  }
  close(): void {
    const fd = this.#fd
    if (fd < 0) return
    this.#fd = -1
    attempt(this.path, () => fs.closeSync(fd))
  }

  #open(call: string): number {
    if (this.#fd < 0) throw new OstreeError('IO', { errno: 'EBADF', call, path: this.path })
    return this.#fd
  }
}
