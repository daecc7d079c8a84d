// Raw deflate to the very bytes that zlib gives, by pako, a port of it: where the length of compressed content is part of
// what a commit hashes (`ostree.sizes`). Node carries another zlib, whose bytes differ. pako 3 is no longer that port.
// Compared with the reference in test/compression/zlib-deflate.reference.test.ts.

import type { Deflate } from 'pako'
import type { Awaitable } from '../operation.ts'

/** A few milliseconds of work. */
const PIECE_BYTES = 64 << 10

/** @param level - 1 to 9. */
export async function* zlibDeflateRaw(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  level: number,
  breathe: () => Awaitable<void>,
): AsyncGenerator<Uint8Array> {
  const { default: pako } = await import('pako')
  const deflate: Deflate = new pako.Deflate({ level: level as 6, raw: true })
  let ready: Uint8Array[] = []
  deflate.onData = (chunk) => {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('pako deflates to bytes')
    ready.push(chunk)
  }
  for await (const chunk of source) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      deflate.push(chunk.subarray(start, start + PIECE_BYTES), false)
      await breathe()
    }
    yield* ready
    ready = []
  }
  deflate.push(new Uint8Array(0), true)
  yield* ready
}
