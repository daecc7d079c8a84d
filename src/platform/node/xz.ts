// xz through liblzma itself, both ways. Its engine is driven here piece by piece rather than through the package's streams,
// which hand out all that one piece of input expands to, be it 7000 times as much.

import type { NativeLZMA } from 'node-liblzma'
import { OstreeError } from '../../errors.ts'

const OUTPUT_BYTES = 1 << 18
/** What is encoded in one go: some 20 ms of work. */
const MAX_INPUT_BYTES = 1 << 16

type Liblzma = typeof import('node-liblzma')
type XzDecoder = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
type XzEncoder = (source: AsyncIterable<Uint8Array>, level: number) => AsyncIterable<Uint8Array>

/** `undefined` where the addon does not load: there is no build of it for this system. */
export async function xzDecoder(): Promise<XzDecoder | undefined> {
  const liblzma = await loadLiblzma()
  return liblzma === undefined ? undefined : (source) => unxz(liblzma, source)
}

/** Also `undefined` without the addon. */
export async function xzEncoder(): Promise<XzEncoder | undefined> {
  const liblzma = await loadLiblzma()
  return liblzma === undefined ? undefined : (source, level) => xz(liblzma, source, level)
}

let loading: Promise<Liblzma | undefined> | undefined

function loadLiblzma(): Promise<Liblzma | undefined> {
  loading ??= import('node-liblzma').catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  return loading
}

/** Not installed, or without a build for this system. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'].includes(code) || isWithoutBuild(error)
}

const isWithoutBuild = (error: Error): boolean => error.message.startsWith('No native build was found')

/** All pieces lie in the same array: each is good until the next is asked for. */
async function* unxz(liblzma: Liblzma, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { LZMA_RUN, LZMA_FINISH, LZMA_STREAM_END, LZMA_OK } = liblzma
  const engine = engineOf(new liblzma.Unxz({ chunkSize: 1 }))
  const output = Buffer.alloc(OUTPUT_BYTES)
  const decode = (action: number, input: Buffer, offset: number) => {
    const [status, left, room] = engine.codeSync(action, input, offset, input.length - offset, output, 0)
    if (status !== LZMA_OK && status !== LZMA_STREAM_END) throw failure(liblzma, status)
    return { ended: status === LZMA_STREAM_END, left, piece: output.subarray(0, OUTPUT_BYTES - room) }
  }
  try {
    for await (const bytes of source) {
      const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let offset = 0, full = true; offset < input.length || full; ) {
        const { ended, left, piece } = decode(LZMA_RUN, input, offset)
        offset = input.length - left
        full = piece.length === OUTPUT_BYTES
        if (piece.length > 0) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
        if (ended) return
      }
    }
    for (;;) {
      const { ended, piece } = decode(LZMA_FINISH, Buffer.alloc(0), 0)
      if (piece.length > 0) yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length)
      if (ended) return
    }
  } finally {
    engine.close()
  }
}

/** The bytes that `xz -LEVEL` on one thread writes, with a CRC64. */
async function* xz(liblzma: Liblzma, source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array> {
  const { LZMA_RUN, LZMA_FINISH, LZMA_STREAM_END, LZMA_OK } = liblzma
  const engine = engineOf(new liblzma.Xz({ chunkSize: 1, check: liblzma.check.CRC64, preset: level, threads: 1 }))
  const output = Buffer.alloc(OUTPUT_BYTES)
  const encode = (action: number, input: Buffer, offset: number) => {
    const length = Math.min(input.length - offset, MAX_INPUT_BYTES)
    const [status, left, room] = engine.codeSync(action, input, offset, length, output, 0)
    if (status !== LZMA_OK && status !== LZMA_STREAM_END) throw failure(liblzma, status)
    return { ended: status === LZMA_STREAM_END, used: length - left, piece: output.subarray(0, OUTPUT_BYTES - room) }
  }
  try {
    for await (const bytes of source) {
      const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let offset = 0; offset < input.length; ) {
        const { used, piece } = encode(LZMA_RUN, input, offset)
        offset += used
        if (piece.length > 0) yield new Uint8Array(piece)
      }
    }
    for (;;) {
      const { ended, piece } = encode(LZMA_FINISH, Buffer.alloc(0), 0)
      if (piece.length > 0) yield new Uint8Array(piece)
      if (ended) return
    }
  } finally {
    engine.close()
  }
}

function engineOf(stream: object): NativeLZMA {
  if ('lzma' in stream) return stream.lzma as NativeLZMA
  throw new OstreeError('UNSUPPORTED', { feature: 'this release of node-liblzma', hint: 'use 4.0' })
}

function failure(liblzma: Liblzma, status: number): OstreeError {
  const reasons: Readonly<Record<number, string>> = {
    [liblzma.LZMA_MEM_ERROR]: 'Out of memory',
    [liblzma.LZMA_FORMAT_ERROR]: 'File format not recognized',
    [liblzma.LZMA_OPTIONS_ERROR]: 'Invalid or unsupported options',
    [liblzma.LZMA_DATA_ERROR]: 'Data is corrupt',
    [liblzma.LZMA_BUF_ERROR]: 'Input buffer too small',
  }
  return new OstreeError('INVALID_ARCHIVE', { reason: reasons[status] ?? 'Unrecognized LZMA error' })
}
