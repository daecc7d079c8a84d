// Patches of files that are too large to be compared as a whole: window by window, each a patch of its own that ends where
// the next one reads on, so that together they are one. Facts: spec/delta-generation.md#what-we-do-differently

import { type RandomAccess, readRange } from '../random-access.ts'
import { bsdiff } from './bsdiff.ts'
import type { Scratch } from './scratch.ts'

/** Compares pieces of the new file with what lies about there in the old one. Each piece is gone when the next comes. */
export async function* patchByWindows(
  old: RandomAccess,
  fresh: RandomAccess,
  windowBytes: number,
  scratch: Scratch,
): AsyncGenerator<Uint8Array> {
  const windowAt = (start: number) => {
    const size = Math.min(windowBytes, fresh.sizeBytes - start)
    const oldSize = Math.min(windowBytes, old.sizeBytes)
    const middle = Math.floor(((start + size / 2) / fresh.sizeBytes) * old.sizeBytes)
    const oldStart = Math.max(0, Math.min(old.sizeBytes - oldSize, middle - Math.floor(oldSize / 2)))
    return { size, oldStart: start === 0 ? 0 : oldStart, oldSize } // a patch reads from the start of the old file
  }
  for (let start = 0; start < fresh.sizeBytes; ) {
    const { size, oldStart, oldSize } = windowAt(start)
    const oldBytes = await fill(scratch.bytes('old', oldSize), old, oldStart)
    const freshBytes = await fill(scratch.bytes('fresh', size), fresh, start)
    start += size
    const next = start < fresh.sizeBytes ? windowAt(start).oldStart - oldStart : undefined
    yield bsdiff(oldBytes, freshBytes, { scratch, next })
  }
}

async function fill(array: Uint8Array, source: RandomAccess, start: number): Promise<Uint8Array> {
  let filled = 0
  for await (const piece of readRange(source, start, array.length)) {
    array.set(piece, filled)
    filled += piece.length
  }
  return array
}
