// Raw deflate without a host: fflate. As with Node's zlib, what follows the end of deflated data is not looked at.

import { Deflate, type DeflateOptions, deflateSync, FlateErrorCode, Inflate } from 'fflate'
import { concatBytes } from '../bytes/compare.ts'
import { OstreeError } from '../errors.ts'

/** What one step takes in, which bounds what it puts out: deflate shrinks to a thousandth at most. */
const STEP_BYTES = 16 * 1024
const NOTHING = new Uint8Array(0)

export function deflateRawOnce(bytes: Uint8Array, level: number): Uint8Array {
  return deflateSync(bytes, deflateOptions(level))
}

export function inflateRawOnce(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const inflater = new Inflater()
  const pieces: Uint8Array[] = []
  let length = 0
  for (const step of [...steps(bytes), undefined]) {
    for (const piece of inflater.take(step)) {
      length += piece.length
      if (length > maxBytes) throw invalid(`longer than ${maxBytes} bytes after decompression`)
      pieces.push(piece)
    }
  }
  return concatBytes(pieces)
}

export async function* inflateRaw(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflater = new Inflater()
  for await (const chunk of source) for (const step of steps(chunk)) yield* inflater.take(step)
  yield* inflater.take(undefined)
}

export async function* deflateRaw(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  const deflater = new Deflate(deflateOptions(level), (chunk) => void ready.push(chunk))
  const take = (): Uint8Array[] => {
    const pieces = ready.filter((piece) => piece.length > 0)
    ready = []
    return pieces
  }
  for await (const chunk of source) {
    for (const step of steps(chunk)) {
      deflater.push(step)
      yield* take()
    }
  }
  deflater.push(NOTHING, true)
  yield* take()
}

/** zlib's levels; its default, -1, is 6. */
function deflateOptions(level: number): DeflateOptions {
  const chosen = level === -1 ? 6 : level
  if (!Number.isInteger(chosen) || chosen < 0 || chosen > 9) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid compression level ${level}` })
  }
  return { level: chosen as NonNullable<DeflateOptions['level']> }
}

class Inflater {
  #ready: Uint8Array[] = []
  /** Held back by one step: fflate notices missing data only when the last piece has some. */
  #next: Uint8Array | undefined
  readonly #inflate = new Inflate((chunk) => void this.#ready.push(chunk))

  /** What one more piece gives; `undefined` says that the data ends here. */
  take(step: Uint8Array | undefined): Uint8Array[] {
    const current = this.#next
    this.#next = step
    if (current === undefined) {
      if (step === undefined) throw broken('Need more input')
      return []
    }
    try {
      this.#inflate.push(current, step === undefined)
    } catch (error) {
      throw broken(isShort(error) ? 'Need more input' : 'Invalid compressed data', error)
    }
    const pieces = this.#ready.filter((piece) => piece.length > 0)
    this.#ready = []
    return pieces
  }
}

function* steps(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += STEP_BYTES) yield bytes.subarray(start, start + STEP_BYTES)
}

const isShort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === FlateErrorCode.UnexpectedEOF

/** In GLib's words. */
function broken(reason: 'Need more input' | 'Invalid compressed data', cause?: unknown): OstreeError<'INVALID_FORMAT'> {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason }, { cause })
}

function invalid(reason: string, cause?: unknown): OstreeError<'INVALID_FORMAT'> {
  return new OstreeError('INVALID_FORMAT', { format: 'deflated data', path: '', reason }, { cause })
}
