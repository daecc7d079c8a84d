// The data of one entry while it is read, or passed over. Holes of sparse files come out as zeros.

import type { BufferedSource } from '../compression/buffered-source.ts'
import { invalidArchive } from './entry.ts'
import type { SparseBlock } from './sparse.ts'

const ZEROS = new Uint8Array(64 * 1024)

export interface BodyLayout {
  /** Bytes of data in the archive, without the padding after them. */
  readonly storedBytes: number
  readonly paddingBytes: number
  /** Length of the file; `map` says which parts of it are stored. */
  readonly sizeBytes: number
  readonly map: readonly SparseBlock[]
  /** What to say when the archive ends too early. */
  readonly truncatedReason: string
}

export class EntryBody {
  readonly #input: BufferedSource
  readonly #layout: BodyLayout
  #stored: number
  #padding: number

  constructor(input: BufferedSource, layout: BodyLayout) {
    this.#input = input
    this.#layout = layout
    this.#stored = layout.storedBytes
    this.#padding = layout.paddingBytes
  }

  /** Where the bytes of the file start, if they are stored as they are. */
  get offset(): number | undefined {
    const { map, storedBytes, sizeBytes } = this.#layout
    const [first] = map
    const isWhole = map.length === 1 && first?.isHole === false && first.offset === 0n
    return isWhole && first.length === BigInt(sizeBytes) && storedBytes === sizeBytes ? this.#input.position : undefined
  }

  /** The file's bytes. Stopping early is fine. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    let position = 0
    for (const { offset, length, isHole } of this.#layout.map) {
      const start = Number(offset)
      if (length === 0n || this.#stored === 0) continue
      let left = Number(length)
      if (!isHole) {
        if (start < position) throw outOfOrder()
        yield* zeros(start - position)
        position = start
      }
      while (left > 0 && this.#stored > 0) {
        const piece = await this.#input.take(Math.min(left, this.#stored))
        if (piece.length === 0) throw invalidArchive(this.#layout.truncatedReason)
        left -= piece.length
        this.#stored -= piece.length
        if (isHole) continue
        position += piece.length
        yield piece
      }
    }
    if (this.#stored > 0) throw invalidArchive('Malformed sparse map data')
    await this.skip()
    if (this.#layout.sizeBytes < position) throw outOfOrder()
    yield* zeros(this.#layout.sizeBytes - position)
  }

  /** Passes over what is left of the data and its padding. */
  async skip(): Promise<void> {
    const wanted = this.#stored + this.#padding
    if (wanted === 0) return
    const skipped = await this.#input.skip(wanted)
    if (skipped < wanted) {
      throw invalidArchive(`Truncated input file (needed ${wanted} bytes, only ${skipped} available)`)
    }
    this.#stored = 0
    this.#padding = 0
  }
}

function outOfOrder(): Error {
  return invalidArchive('Encountered out-of-order sparse blocks')
}

function* zeros(count: number): Generator<Uint8Array, void, undefined> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left)
}
