// What file objects say of themselves, without their content: for listings of many files, where a buffer, a look at each
// file's status and an `await` apiece cost as much as the reading (measured: bench/reading).

import type { Checksum } from '../../objects/checksum.ts'
import {
  BARE_USER_XATTR,
  decodeArchiveFileHeader,
  decodeBareUserMetadata,
  decodeFrame,
  FRAME_BYTES,
} from '../../objects/file-header.ts'
import { isRegularMode } from '../../objects/file-mode.ts'
import { NO_XATTRS } from '../../objects/xattrs.ts'
import { type Awaitable, andThen } from '../../operation.ts'
import type { Stat } from '../../platform/types.ts'
import type { LooseStore } from './loose-store.ts'
import { type LoadedFile, loadFile } from './read-object.ts'

export type FileObjectInfo = Pick<LoadedFile, 'info' | 'sizeBytes'>

export interface FileInfoOptions {
  /** Without them, `info.xattrs` may be empty. */
  readonly xattrs: boolean
}

/** Nearly every header fits; one with large attributes is read the long way. */
const HEADER_BYTES = 1024

/** Reads one file after another into the same few bytes. */
export class FileInfoReader {
  readonly #store: LooseStore
  readonly #wantsXattrs: boolean
  readonly #header = new Uint8Array(HEADER_BYTES)

  constructor(store: LooseStore, { xattrs }: FileInfoOptions) {
    this.#store = store
    this.#wantsXattrs = xattrs
  }

  /** Answers and fails as {@link loadFile} does; at once where the store does. */
  read(checksum: Checksum): Awaitable<FileObjectInfo> {
    // What goes wrong on the short way (a file in a parent, or a broken one) is met again, and told, on the long one.
    let found: Awaitable<FileObjectInfo | undefined>
    try {
      found = this.#tryRead(checksum)
    } catch {
      return loadFile(this.#store, checksum)
    }
    if (found instanceof Promise) found = found.catch(() => undefined)
    return andThen(found, (file) => file ?? loadFile(this.#store, checksum))
  }

  #tryRead(checksum: Checksum): Awaitable<FileObjectInfo | undefined> {
    const store = this.#store
    const { fs } = store.platform
    const path = `${store.objectsPath}/${store.relativePath({ checksum, type: 'file' })}`
    switch (store.mode) {
      case 'archive':
        return andThen(fs.readStart(path, this.#header), (filled) => this.#decodeHeader(filled))
      case 'bare-user':
        return andThen(fs.tryLstat(path), (stat) => stat && this.#readBareUser(path, stat))
      default:
        return this.#wantsXattrs ? undefined : andThen(fs.tryLstat(path), (stat) => stat && this.#readBare(path, stat))
    }
  }

  #decodeHeader(filled: number): FileObjectInfo | undefined {
    if (filled < FRAME_BYTES) return undefined
    const end = FRAME_BYTES + decodeFrame(this.#header.subarray(0, filled), Number.MAX_SAFE_INTEGER)
    if (end > filled) return undefined
    const { sizeBytes, ...info } = decodeArchiveFileHeader(this.#header.slice(FRAME_BYTES, end))
    return { info, sizeBytes: isRegularMode(info.mode) ? sizeBytes : 0 }
  }

  #readBare(path: string, stat: Stat): Awaitable<FileObjectInfo | undefined> {
    const { platform, mode } = this.#store
    if (stat.kind !== 'file' && stat.kind !== 'symlink') return undefined
    const owner = mode === 'bare-user-only' ? { uid: 0, gid: 0 } : { uid: stat.uid, gid: stat.gid }
    const info = { ...owner, mode: stat.mode, symlinkTarget: '', xattrs: NO_XATTRS }
    if (stat.kind === 'file') return { info, sizeBytes: stat.sizeBytes }
    return andThen(platform.fs.readlink(path), (symlinkTarget) => ({ info: { ...info, symlinkTarget }, sizeBytes: 0 }))
  }

  /** Of regular files. */
  #readBareUser(path: string, stat: Stat): Awaitable<FileObjectInfo | undefined> {
    const { xattrs } = this.#store.platform
    if (xattrs === null) return undefined
    return andThen(xattrs.get(path, BARE_USER_XATTR), (value) => {
      const info = value && decodeBareUserMetadata(value)
      if (info === undefined || !isRegularMode(info.mode)) return undefined
      return { info: { ...info, symlinkTarget: '' }, sizeBytes: stat.sizeBytes }
    })
  }
}
