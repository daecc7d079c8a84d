// A signed delta: the superblock's bytes wrapped together with signatures over them.
// Facts: spec/static-deltas.md#signed-deltas

import { bytes, decode, encode, struct, u64be, type ValueOf } from '../gvariant/schema.ts'
import { METADATA, type Metadata } from '../objects/commit.ts'
import { parseSuperblock, type Superblock } from './superblock.ts'

/** `OSTSGNDT`, so the file starts with these letters. */
export const SIGNED_DELTA_MAGIC = 0x4f53_5453_474e_4454n
const MAGIC_BYTES = Uint8Array.of(0x4f, 0x53, 0x54, 0x53, 0x47, 0x4e, 0x44, 0x54)

export const SIGNED_DELTA = struct('(taya{sv})', {
  magic: u64be,
  superblock: bytes,
  /** Under the key of each kind of signature, such as `ostree.sign.ed25519`, what a commit's detached metadata has. */
  signatures: METADATA,
})
export type SignedDelta = ValueOf<typeof SIGNED_DELTA>

const SIGNATURE_PREFIX = 'ostree.sign.'

export interface DeltaFile {
  readonly superblock: Superblock
  /** The bytes that are signed. */
  readonly superblockBytes: Uint8Array
  /** `null` for a delta without the wrapper, or with no signature in it. */
  readonly signatures: Metadata | null
}

/**
 * Reads a `superblock` file, signed or not.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function parseDeltaFile(data: Uint8Array): DeltaFile {
  const { superblockBytes, signatures } = unwrapDelta(data)
  return { superblock: parseSuperblock(superblockBytes), superblockBytes, signatures }
}

/** Takes the wrapper off, if there is one. */
export function unwrapDelta(data: Uint8Array): Omit<DeltaFile, 'superblock'> {
  if (!MAGIC_BYTES.every((byte, index) => data[index] === byte)) return { superblockBytes: data, signatures: null }
  const { superblock, signatures } = decode(SIGNED_DELTA, data, 'signed delta')
  const signed = signatures.some(([key]) => key.startsWith(SIGNATURE_PREFIX))
  return { superblockBytes: superblock, signatures: signed ? signatures : null }
}

export const encodeSignedDelta = (superblock: Uint8Array, signatures: Metadata): Uint8Array =>
  encode(SIGNED_DELTA, { magic: SIGNED_DELTA_MAGIC, superblock, signatures }, 'signed delta')
