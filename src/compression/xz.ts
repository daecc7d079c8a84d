// Portable xz: XZ Embedded as WebAssembly (xz-decompress). It verifies CRC32 and CRC64, reads concatenated streams and
// padding; streams with a SHA-256 check, with BCJ or delta filters, or with a dictionary above 64 MiB are refused.

import { OstreeError } from '../errors.ts'
import type { ByteStream } from './buffered-source.ts'

const NO_PROGRESS = 'Lzma library error:  No progress is possible'
/** `enum xz_ret` of XZ Embedded, in liblzma's words. */
const FAILURES: Readonly<Record<string, string>> = {
  3: 'Lzma library error: Cannot allocate memory',
  5: 'Lzma library error: format not recognized',
  7: 'Lzma library error: Corrupted input data',
  8: NO_PROGRESS,
}
const UNSUPPORTED: Readonly<Record<string, string>> = {
  4: 'an xz stream with a dictionary of more than 64 MiB',
  6: 'an xz stream with a SHA-256 check or a filter besides LZMA2',
}

export async function* unxz(source: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
  const { default: xz } = await import('xz-decompress')
  const reader = new xz.XzReadableStream(readableStream(source)).getReader()
  let open = true
  try {
    for (;;) {
      const { done, value } = await reader.read()
      open = !done
      if (done) return
      if (value.length > 0) yield value
    }
  } catch (error) {
    open = false
    throw xzError(error)
  } finally {
    if (open) await abandon(reader) // one decoder runs at a time: one that is left open would block the next
  }
}

async function abandon(reader: { cancel(): Promise<void> }): Promise<void> {
  try {
    await reader.cancel()
  } catch (error) {
    // A decoder that has come to its end frees itself, and trips when it is freed again.
    if (!(error instanceof TypeError)) throw error
  }
}

function readableStream(source: ByteStream): ReadableStream<Uint8Array> {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let started = false
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await pieces.next()
        started ||= next.done !== true
        // The decoder trips over an input without any bytes.
        if (next.done === true && !started)
          controller.error(new OstreeError('INVALID_ARCHIVE', { reason: NO_PROGRESS }))
        else if (next.done === true) controller.close()
        else controller.enqueue(next.value.slice()) // the decoder keeps what it could not use yet
      },
      async cancel() {
        await pieces.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

function xzError(error: unknown): unknown {
  const code =
    error instanceof Error ? /^get_next_output failed with error code (\d+)$/.exec(error.message)?.[1] : undefined
  if (code === undefined) return error
  const unsupported = UNSUPPORTED[code]
  if (unsupported !== undefined) {
    return new OstreeError(
      'UNSUPPORTED',
      { feature: unsupported, hint: 'recompress it with plain `xz`' },
      { cause: error },
    )
  }
  return new OstreeError('INVALID_ARCHIVE', { reason: FAILURES[code] ?? 'Lzma decompression failed:  Unknown error' })
}
