// Raw deflate through Node's zlib: at once for small pieces, streaming on libuv's threads for the rest. What follows the
// end of deflated data is not looked at, as the reference does not look at it.

import type { Transform, TransformOptions } from 'node:stream'
import type { ZlibOptions } from 'node:zlib'
import { isOstreeError, OstreeError } from '../../errors.ts'
import { plainBytes } from './bytes.ts'

const CHUNK_BYTES = 64 * 1024
/** zlib's own least, and a bound for memory. */
const MIN_PIECE_BYTES = 64
const MAX_PIECE_BYTES = 1 << 20

// Loaded at the first use: a builtin module, so only its first load costs anything.
const zlib = () => process.getBuiltinModule('node:zlib')

export function inflateRawOnce(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    // One output piece of the expected size, in place of many, halves the cost (measured: bench/platform).
    const chunkSize = Math.min(Math.max(maxBytes, MIN_PIECE_BYTES), MAX_PIECE_BYTES)
    const inflated = zlib().inflateRawSync(bytes, { maxOutputLength: Math.max(maxBytes, 1), chunkSize })
    if (inflated.length > maxBytes) throw tooLong(maxBytes)
    return plainBytes(inflated)
  } catch (error) {
    throw inflateError(error, maxBytes)
  }
}

export function deflateRawOnce(bytes: Uint8Array, level: number): Uint8Array {
  return plainBytes(zlib().deflateRawSync(bytes, { level }))
}

export function inflateRaw(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return through(() => zlib().createInflateRaw({ chunkSize: CHUNK_BYTES }), source)
}

export function deflateRaw(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  // With so low a mark each piece is waited for until all of it is used up.
  const options: ZlibOptions & TransformOptions = { level, chunkSize: CHUNK_BYTES, writableHighWaterMark: 1 }
  return through(() => zlib().createDeflateRaw(options), source)
}

/** All members of a gzip stream, their checksums verified. @throws {@link OstreeError} `INVALID_ARCHIVE` */
export async function* gunzip(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* through(() => zlib().createGunzip({ chunkSize: CHUNK_BYTES }), copies(source))
  } catch (error) {
    if (!isOstreeError(error, 'INVALID_FORMAT')) throw error
    const { cause } = error
    const isShort = cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR'
    const reason = isShort ? 'truncated gzip input' : 'gzip decompression failed'
    throw new OstreeError('INVALID_ARCHIVE', { reason }, { cause })
  }
}

/** zlib takes pieces in its own time; the source may reuse its array before that. */
async function* copies(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of source) yield piece.slice()
}

/** Where Node has Zstandard (22.15 and later). */
export function zstdFrameDecoder(): ((source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined {
  const engines: object = zlib()
  if (!('createZstdDecompress' in engines) || typeof engines.createZstdDecompress !== 'function') return undefined
  const { createZstdDecompress } = engines
  return async function* unzstdFrame(source) {
    try {
      yield* through(() => createZstdDecompress({ chunkSize: CHUNK_BYTES }), source)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (!code.startsWith('ZSTD_') || !(error instanceof Error)) throw error
      throw new OstreeError(
        'INVALID_ARCHIVE',
        { reason: `Zstd decompression failed: ${error.message}` },
        { cause: error },
      )
    }
  }
}

/** Memory stays bounded both ways: the source waits while `engine` is full, and `engine` while nobody reads. */
async function* through(makeEngine: () => Transform, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const engine = makeEngine()
  // The source's own failure destroys the engine and so comes out of the loop below.
  const feeding = feed(engine, source)
  try {
    for await (const chunk of engine) yield plainBytes(chunk as Uint8Array)
  } catch (error) {
    throw inflateError(error)
  } finally {
    engine.destroy()
    // After an early end (the reader left, or the data ended before the source) the source is let go when it next
    // answers; it is not waited for, since it may never do so.
    if (engine.writableFinished) await feeding
  }
}

async function feed(engine: Transform, source: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of source) {
      if (engine.destroyed || engine.readableEnded) return
      if (!engine.write(chunk)) await writable(engine)
    }
    engine.end()
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Resolves when `engine` takes more, or never will again. */
function writable(engine: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'end', 'close']) engine.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'end', 'close']) engine.on(event, done)
    if (engine.destroyed || engine.readableEnded || !engine.writableNeedDrain) done()
  })
}

function tooLong(maxBytes: number, cause?: unknown): OstreeError<'INVALID_FORMAT'> {
  const reason = `longer than ${maxBytes} bytes after decompression`
  return new OstreeError('INVALID_FORMAT', { format: 'deflated data', path: '', reason }, { cause })
}

function inflateError(error: unknown, maxBytes = 0): unknown {
  if (!(error instanceof Error) || error instanceof OstreeError) return error
  const code = String((error as { code?: unknown }).code)
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooLong(maxBytes, error)
  if (!code.startsWith('Z_')) return error
  const reason = code === 'Z_BUF_ERROR' ? 'Need more input' : 'Invalid compressed data' // GLib's words
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason }, { cause: error })
}
