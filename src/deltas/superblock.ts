// The superblock of a static delta: the commit it leads to, its parts with the objects they make, and the objects to
// fetch one by one. Facts: spec/static-deltas.md#superblock

import type { ByteOrder } from '../bytes/byte-order.ts'
import { toHex } from '../bytes/hex.ts'
import { OstreeError } from '../errors.ts'
import {
  array,
  bytes,
  decode,
  encode,
  mapped,
  struct,
  u8,
  u32be,
  u32le,
  u64be,
  u64le,
  type ValueOf,
} from '../gvariant/schema.ts'
import { CHECKSUM_BYTES, type Checksum, checksum, checksumToBytes, optionalChecksum } from '../objects/checksum.ts'
import { COMMIT, encodeCommit, METADATA } from '../objects/commit.ts'
import { OBJECT_TYPE, type ObjectName, type ObjectType } from '../objects/object-name.ts'
import { type DeltaEndianness, detectEndianness } from './endianness.ts'

/** The newest layout of parts that is understood. */
export const PART_VERSION = 0

/** A type's code and a checksum. */
const OBJECT_ENTRY_BYTES = 1 + CHECKSUM_BYTES

const TYPE_BY_CODE: ReadonlyMap<number, ObjectType> = new Map(
  Object.entries(OBJECT_TYPE).map(([type, { code }]) => [code, type as ObjectType]),
)

function parseObjectType(code: number): ObjectType {
  const type = TYPE_BY_CODE.get(code)
  if (type === undefined) throw invalid(`Invalid object type '${code}'`)
  return type
}

/** The objects that a part makes, in the order in which it makes them. */
const objectList = mapped(
  bytes,
  (packed): readonly ObjectName[] => {
    if (packed.length % OBJECT_ENTRY_BYTES !== 0) throw invalid(`Invalid checksum array length ${packed.length}`)
    return Array.from({ length: packed.length / OBJECT_ENTRY_BYTES }, (_, index) => {
      const entry = packed.subarray(index * OBJECT_ENTRY_BYTES, (index + 1) * OBJECT_ENTRY_BYTES)
      return { type: parseObjectType(entry[0]!), checksum: toHex(entry.subarray(1)) as Checksum }
    })
  },
  (objects) => {
    const packed = new Uint8Array(objects.length * OBJECT_ENTRY_BYTES)
    objects.forEach(({ type, checksum: name }, index) => {
      packed[index * OBJECT_ENTRY_BYTES] = OBJECT_TYPE[type].code
      packed.set(checksumToBytes(name), index * OBJECT_ENTRY_BYTES + 1)
    })
    return packed
  },
)

const objectType = mapped(u8, parseObjectType, (type) => OBJECT_TYPE[type].code)

/** Numbers of these two formats are in the byte order that the superblock's metadata tells. */
const partEntry = (u32: typeof u32le, u64: typeof u64le) =>
  struct('(uayttay)', {
    version: u32,
    /** SHA-256 of the part as it is stored, its compression byte included. */
    checksum,
    /** Bytes of the part as it is stored. */
    sizeBytes: u64,
    /** Bytes of content of the objects it makes; targets of symbolic links may be left out. */
    unpackedBytes: u64,
    objects: objectList,
  })
export type PartEntry = ValueOf<ReturnType<typeof partEntry>>

const fallbackEntry = (u64: typeof u64le) =>
  struct('(yaytt)', {
    type: objectType,
    checksum,
    /** Bytes of the object in an archive repository. */
    sizeBytes: u64,
    unpackedBytes: u64,
  })
export type FallbackEntry = ValueOf<ReturnType<typeof fallbackEntry>>

const superblock = (u32: typeof u32le, u64: typeof u64le) =>
  struct('(a{sv}tayay(a{sv}aya(say)sstayay)aya(uayttay)a(yaytt))', {
    metadata: METADATA,
    /** Seconds since the epoch; big-endian in every delta. */
    timestamp: u64be,
    from: optionalChecksum,
    to: checksum,
    commit: COMMIT,
    /** Pairs of checksums of deltas to apply before; no release has ever written any. */
    dependencies: bytes,
    parts: array(partEntry(u32, u64)),
    fallbacks: array(fallbackEntry(u64)),
  })

export const SUPERBLOCK = { little: superblock(u32le, u64le), big: superblock(u32be, u64be) } as const
export type SuperblockFields = ValueOf<typeof SUPERBLOCK.little>

export interface Superblock extends SuperblockFields {
  readonly endianness: DeltaEndianness
}

/** Keys of the metadata. Inline parts and detached metadata are kept under the paths they would have as files. */
export const SUPERBLOCK_KEY = { endianness: 'ostree.endianness' } as const

/**
 * Reads a superblock in either byte order. The commit in it is well formed, but whether it hashes to `to` is checked when
 * it is stored. Byte arrays in the result share memory with `data`.
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function parseSuperblock(data: Uint8Array): Superblock {
  const fields = decode(SUPERBLOCK.little, data, 'delta superblock')
  const endianness = detectEndianness(fields)
  if (endianness.byteOrder === 'little') return { ...fields, endianness }
  return { ...decode(SUPERBLOCK.big, data, 'delta superblock'), endianness }
}

export const encodeSuperblock = (fields: SuperblockFields, byteOrder: ByteOrder): Uint8Array =>
  encode(SUPERBLOCK[byteOrder], fields, 'delta superblock')

/** The bytes of the commit object that the delta leads to. */
export const superblockCommit = ({ commit }: SuperblockFields): Uint8Array => encodeCommit(commit)

/** How many deltas are to be applied before this one. */
export const countDependencies = ({ dependencies }: SuperblockFields): number =>
  Math.floor(dependencies.length / (2 * CHECKSUM_BYTES))

/** @throws {@link OstreeError} `FAILED` for a part that a later release made. */
export function requireKnownVersion({ version }: PartEntry): void {
  if (version <= PART_VERSION) return
  throw new OstreeError('FAILED', { reason: `Delta part has too new version ${version}` })
}

function invalid(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: '', path: '', reason })
}
