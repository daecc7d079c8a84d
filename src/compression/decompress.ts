// Opens a stream that may be compressed, more than once even, as libarchive does: by its first bytes alone.

import { OstreeError } from '../errors.ts'
import type { Awaitable } from '../operation.ts'
import { BufferedSource, type ByteStream } from './buffered-source.ts'
import {
  type Compression,
  DETECTION_BYTES,
  type Decoder,
  type Decoders,
  detectCompression,
  detectForeignCompression,
} from './codecs.ts'

/** libarchive's own limit. */
const MAX_LAYERS = 25

export interface DecompressOptions {
  /** Used instead of the portable ones. */
  readonly decoders?: Decoders | undefined
  /** Called after each decoded piece, so that a stream that expands enormously does not hold up everything else. */
  readonly breathe?: (() => Awaitable<void>) | undefined
}

export interface Decompressed {
  readonly stream: BufferedSource
  readonly isCompressed: boolean
}

const PORTABLE: { readonly [C in Compression]: () => Promise<Decoder> } = {
  gzip: async () => (await import('./gzip.ts')).gunzip,
  xz: async () => (await import('./xz.ts')).unxz,
  zstd: async () => (await import('./zstd.ts')).unzstd,
}

/**
 * The stream without its compression; one that is not compressed comes back as it is.
 * @throws {@link OstreeError} `INVALID_ARCHIVE` for too many layers (and, while it is read, for damaged data);
 *   `UNSUPPORTED` for a compression that is recognised but not decoded.
 */
export async function decompress(source: ByteStream, options: DecompressOptions = {}): Promise<Decompressed> {
  let layer = new BufferedSource(source)
  for (let layers = 0; layers < MAX_LAYERS; layers++) {
    const head = await layer.peek(DETECTION_BYTES)
    const compression = detectCompression(head)
    if (compression === undefined) {
      refuseForeign(head)
      return { stream: layer, isCompressed: layers > 0 }
    }
    const decoder = options.decoders?.[compression] ?? (await PORTABLE[compression]())
    layer = new BufferedSource(breathing(decoder(layer), options.breathe))
  }
  throw new OstreeError('INVALID_ARCHIVE', { reason: 'Input requires too many filters for decoding' })
}

function refuseForeign(head: Uint8Array): void {
  const name = detectForeignCompression(head)
  if (name === undefined) return
  throw new OstreeError('UNSUPPORTED', {
    feature: `${name} compression`,
    hint: 'decompress it first, or use gzip, xz or zstd',
  })
}

async function* breathing(
  pieces: AsyncIterable<Uint8Array>,
  breathe: DecompressOptions['breathe'],
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of pieces) {
    yield piece
    await breathe?.()
  }
}
