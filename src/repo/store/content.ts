// The bytes of a content object on their way: all of a small file, or a large one in pieces.

import { concatBytes } from '../../bytes/compare.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'

/** Small content is one array, so that it can be hashed and written in one go; large content is a stream. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>

/** Files up to this size are read whole (measured: bench/platform). */
export const SMALL_CONTENT_BYTES = 1 << 20
/** A piece of large content. */
export const CHUNK_BYTES = 1 << 18

export const NO_CONTENT = new Uint8Array(0)

export async function* chunksOf(content: Content): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) {
    if (content.length > 0) yield content
  } else yield* content
}

/** Reads a file in pieces, with pauses for the event loop. Each piece is a fresh array: readers may keep it. */
export async function* readChunks(platform: Platform, path: string, startAt = 0): AsyncGenerator<Uint8Array> {
  const handle = await platform.fs.open(path, 'r')
  try {
    yield* readHandle(platform, handle, startAt)
  } finally {
    await handle.close()
  }
}

/**
 * The same for a file that is open, and stays so.
 * @param reused - Every piece lies in this array, and is gone when the next one is asked for.
 */
export async function* readHandle(
  platform: Platform,
  handle: FileHandle,
  startAt = 0,
  reused?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  for (let position = startAt; ; ) {
    const buffer = reused ?? new Uint8Array(CHUNK_BYTES)
    const count = await handle.read(buffer, position)
    if (count === 0) return
    position += count
    yield count === buffer.length ? buffer : buffer.subarray(0, count)
    await platform.breathe()
  }
}

/** The bytes of a plain file whose size is known. */
export async function contentOfFile(platform: Platform, path: string, sizeBytes: number): Promise<Content> {
  return sizeBytes <= SMALL_CONTENT_BYTES ? await platform.fs.readFile(path) : readChunks(platform, path)
}

export async function collect(content: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return concatBytes(parts)
}
