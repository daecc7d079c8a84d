// One signature, taken apart as GnuPG does it, so that what GnuPG refuses is refused here. Facts: RFC 4880 section 5.2.

import { toHex } from '../../bytes/hex.ts'
import { SIGNATURE_NUMBERS } from './algorithms.ts'
import { readNumber } from './numbers.ts'
import type { Packet } from './packets.ts'
import { bodyOf, hasUnknownCritical, numberOf, SUBPACKET } from './subpackets.ts'

export const SIGNATURE_CLASS = {
  binary: 0x00,
  text: 0x01,
  standalone: 0x02,
  direct: 0x1f,
  revokeKey: 0x20,
  bindSubkey: 0x18,
  backSignature: 0x19,
  revokeSubkey: 0x28,
  revokeUserId: 0x30,
} as const

export interface SignaturePacket {
  readonly version: number
  readonly signatureClass: number
  readonly publicKeyAlgorithm: number
  readonly digestAlgorithm: number
  /** Seconds since the epoch; 0 where it is not told. */
  readonly createdAt: number
  /** 0 where it never expires. */
  readonly expiresAt: number
  /** 16 digits; zeroes where it is not told. */
  readonly keyId: string
  readonly issuerFingerprint: string | null
  readonly hashed: Uint8Array
  readonly unhashed: Uint8Array
  /** What is hashed after the signed data. */
  readonly trailer: Uint8Array
  /** Big-endian numbers of the signature proper; empty for an unknown algorithm. */
  readonly numbers: readonly Uint8Array[]
  readonly unknownCritical: boolean
  readonly exportable: boolean
}

/** What is wrong: senseless bytes, or an end where bytes should be. */
export type UnreadableSignature = 'invalid' | 'ended'

/** A longer area is not looked at. */
const MAX_AREA_BYTES = 10_000
/** A signature by an unknown algorithm may be this long. */
const MAX_OPAQUE_BYTES = 10_240
const MINIMUM_BYTES = 16
const NO_BYTES = new Uint8Array(0)

export function parseSignature(packet: Pick<Packet, 'body' | 'declaredBytes'>): SignaturePacket | UnreadableSignature {
  if (packet.declaredBytes < MINIMUM_BYTES) return NOTHING_TOLD
  const version = packet.body[0] ?? 0xff
  if (version === 2 || version === 3) return parseVersion3(packet)
  return version === 4 ? parseVersion4(packet) : 'invalid'
}

/** What GnuPG makes of a signature that is too short to say anything. */
const NOTHING_TOLD: SignaturePacket = {
  version: 0,
  signatureClass: 0,
  publicKeyAlgorithm: 0,
  digestAlgorithm: 0,
  createdAt: 0,
  expiresAt: 0,
  keyId: '0'.repeat(16),
  issuerFingerprint: null,
  hashed: NO_BYTES,
  unhashed: NO_BYTES,
  trailer: NO_BYTES,
  numbers: [],
  unknownCritical: false,
  exportable: true,
}

function parseVersion3({ body, declaredBytes }: Pick<Packet, 'body' | 'declaredBytes'>) {
  if (declaredBytes < 19 || body.length < 19) return 'invalid'
  const publicKeyAlgorithm = body[15]!
  const numbers = readNumbers(body, 19, declaredBytes, publicKeyAlgorithm)
  if (numbers === 'invalid') return numbers
  return {
    ...NOTHING_TOLD,
    version: body[0]!,
    signatureClass: body[2]!,
    publicKeyAlgorithm,
    digestAlgorithm: body[16]!,
    createdAt: numberOf(body.subarray(3, 7)),
    keyId: toHex(body.subarray(7, 15)).toUpperCase(),
    trailer: body.subarray(2, 7),
    numbers,
  }
}

function parseVersion4({ body, declaredBytes }: Pick<Packet, 'body' | 'declaredBytes'>) {
  const hashedArea = areaAt(body, 4, declaredBytes)
  if (typeof hashedArea === 'string') return hashedArea
  const unhashedArea = areaAt(body, hashedArea.end, declaredBytes)
  if (typeof unhashedArea === 'string') return unhashedArea
  if (unhashedArea.end + 2 > Math.min(declaredBytes, body.length)) return 'invalid'
  const publicKeyAlgorithm = body[2]!
  const numbers = readNumbers(body, unhashedArea.end + 2, declaredBytes, publicKeyAlgorithm)
  if (numbers === 'invalid') return numbers
  return {
    version: 4,
    signatureClass: body[1]!,
    publicKeyAlgorithm,
    digestAlgorithm: body[3]!,
    trailer: trailerOf(body.subarray(0, hashedArea.end)),
    numbers,
    ...toldBy(publicKeyAlgorithm, hashedArea.bytes, unhashedArea.bytes),
  }
}

/** GnuPG looks into the areas only where there is a public-key algorithm at all. */
function toldBy(publicKeyAlgorithm: number, hashed: Uint8Array, unhashed: Uint8Array) {
  const { createdAt, expiresAt, keyId, issuerFingerprint, unknownCritical, exportable } = NOTHING_TOLD
  const issuerFpr = issuerFingerprintIn(hashed)
  if (publicKeyAlgorithm === 0) {
    const told = { createdAt, expiresAt, keyId, issuerFingerprint, unknownCritical, exportable }
    return { ...told, issuerFingerprint: issuerFpr, hashed, unhashed }
  }
  const created = numberIn(hashed, SUBPACKET.created) ?? 0
  const lifetime = numberIn(hashed, SUBPACKET.signatureExpires) ?? 0
  const issuer = bodyOf(hashed, SUBPACKET.issuer) ?? bodyOf(unhashed, SUBPACKET.issuer)
  const exportFlag = bodyOf(hashed, SUBPACKET.exportable) ?? bodyOf(unhashed, SUBPACKET.exportable)
  return {
    createdAt: created,
    expiresAt: lifetime === 0 ? 0 : (created + lifetime) % 2 ** 32,
    keyId: issuer === undefined ? keyId : toHex(issuer.subarray(0, 8)).toUpperCase(),
    issuerFingerprint: issuerFpr,
    unknownCritical: hasUnknownCritical(hashed) || hasUnknownCritical(unhashed),
    exportable: exportFlag?.[0] !== 0,
    hashed,
    unhashed,
  }
}

function issuerFingerprintIn(hashed: Uint8Array): string | null {
  const body = bodyOf(hashed, SUBPACKET.issuerFingerprint)
  return body?.length === 21 && body[0] === 4 ? toHex(body.subarray(1)).toUpperCase() : null
}

/** A 32-bit number that a subpacket of the hashed area starts with. */
export function numberIn(hashed: Uint8Array, type: number): number | undefined {
  const body = bodyOf(hashed, type)
  return body && numberOf(body.subarray(0, 4))
}

function areaAt(body: Uint8Array, at: number, declaredBytes: number) {
  if (at + 2 > declaredBytes || at + 2 > body.length) return 'invalid'
  const length = numberOf(body.subarray(at, at + 2))
  const start = at + 2
  if (start + length > declaredBytes || length > MAX_AREA_BYTES) return 'invalid'
  if (start + length > body.length) return 'ended'
  return { bytes: body.subarray(start, start + length), end: start + length }
}

function trailerOf(hashedPart: Uint8Array): Uint8Array {
  const trailer = new Uint8Array(hashedPart.length + 6)
  trailer.set(hashedPart)
  const view = new DataView(trailer.buffer)
  view.setUint16(hashedPart.length, 0x04ff)
  view.setUint32(hashedPart.length + 2, hashedPart.length)
  return trailer
}

function readNumbers(body: Uint8Array, start: number, declaredBytes: number, algorithm: number) {
  const count = SIGNATURE_NUMBERS[algorithm]
  if (count === undefined) return declaredBytes - start > MAX_OPAQUE_BYTES ? 'invalid' : []
  const numbers: Uint8Array[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const number = readNumber(body, at)
    if (number === undefined) return 'invalid'
    numbers.push(number.bytes)
    at = number.end
  }
  return numbers
}
