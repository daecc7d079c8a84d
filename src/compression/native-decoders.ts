// The decoders that a platform brings: faster than the portable ones, and off the main thread.

import type { Platform } from '../platform/types.ts'
import type { Decoders } from './codecs.ts'
import { type FrameUnit, unzstd } from './zstd.ts'

export function nativeDecoders({ gunzip, unzstdFrame }: Pick<Platform, 'gunzip' | 'unzstdFrame'>): Decoders {
  return {
    ...(gunzip === undefined ? {} : { gzip: gunzip }),
    ...(unzstdFrame === undefined ? {} : { zstd: (source) => unzstd(source, (units) => unzstdFrame(bytesOf(units))) }),
  }
}

async function* bytesOf(units: AsyncIterable<FrameUnit>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of units) yield bytes
}
