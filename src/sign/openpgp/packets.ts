// OpenPGP's framing: a tag, a length, a body. Facts: RFC 4880 section 4.2, and GnuPG as observed.

import { concatBytes } from '../../bytes/compare.ts'

export const TAG = {
  publicKeyEncrypted: 1,
  signature: 2,
  symmetricKeyEncrypted: 3,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  compressed: 8,
  encrypted: 9,
  literal: 11,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  encryptedIntegrity: 18,
  encryptedAead: 20,
} as const

export interface Packet {
  readonly tag: number
  readonly body: Uint8Array
  /** Header and body as they stand in the source. */
  readonly bytes: Uint8Array
  /** True where the source ends before the body does; `body` then holds what there is. */
  readonly cut: boolean
  /** What the header says that the body has; equals its size unless `cut`. */
  readonly declaredBytes: number
  /** True where the header leaves the length open, or tells it piece by piece. */
  readonly isOpen: boolean
}

/** Kinds whose length may be told piece by piece, or be left open. */
const MAY_BE_PARTIAL: readonly number[] = [TAG.compressed, TAG.encrypted, TAG.literal, TAG.encryptedIntegrity, 20]
const MAY_BE_OPEN: readonly number[] = [TAG.compressed, TAG.encrypted, TAG.literal]

/** The packets in order; `'invalid'` ends them where a header makes no sense, since nothing tells where the next is. */
export function* readPackets(bytes: Uint8Array): Generator<Packet | 'invalid'> {
  let offset = 0
  while (offset < bytes.length) {
    const packet = packetAt(bytes, offset)
    yield packet
    if (packet === 'invalid') return
    offset += packet.bytes.length
  }
}

/** The same without what is cut short or senseless: only whole packets. */
export function* wholePackets(bytes: Uint8Array): Generator<Packet> {
  for (const packet of readPackets(bytes)) {
    if (packet === 'invalid' || packet.cut) return
    yield packet
  }
}

function packetAt(bytes: Uint8Array, offset: number): Packet | 'invalid' {
  const first = bytes[offset]!
  if ((first & 0x80) === 0) return 'invalid'
  return (first & 0x40) === 0 ? oldPacketAt(bytes, offset, first) : newPacketAt(bytes, offset, first & 0x3f)
}

function oldPacketAt(bytes: Uint8Array, offset: number, first: number): Packet | 'invalid' {
  const tag = (first >> 2) & 0x0f
  if ((first & 3) === 3) {
    return MAY_BE_OPEN.includes(tag)
      ? { ...slice(bytes, offset, tag, 1, bytes.length - offset - 1), isOpen: true }
      : 'invalid'
  }
  const lengthBytes = 1 << (first & 3)
  const length = numberAt(bytes, offset + 1, lengthBytes)
  return length === undefined ? 'invalid' : slice(bytes, offset, tag, 1 + lengthBytes, length)
}

function newPacketAt(bytes: Uint8Array, offset: number, tag: number): Packet | 'invalid' {
  const length = newLengthAt(bytes, offset + 1)
  if (length === undefined) return 'invalid'
  if (!length.partial) return slice(bytes, offset, tag, 1 + length.headerBytes, length.bodyBytes)
  return MAY_BE_PARTIAL.includes(tag) ? partialPacket(bytes, offset, tag) : 'invalid'
}

interface NewLength {
  readonly headerBytes: number
  readonly bodyBytes: number
  readonly partial: boolean
}

function newLengthAt(bytes: Uint8Array, at: number): NewLength | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  if (first < 192) return { headerBytes: 1, bodyBytes: first, partial: false }
  if (first < 224) {
    const second = bytes[at + 1]
    if (second === undefined) return undefined
    return { headerBytes: 2, bodyBytes: (first - 192) * 256 + second + 192, partial: false }
  }
  if (first < 255) return { headerBytes: 1, bodyBytes: 2 ** (first & 0x1f), partial: true }
  const long = numberAt(bytes, at + 1, 4)
  return long === undefined ? undefined : { headerBytes: 5, bodyBytes: long, partial: false }
}

function partialPacket(bytes: Uint8Array, offset: number, tag: number): Packet {
  const pieces: Uint8Array[] = []
  let at = offset + 1
  let declaredBytes = 0
  let cut = false
  for (let more = true; more && !cut; ) {
    const length = newLengthAt(bytes, at)
    if (length === undefined) {
      cut = true
      break
    }
    const start = at + length.headerBytes
    pieces.push(bytes.subarray(start, start + length.bodyBytes))
    declaredBytes += length.bodyBytes
    at = start + length.bodyBytes
    cut = at > bytes.length
    more = length.partial
  }
  return { tag, body: concatBytes(pieces), bytes: bytes.subarray(offset, at), cut, declaredBytes, isOpen: true }
}

function slice(bytes: Uint8Array, offset: number, tag: number, headerBytes: number, declaredBytes: number): Packet {
  const start = offset + headerBytes
  const end = start + declaredBytes
  const body = bytes.subarray(start, end)
  return { tag, body, bytes: bytes.subarray(offset, end), cut: end > bytes.length, declaredBytes, isOpen: false }
}

function numberAt(bytes: Uint8Array, at: number, count: number): number | undefined {
  if (at + count > bytes.length) return undefined
  return bytes.subarray(at, at + count).reduce((number, byte) => number * 256 + byte, 0)
}
