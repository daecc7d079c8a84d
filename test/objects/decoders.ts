// Every decoder of an object, with the encoder of the same format, and values for both.

import fc from 'fast-check'
import { toHex } from '../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import type { Checksum } from '../../src/objects/checksum.ts'
import { decodeCommit, decodeDetachedMetadata, encodeCommit, encodeDetachedMetadata } from '../../src/objects/commit.ts'
import { decodeDirmeta, encodeDirmeta } from '../../src/objects/dirmeta.ts'
import { decodeDirtree, encodeDirtree } from '../../src/objects/dirtree.ts'
import {
  decodeArchiveFileHeader,
  decodeBareUserMetadata,
  decodeFileHeader,
  encodeArchiveFileHeader,
  encodeBareUserMetadata,
  encodeFileHeader,
  FRAME_BYTES,
} from '../../src/objects/file-header.ts'
import { decodeSummary, encodeSummary } from '../../src/objects/summary.ts'
import { canonicalXattrs, decodeXattrs, encodeXattrs, type Xattrs } from '../../src/objects/xattrs.ts'

export interface Format<T = unknown> {
  readonly name: string
  readonly decode: (data: Uint8Array) => T
  readonly encode: (value: T) => Uint8Array
  /** Values as decoders answer them. */
  readonly values: fc.Arbitrary<T>
}

function format<T>(
  name: string,
  decode: (data: Uint8Array) => T,
  encode: (value: T) => Uint8Array,
  values: fc.Arbitrary<T>,
): Format {
  return { name, decode, encode: (value) => encode(value as T), values }
}

const checksum = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes) as Checksum)
const u32 = fc.nat({ max: 0xffff_ffff })
const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => !/\0|\p{Surrogate}/u.test(value))
const fileName = text.filter((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('/'))
const xattrName = fc.uint8Array({ minLength: 1, maxLength: 9 }).filter((name) => !name.includes(0))
const byName = <T extends { readonly name: string }>(list: T[]): T[] =>
  list.sort((a, b) => Buffer.compare(encodeUtf8(a.name), encodeUtf8(b.name)))

const xattrs: fc.Arbitrary<Xattrs> = fc
  .uniqueArray(fc.record({ name: xattrName, value: fc.uint8Array({ maxLength: 9 }) }), {
    selector: ({ name }) => toHex(name),
    maxLength: 4,
  })
  .map(canonicalXattrs)

/** `a{sv}` of some types. */
const metadata = fc.array(
  fc.tuple(
    text.filter((key) => key !== ''),
    fc.oneof(
      text.map((value) => ({ type: 's', value })),
      u32.map((value) => ({ type: 'u', value })),
      fc.array(text).map((value) => ({ type: 'as', value })),
    ),
  ),
  { maxLength: 4 },
)

const ownership = { uid: u32, gid: u32 }
const permissions = fc.nat({ max: 0o7777 })
const fileInfo = fc.oneof(
  fc.record({ ...ownership, mode: permissions.map((bits) => 0o100000 | bits), symlinkTarget: fc.constant(''), xattrs }),
  fc.record({ ...ownership, mode: fc.constant(0o120777), symlinkTarget: text, xattrs }),
)

export const FORMATS: readonly Format[] = [
  format(
    'commit',
    decodeCommit,
    encodeCommit,
    fc.record({
      metadata,
      parentChecksum: fc.option(checksum),
      relatedObjects: fc.array(fc.record({ name: text, checksum }), { maxLength: 2 }),
      subject: text,
      body: text,
      timestamp: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      rootTreeContents: checksum,
      rootTreeMetadata: checksum,
    }),
  ),
  format('commitmeta', decodeDetachedMetadata, encodeDetachedMetadata, metadata),
  format(
    'dirtree',
    decodeDirtree,
    encodeDirtree,
    fc.record({
      files: fc.array(fc.record({ name: fileName, checksum }), { maxLength: 9 }).map(byName),
      directories: fc
        .array(fc.record({ name: fileName, treeChecksum: checksum, metaChecksum: checksum }), { maxLength: 9 })
        .map(byName),
    }),
  ),
  format(
    'dirmeta',
    decodeDirmeta,
    encodeDirmeta,
    fc.record({ ...ownership, mode: permissions.map((bits) => 0o40000 | bits), xattrs }),
  ),
  format('file header', decodeFileHeader, (info) => encodeFileHeader(info).subarray(FRAME_BYTES), fileInfo),
  format(
    'archive file header',
    decodeArchiveFileHeader,
    (info) => encodeArchiveFileHeader(info, info.sizeBytes).subarray(FRAME_BYTES),
    fc.tuple(fileInfo, fc.maxSafeNat()).map(([info, sizeBytes]) => ({ ...info, sizeBytes })),
  ),
  format(
    'bare-user metadata',
    decodeBareUserMetadata,
    encodeBareUserMetadata,
    fc.record({ ...ownership, mode: u32, xattrs }),
  ),
  format('file-xattrs', decodeXattrs, encodeXattrs, xattrs),
  format(
    'summary',
    decodeSummary,
    encodeSummary,
    fc.record({
      refs: fc.array(
        fc.record({
          name: text,
          commit: fc.record({
            sizeBytes: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
            checksum: fc.uint8Array({ maxLength: 33 }),
            metadata,
          }),
        }),
        { maxLength: 4 },
      ),
      metadata,
    }),
  ),
]
