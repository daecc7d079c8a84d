// The bytes of an archive's entry on their way to the pool: the bytes themselves where the archive is a stream, or where
// they lie in the archive's file.

import type { FileHandle, Platform } from '../../platform/types.ts'
import { CHUNK_BYTES, type Content } from '../store/content.ts'

/** `bytes` holds at most `SMALL_CONTENT_BYTES`. */
export type ArchivedContent =
  | { readonly bytes: Uint8Array /** Empty for a regular file. */; readonly symlinkTarget: string }
  | { readonly archive: string; readonly offset: number }

/** The archives that a batch of files reads from, each opened once. */
export class ArchiveHandles {
  readonly #platform: Platform
  readonly #handles = new Map<string, FileHandle>()

  constructor(platform: Platform) {
    this.#platform = platform
  }

  /** @param buffer - Takes all of the content where it is small enough to be read whole. */
  async content(source: ArchivedContent, sizeBytes: number, buffer: Uint8Array): Promise<Content> {
    if ('bytes' in source) return source.bytes
    const handle = await this.#open(source.archive)
    if (sizeBytes > buffer.length) return readRange(handle, source.offset, sizeBytes)
    let filled = 0
    for await (const piece of readRange(handle, source.offset, sizeBytes, buffer)) filled += piece.length
    return buffer.subarray(0, filled)
  }

  async close(): Promise<void> {
    for (const handle of this.#handles.values()) await handle.close()
  }

  async #open(path: string): Promise<FileHandle> {
    const known = this.#handles.get(path)
    if (known !== undefined) return known
    const handle = await this.#platform.fs.open(path, 'r')
    this.#handles.set(path, handle)
    return handle
  }
}

/** @param into - Filled piece by piece; otherwise each piece is an array of its own. */
async function* readRange(
  handle: FileHandle,
  offset: number,
  sizeBytes: number,
  into?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < sizeBytes; ) {
    const wanted = Math.min(CHUNK_BYTES, sizeBytes - done)
    const buffer = into === undefined ? new Uint8Array(wanted) : into.subarray(done, sizeBytes)
    const count = await handle.read(buffer, offset + done)
    if (count === 0) return // it shrank meanwhile
    done += count
    yield buffer.subarray(0, count)
  }
}
