// A part of a static delta: one byte for its compression, then the tables, the data and the operations.
// Facts: spec/static-deltas.md#parts

import { array, bytes, encode, struct, u8, u32be, type ValueOf } from '../gvariant/schema.ts'
import { XATTRS } from '../objects/xattrs.ts'

/** The part's first byte. */
export const PART_COMPRESSION = { none: 0x00, xz: 0x78 } as const

/** Owner and mode of a file. */
export const PART_MODE = struct('(uuu)', { uid: u32be, gid: u32be, mode: u32be })
export type PartMode = ValueOf<typeof PART_MODE>
export const PART_MODES = array(PART_MODE)
export const PART_XATTRS = array(XATTRS)

/** What a part holds once it is decompressed. */
export const PART_PAYLOAD = struct('(a(uuu)aa(ayay)ayay)', {
  modes: PART_MODES,
  xattrs: PART_XATTRS,
  /** Contents, pieces of contents, patches and checksums of sources: whatever the operations point to. */
  data: bytes,
  operations: bytes,
})
export type PartPayload = ValueOf<typeof PART_PAYLOAD>

export const encodePartPayload = (payload: PartPayload): Uint8Array => encode(PART_PAYLOAD, payload, 'delta part')

/** A part that is kept in the superblock's metadata: the file's bytes, in two fields. */
export const INLINE_PART = struct('(yay)', { compression: u8, data: bytes })
