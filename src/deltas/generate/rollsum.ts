// Content-defined chunks: where a rolling sum over the last 64 bytes ends in thirteen ones, a chunk ends; none is longer
// than 32 KiB. Two versions of a file have chunks in common where their bytes are the same.
// Facts: spec/delta-generation.md#rollsum

export const MAX_CHUNK_BYTES = 32768
const WINDOW_BYTES = 64
const CHAR_OFFSET = 31
const BOUNDARY = (1 << 13) - 1

const INITIAL_FIRST = WINDOW_BYTES * CHAR_OFFSET
const INITIAL_SECOND = WINDOW_BYTES * (WINDOW_BYTES - 1) * CHAR_OFFSET

/**
 * The first boundary behind `start`, or 0 when there is none up to `end`. The sum starts anew, over zeros: for the first
 * 64 bytes it differs from that of a chunk that began earlier.
 */
function findBoundary(bytes: Uint8Array, start: number, end: number): number {
  let first = INITIAL_FIRST
  let second = INITIAL_SECOND
  const warm = Math.min(end, start + WINDOW_BYTES)
  let at = start
  for (; at < warm; at++) {
    first += bytes[at]!
    second = (second + first - WINDOW_BYTES * CHAR_OFFSET) & BOUNDARY
    if (second === BOUNDARY) return at + 1
  }
  for (; at < end; at++) {
    const gone = bytes[at - WINDOW_BYTES]!
    first += bytes[at]! - gone
    second = (second + first - WINDOW_BYTES * (gone + CHAR_OFFSET)) & BOUNDARY
    if (second === BOUNDARY) return at + 1
  }
  return 0
}

/** Follows a file, piece by piece, to the last boundary in it that every chunk start sees alike. */
export class LastBoundary {
  /** Where that boundary is; 0 while there is none. */
  at = 0
  #first = INITIAL_FIRST
  #second = INITIAL_SECOND
  #seen = 0
  readonly #window = new Uint8Array(WINDOW_BYTES)

  push(piece: Uint8Array): void {
    const window = this.#window
    let first = this.#first
    let second = this.#second
    let last = -1
    const head = Math.min(WINDOW_BYTES, piece.length)
    let at = 0
    for (; at < head; at++) {
      const gone = window[(this.#seen + at) % WINDOW_BYTES]!
      first += piece[at]! - gone
      second = (second + first - WINDOW_BYTES * (gone + CHAR_OFFSET)) & BOUNDARY
      if (second === BOUNDARY) last = at
    }
    for (; at < piece.length; at++) {
      const gone = piece[at - WINDOW_BYTES]!
      first += piece[at]! - gone
      second = (second + first - WINDOW_BYTES * (gone + CHAR_OFFSET)) & BOUNDARY
      if (second === BOUNDARY) last = at
    }
    if (last >= 0) this.at = this.#seen + last + 1
    for (let i = Math.max(0, piece.length - WINDOW_BYTES); i < piece.length; i++) {
      window[(this.#seen + i) % WINDOW_BYTES] = piece[i]!
    }
    this.#seen += piece.length
    this.#first = first
    this.#second = second
  }
}

/**
 * Cuts a file into chunks. Give it the pieces of the file in order, then `finish`; each chunk comes with its bytes, which
 * are gone afterwards.
 */
export class Chunker {
  readonly #lastBoundary: number
  readonly #onChunk: (bytes: Uint8Array, start: number) => void
  /** Bytes that are not yet part of a chunk, and where they begin in the file. */
  #rest = new Uint8Array(0)
  #start = 0
  /** Once no boundary is left, all chunks have the full length, and the first bytes of each are not looked at. */
  #regular = false

  constructor(lastBoundary: number, onChunk: (bytes: Uint8Array, start: number) => void) {
    this.#lastBoundary = lastBoundary
    this.#onChunk = onChunk
  }

  push(piece: Uint8Array): void {
    let bytes = piece
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length)
      bytes.set(this.#rest)
      bytes.set(piece, this.#rest.length)
    }
    this.#rest = bytes.slice(this.#cut(bytes, bytes.length - MAX_CHUNK_BYTES))
  }

  finish(): void {
    this.#cut(this.#rest, this.#rest.length - 1)
    this.#rest = new Uint8Array(0)
  }

  /** Cuts chunks that start at `limit` at the latest; answers where the next one starts. */
  #cut(bytes: Uint8Array, limit: number): number {
    let from = 0
    while (from <= limit) {
      const length = this.#chunkLength(bytes, from)
      this.#onChunk(bytes.subarray(from, from + length), this.#start)
      this.#start += length
      from += length
    }
    return from
  }

  #chunkLength(bytes: Uint8Array, from: number): number {
    const end = Math.min(bytes.length, from + MAX_CHUNK_BYTES)
    if (!this.#regular) {
      const boundary = findBoundary(bytes, from, end)
      if (boundary > 0) return boundary - from
      this.#regular = this.#lastBoundary <= this.#start + (end - from)
    }
    return end - from
  }
}
