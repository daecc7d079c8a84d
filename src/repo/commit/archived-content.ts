// The bytes of an archive's entry on their way to the pool: the bytes themselves where the archive is a stream, or where
// they lie in the archive's file.

import type { FileHandle, Platform } from '../../platform/types.ts'
import { CHUNK_BYTES, type Content } from '../content.ts'

/** `bytes` holds at most `SMALL_CONTENT_BYTES`. */
export type ArchivedContent =
  | { readonly bytes: Uint8Array /** Empty for a regular file. */; readonly symlinkTarget: string }
  | { readonly archive: string; readonly offset: number }

/**
 * Runs `use` with the content.
 * @param buffer - Room for all of it, where it is small enough to be read whole.
 */
export async function withArchivedContent<T>(
  platform: Platform,
  source: ArchivedContent,
  sizeBytes: number,
  buffer: Uint8Array,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  if ('bytes' in source) return use(source.bytes)
  const handle = await platform.fs.open(source.archive, 'r')
  try {
    if (sizeBytes > buffer.length) return await use(readRange(handle, source.offset, sizeBytes))
    let filled = 0
    for await (const piece of readRange(handle, source.offset, sizeBytes, buffer)) filled += piece.length
    return await use(buffer.subarray(0, filled))
  } finally {
    await handle.close()
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
