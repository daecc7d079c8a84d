// Bytes that are read here and there: in memory, or in a file that would not fit.

import { OstreeError } from '../errors.ts'
import type { Awaitable } from '../operation.ts'
import type { FileHandle } from '../platform/types.ts'

export interface RandomAccess {
  readonly sizeBytes: number
  /**
   * Bytes from `position` on, as many as asked for. The array may be lent: it is good until the next call.
   * @throws {@link OstreeError} `TRUNCATED` beyond the end.
   */
  read(position: number, count: number): Awaitable<Uint8Array>
  close(): Awaitable<void>
  /** All of it, where it lies in memory. */
  readonly bytes?: Uint8Array
}

/** Asked for at once, at most: callers read longer runs in pieces. */
export const READ_BYTES = 1 << 18

export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    bytes,
    sizeBytes: bytes.length,
    read(position, count) {
      requireInside(bytes.length, position, count)
      return bytes.subarray(position, position + count)
    },
    close: () => {},
  }
}

/** Owns the handle. */
export function inFile(handle: FileHandle, sizeBytes: number): RandomAccess {
  let buffer = new Uint8Array(4096)
  return {
    sizeBytes,
    read(position, count) {
      requireInside(sizeBytes, position, count)
      if (buffer.length < count) buffer = new Uint8Array(Math.max(count, Math.min(2 * count, READ_BYTES)))
      return fill(handle, buffer.subarray(0, count), position)
    },
    close: () => handle.close(),
  }
}

/** A host that answers at once is not waited for. */
function fill(handle: FileHandle, wanted: Uint8Array, position: number): Awaitable<Uint8Array> {
  for (let filled = 0; filled < wanted.length; ) {
    const count = handle.read(wanted.subarray(filled), position + filled)
    if (count instanceof Promise) return fillRest(handle, wanted, position, filled, count)
    if (count === 0) throw truncated(position + filled)
    filled += count
  }
  return wanted
}

async function fillRest(
  handle: FileHandle,
  wanted: Uint8Array,
  position: number,
  start: number,
  pending: Promise<number>,
): Promise<Uint8Array> {
  for (
    let filled = start, next = await pending;
    ;
    next = await handle.read(wanted.subarray(filled), position + filled)
  ) {
    if (next === 0) throw truncated(position + filled)
    filled += next
    if (filled === wanted.length) return wanted
  }
}

function requireInside(sizeBytes: number, position: number, count: number): void {
  if (!(position >= 0 && count >= 0 && count <= sizeBytes - position)) throw truncated(position)
}

const truncated = (offset: number): OstreeError => new OstreeError('TRUNCATED', { field: 'data', offset })

/** A run of bytes in pieces, each good until the next is asked for. */
export async function* readRange(source: RandomAccess, start: number, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < sizeBytes; ) {
    const count = Math.min(READ_BYTES, sizeBytes - done)
    yield await source.read(start + done, count)
    done += count
  }
}

/** A run of bytes as one array of its own. */
export async function readWhole(source: RandomAccess, start: number, sizeBytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(sizeBytes)
  let filled = 0
  for await (const piece of readRange(source, start, sizeBytes)) {
    whole.set(piece, filled)
    filled += piece.length
  }
  return whole
}
