// An archive in a file of the host: read in small pieces where most of it is passed over, in larger ones otherwise.

import type { SeekableStream } from '../../compression/buffered-source.ts'
import { isOstreeError, OstreeError } from '../../errors.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'

/** While everything is read, as from compressed archives. */
const PIECE_BYTES = 256 * 1024
/** Once something was passed over, most likely a header is wanted, and then a few small files (measured on `/usr`). */
const HEADER_PIECE_BYTES = 4 * 1024
const MAX_HEADER_PIECE_BYTES = 16 * 1024

export class ArchiveFile implements SeekableStream {
  readonly #platform: Platform
  readonly #path: string
  #handle: FileHandle | undefined
  #position = 0
  #pieceBytes = PIECE_BYTES
  #buffer = new Uint8Array(0)
  /** Of a regular file, once it is open. */
  sizeBytes: number | undefined

  constructor(platform: Platform, path: string) {
    this.#platform = platform
    this.#path = path
  }

  /** Each piece lies in the same array. Fails in libarchive's words. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const handle = await this.#open()
    for (;;) {
      if (this.#buffer.length < this.#pieceBytes) this.#buffer = new Uint8Array(this.#pieceBytes)
      const piece = this.#buffer.subarray(0, this.#pieceBytes)
      const position = this.sizeBytes === undefined ? undefined : this.#position
      const count = await retelling(`Error reading '${this.#path}'`, () => handle.read(piece, position))
      if (count === 0) return
      this.#position += count
      if (this.#pieceBytes < MAX_HEADER_PIECE_BYTES) this.#pieceBytes *= 2
      yield piece.subarray(0, count)
      await this.#platform.breathe()
    }
  }

  /** Nothing is left out of what is no regular file. */
  seekForward(count: number): number {
    if (this.sizeBytes === undefined) return 0
    const skipped = Math.min(count, Math.max(this.sizeBytes - this.#position, 0))
    this.#position += skipped
    this.#pieceBytes = HEADER_PIECE_BYTES
    return skipped
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  async #open(): Promise<FileHandle> {
    const { fs } = this.#platform
    this.#handle = await retelling(`Failed to open '${this.#path}'`, () => fs.open(this.#path, 'r'))
    const { kind, sizeBytes } = await this.#handle.stat()
    if (kind === 'file') this.sizeBytes = sizeBytes
    return this.#handle
  }
}

async function retelling<T>(reason: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isOstreeError(error, 'IO')) throw error
    throw new OstreeError('FAILED', { reason }, { cause: error })
  }
}
