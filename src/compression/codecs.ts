// The compressions that archives come in: how each is recognised by its first bytes, as libarchive recognises it, and
// which of them are decoded here. Facts: the formats' own specifications and libarchive's filters.

import type { ByteStream } from './buffered-source.ts'

export type Compression = 'gzip' | 'xz' | 'zstd'

/** Decodes a stream piece by piece, in memory that does not grow with it. Fails with INVALID_ARCHIVE. */
export type Decoder = (source: ByteStream) => AsyncIterable<Uint8Array>

/** What decodes each compression; a platform may bring faster ones than the portable ones of this folder. */
export type Decoders = { readonly [C in Compression]?: Decoder }

/** Enough to recognise any of them. */
export const DETECTION_BYTES = 14

const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((value, i) => bytes[i] === value)
const startsWithText = (bytes: Uint8Array, text: string): boolean =>
  startsWith(bytes, ...Array.from(text, (character) => character.charCodeAt(0)))

const SKIPPABLE_FRAME = (bytes: Uint8Array): boolean =>
  (bytes[0]! & 0xf0) === 0x50 && startsWith(bytes.subarray(1), 0x2a, 0x4d, 0x18)

/** Decoded here. Reserved flag bits (the upper three) make it something else than gzip. */
const DECODED: { readonly [C in Compression]: (bytes: Uint8Array) => boolean } = {
  gzip: (bytes) => bytes.length >= 10 && startsWith(bytes, 0x1f, 0x8b, 0x08) && (bytes[3]! & 0xe0) === 0,
  xz: (bytes) => startsWith(bytes, 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00),
  zstd: (bytes) => bytes.length >= 8 && (startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd) || SKIPPABLE_FRAME(bytes)),
}

/** Read by libarchive, not by us. */
const NOT_DECODED: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  bzip2: (bytes) => startsWithText(bytes, 'BZh') && bytes[3]! >= 0x31 && bytes[3]! <= 0x39 && bytes.length >= 14,
  compress: (bytes) => startsWith(bytes, 0x1f, 0x9d),
  lzip: (bytes) => startsWithText(bytes, 'LZIP') && bytes[4]! <= 1,
  lzma: (bytes) => isLzmaAlone(bytes),
  lz4: (bytes) => startsWith(bytes, 0x04, 0x22, 0x4d, 0x18) || startsWith(bytes, 0x02, 0x21, 0x4c, 0x18),
  lzop: (bytes) => startsWith(bytes, 0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a, 0x1a, 0x0a),
  lrzip: (bytes) => startsWithText(bytes, 'LRZI'),
  rpm: (bytes) => startsWith(bytes, 0xed, 0xab, 0xee, 0xdb),
  uuencode: (bytes) => startsWithText(bytes, 'begin '),
}

/** Raw LZMA has no magic: a likely first byte, a power of two as dictionary and an unknown size must do. */
function isLzmaAlone(bytes: Uint8Array): boolean {
  if (bytes.length < 14 || (bytes[0] !== 0x5d && bytes[0] !== 0x5e)) return false
  if (!bytes.subarray(5, 13).every((value) => value === 0xff)) return false
  const dictionary = (bytes[1]! | (bytes[2]! << 8) | (bytes[3]! << 16) | (bytes[4]! << 24)) >>> 0
  return dictionary >= 0x1000 && dictionary <= 0x08000000 && (dictionary & (dictionary - 1)) === 0
}

/** The compression of a stream that starts with `bytes`, or `undefined` for one that is not compressed. */
export function detectCompression(bytes: Uint8Array): Compression | undefined {
  return (Object.keys(DECODED) as Compression[]).find((name) => DECODED[name](bytes))
}

/** The name of a compression that libarchive would read and we do not. */
export function detectForeignCompression(bytes: Uint8Array): string | undefined {
  return Object.keys(NOT_DECODED).find((name) => NOT_DECODED[name]!(bytes))
}
