// SHA-256 identities of objects: 64 lowercase hex digits in text, 32 bytes on disk. Facts: spec/objects.md#checksums

import { fromHex, toHex } from '../bytes/hex.ts'
import { OstreeError } from '../errors.ts'
import { bytes, mapped } from '../gvariant/schema.ts'

declare const checksumBrand: unique symbol
/** SHA-256 of an object's canonical bytes: 64 lowercase hex digits. */
export type Checksum = string & { readonly [checksumBrand]: true }

export const CHECKSUM_BYTES = 32

const CHECKSUM_TEXT = /^[0-9a-f]{64}$/

export function isChecksum(text: string): text is Checksum {
  return CHECKSUM_TEXT.test(text)
}

/** @throws {@link OstreeError} `INVALID_CHECKSUM` */
export function parseChecksum(text: string): Checksum {
  if (!isChecksum(text)) throw new OstreeError('INVALID_CHECKSUM', { text })
  return text
}

export function checksumFromBytes(digest: Uint8Array): Checksum {
  return parseChecksum(toHex(digest))
}

export function checksumToBytes(checksum: Checksum): Uint8Array {
  return fromHex(checksum)
}

function decodeChecksum(value: Uint8Array): Checksum {
  if (value.length !== CHECKSUM_BYTES) {
    throw new OstreeError('INVALID_FORMAT', {
      format: '',
      path: '',
      reason: `Invalid checksum of length ${value.length} expected ${CHECKSUM_BYTES}`,
    })
  }
  return toHex(value) as Checksum
}

/** An `ay` field of exactly 32 bytes. */
export const checksum = mapped(bytes, decodeChecksum, checksumToBytes)

/** An `ay` field of 32 bytes, or of none. */
export const optionalChecksum = mapped(
  bytes,
  (value): Checksum | null => (value.length === 0 ? null : decodeChecksum(value)),
  (value) => (value === null ? new Uint8Array(0) : checksumToBytes(value)),
)
