// What file objects say of themselves, without their content: for listings of many files, where a buffer and a look at
// each file's status apiece cost as much as the reading.

import { isIoError, prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import { decodeArchiveFileHeader, decodeFrame, FRAME_BYTES } from '../objects/file-header.ts'
import { isRegularMode } from '../objects/file-mode.ts'
import type { LooseStore } from './loose-store.ts'
import { type LoadedFile, loadBareFile, loadFile } from './read-object.ts'

export type FileObjectInfo = Pick<LoadedFile, 'info' | 'sizeBytes'>

/** Nearly every header fits; one with large attributes is read the long way. */
const HEADER_BYTES = 1024

/** Reads one file after another into the same few bytes. */
export class FileInfoReader {
  readonly #store: LooseStore
  readonly #header = new Uint8Array(HEADER_BYTES)

  constructor(store: LooseStore) {
    this.#store = store
  }

  /** Answers and fails as {@link loadFile} does. */
  async read(checksum: Checksum): Promise<FileObjectInfo> {
    const store = this.#store
    const path = `${store.objectsPath}/${store.relativePath({ checksum, type: 'file' })}`
    try {
      if (store.mode !== 'archive') return await loadBareFile({ path, store }, checksum)
      return (await this.#readHeader(path)) ?? (await loadFile(store, checksum))
    } catch (error) {
      // In a parent perhaps, or nowhere.
      if (isIoError(error, 'ENOENT')) return loadFile(store, checksum)
      throw store.mode === 'archive' ? error : prefixed(error, `Opening content object ${checksum}`)
    }
  }

  async #readHeader(path: string): Promise<FileObjectInfo | undefined> {
    const handle = await this.#store.platform.fs.open(path, 'r')
    let filled: number
    try {
      filled = await handle.read(this.#header)
    } finally {
      await handle.close()
    }
    if (filled < FRAME_BYTES) return undefined
    const end = FRAME_BYTES + decodeFrame(this.#header.subarray(0, filled), Number.MAX_SAFE_INTEGER)
    if (end > filled) return undefined
    const { sizeBytes, ...info } = decodeArchiveFileHeader(this.#header.slice(FRAME_BYTES, end))
    return { info, sizeBytes: isRegularMode(info.mode) ? sizeBytes : 0 }
  }
}
