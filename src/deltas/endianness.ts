// Which byte order the sizes in a superblock have: by an early mistake, that of the machine that made it. Newer deltas say
// so in their metadata; of older ones it is guessed. Facts: spec/static-deltas.md#endianness

import type { ByteOrder } from '../bytes/byte-order.ts'
import type { Metadata } from '../objects/commit.ts'

export interface DeltaEndianness {
  /** How the numbers are read. */
  readonly byteOrder: ByteOrder
  /** As `static-delta show` tells it. `invalid`: neither stated nor to be guessed, so read as little-endian. */
  readonly description: 'little' | 'big' | 'big (heuristic)' | 'invalid'
}

const STATED: ReadonlyMap<number, DeltaEndianness> = new Map([
  [0x6c, { byteOrder: 'little', description: 'little' }], // l
  [0x42, { byteOrder: 'big', description: 'big' }], // B
])
const INVALID: DeltaEndianness = { byteOrder: 'little', description: 'invalid' }

/** Compression never makes a part larger than this many times its content. */
const MAX_RATIO = 1.2
/** No object is that large on average. */
const MAX_AVERAGE_BYTES = 0xffff_ffffn

interface PartSizes {
  readonly sizeBytes: bigint
  readonly unpackedBytes: bigint
  readonly objects: readonly unknown[]
}

/** @param fields - A superblock, read as little-endian. */
export function detectEndianness(fields: {
  readonly metadata: Metadata
  readonly parts: readonly PartSizes[]
}): DeltaEndianness {
  const entry = fields.metadata.find(([key, value]) => key === 'ostree.endianness' && value.type === 'y')
  if (entry !== undefined) return STATED.get(Number(entry[1].value)) ?? INVALID
  return looksSwapped(fields.parts) ? { byteOrder: 'big', description: 'big (heuristic)' } : INVALID
}

function looksSwapped(parts: readonly PartSizes[]): boolean {
  let totalBytes = 0n
  let objects = 0n
  for (const { sizeBytes, unpackedBytes, objects: made } of parts) {
    objects += BigInt(made.length)
    totalBytes = BigInt.asUintN(64, totalBytes + sizeBytes)
    if (sizeBytes > unpackedBytes && Number(sizeBytes) / Number(unpackedBytes) > MAX_RATIO) return true
  }
  return objects > 0n && totalBytes / objects > MAX_AVERAGE_BYTES
}
