// A byte stream that can be looked into before it is consumed. Readers of archives and decoders sit on this; it answers
// at once while bytes are at hand and only waits when it must ask for more.

import { concatBytes } from '../bytes/compare.ts'
import type { Awaitable } from '../operation.ts'

const EMPTY = new Uint8Array(0)

/** Pieces of a stream; each is valid until the next is asked for. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | SeekableStream

/** A stream over a file: what is not wanted need not be read. */
export interface SeekableStream extends AsyncIterable<Uint8Array> {
  /** Leaves out up to `count` bytes of those not yet read; answers how many. What it cannot leave out is read. */
  seekForward(count: number): number
}

export class BufferedSource implements AsyncIterable<Uint8Array> {
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  readonly #seek: ((count: number) => number) | undefined
  #held: Uint8Array = EMPTY
  #ended = false
  #position = 0

  constructor(source: ByteStream) {
    this.#seek = 'seekForward' in source ? (count) => source.seekForward(count) : undefined
    this.#pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  }

  /** Bytes consumed so far. */
  get position(): number {
    return this.#position
  }

  /**
   * The next bytes, not consumed: at least `count` of them, or all there are before the end.
   * The view is valid until the next call that may ask the source for more.
   */
  peek(count: number): Awaitable<Uint8Array> {
    return this.#held.length >= count || this.#ended ? this.#held : this.#fill(count)
  }

  /** Drops bytes that `peek` has shown. */
  consume(count: number): void {
    this.#cut(count)
  }

  /** Drops bytes, wherever they are; answers how many there were, fewer than `count` only at the end. */
  async skip(count: number): Promise<number> {
    let skipped = this.#cut(count).length
    if (this.#seek !== undefined && skipped < count) {
      const sought = this.#seek(count - skipped)
      this.#position += sought
      skipped += sought
    }
    while (skipped < count) {
      const piece = await this.take(count - skipped)
      if (piece.length === 0) break
      skipped += piece.length
    }
    return skipped
  }

  /** Consumes the next piece, of any length up to `limit`; empty at the end. */
  take(limit: number): Awaitable<Uint8Array> {
    if (this.#held.length === 0 && !this.#ended) return this.#fill(1).then(() => this.#cut(limit))
    return this.#cut(limit)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const piece = await this.take(Number.MAX_SAFE_INTEGER)
        if (piece.length === 0) return
        yield piece
      }
    } finally {
      await this.close()
    }
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#pieces.return?.()
  }

  #cut(limit: number): Uint8Array {
    const piece = this.#held.subarray(0, limit)
    this.#held = this.#held.subarray(piece.length)
    this.#position += piece.length
    return piece
  }

  async #fill(count: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    let total = this.#held.length
    if (total > 0) pieces.push(this.#held.slice()) // the source may reuse its buffer from here on
    while (total < count) {
      const next = await this.#pieces.next()
      if (next.done === true) {
        this.#ended = true
        break
      }
      if (next.value.length === 0) continue
      total += next.value.length
      pieces.push(total < count ? next.value.slice() : next.value)
    }
    this.#held = pieces.length === 1 ? pieces[0]! : concatBytes(pieces)
    return this.#held
  }
}
