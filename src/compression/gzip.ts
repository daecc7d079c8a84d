// Portable gzip: fflate, for hosts without a native decoder. Members may follow one another (RFC 1952). Like
// libarchive it does not compare the trailer's checksum; the native decoders do.

import { OstreeError } from '../errors.ts'
import type { ByteStream } from './buffered-source.ts'

export async function* gunzip(source: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  const { Gunzip } = await import('fflate')
  const ready: Uint8Array[] = []
  let complete = false
  const decoder = new Gunzip((piece, final) => {
    if (piece.length > 0) ready.push(piece)
    complete ||= final
  })
  let failure: unknown
  const push = (piece: Uint8Array, final: boolean): void => {
    try {
      decoder.push(piece, final)
    } catch (error) {
      failure = error
    }
  }
  for await (const piece of source) {
    push(piece.slice(), false) // fflate keeps what it could not use yet
    yield* ready.splice(0)
    if (failure !== undefined) break
  }
  if (failure === undefined) push(new Uint8Array(0), true)
  yield* ready.splice(0)
  if (failure !== undefined) throw gzipError(failure)
  if (!complete) throw new OstreeError('INVALID_ARCHIVE', { reason: 'truncated gzip input' })
}

function gzipError(cause: unknown): OstreeError {
  const truncated = cause instanceof Error && 'code' in cause && cause.code === 0
  return new OstreeError(
    'INVALID_ARCHIVE',
    { reason: truncated ? 'truncated gzip input' : 'gzip decompression failed' },
    { cause },
  )
}
