// A public key as a packet. Facts: RFC 4880 section 5.5; version 4 is the only one that GnuPG 2 takes.

import { toHex } from '../../bytes/hex.ts'
import { PUBLIC_KEY } from './algorithms.ts'
import { digest } from './digest.ts'
import { readNumber } from './numbers.ts'
import { numberOf } from './subpackets.ts'

export interface KeyPacket {
  readonly isPrimary: boolean
  readonly createdAt: number
  readonly algorithm: number
  /** The body as far as it is the public key; what fingerprints and signatures are made over. */
  readonly body: Uint8Array
  /** The object identifier of an elliptic curve, in hex; `null` for other kinds. */
  readonly curve: string | null
  /** Without leading zeroes; empty for an unknown algorithm. */
  readonly numbers: readonly Uint8Array[]
  /** 40 digits, capitals. */
  readonly fingerprint: string
  /** The last 16 of them. */
  readonly keyId: string
}

/** Numbers in a key of each kind; a curve's name and key-derivation parameters are no numbers. */
const KEY_NUMBERS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 3: 2, 16: 3, 17: 4, 18: 1, 19: 1, 20: 3, 22: 1 }
const ON_CURVE: readonly number[] = [PUBLIC_KEY.ecdh, PUBLIC_KEY.ecdsa, PUBLIC_KEY.eddsa]
const MAX_BODY_BYTES = 256 * 1024

/** `'unknown-version'` is skipped by GnuPG, `'invalid'` spoils a keyring. */
export async function parseKey(
  body: Uint8Array,
  isPrimary: boolean,
): Promise<KeyPacket | 'unknown-version' | 'invalid'> {
  const version = body[0]
  if (version === undefined) return 'invalid'
  if (version !== 4) return 'unknown-version'
  if (body.length < 12 || body.length > MAX_BODY_BYTES) return 'invalid'
  const parts = readParts(body)
  if (parts === undefined) return 'invalid'
  const publicBody = body.subarray(0, parts.end)
  const fingerprint = toHex(await digest('sha1', hashedKey(publicBody))).toUpperCase()
  return {
    isPrimary,
    createdAt: numberOf(body.subarray(1, 5)),
    algorithm: body[5]!,
    body: publicBody,
    curve: parts.curve,
    numbers: parts.numbers,
    fingerprint,
    keyId: fingerprint.slice(-16),
  }
}

/** How a key goes into a digest. */
export function hashedKey(body: Uint8Array): readonly Uint8Array[] {
  return [Uint8Array.of(0x99, body.length >> 8, body.length & 0xff), body]
}

function readParts(body: Uint8Array) {
  const algorithm = body[5]!
  const count = KEY_NUMBERS[algorithm]
  if (count === undefined) return { curve: null, numbers: [], end: body.length }
  let at = 6
  let curve: string | null = null
  if (ON_CURVE.includes(algorithm)) {
    const field = sizedField(body, at)
    if (field === undefined) return undefined
    curve = toHex(field.bytes)
    at = field.end
  }
  const numbers: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const number = readNumber(body, at)
    if (number === undefined) return undefined
    numbers.push(number.bytes)
    at = number.end
  }
  if (algorithm === PUBLIC_KEY.ecdh) {
    const parameters = sizedField(body, at)
    if (parameters === undefined) return undefined
    at = parameters.end
  }
  return { curve, numbers, end: at }
}

/** A byte that counts, and as many bytes; 0 and 255 are reserved. */
function sizedField(body: Uint8Array, at: number) {
  const size = body[at]
  if (size === undefined || size === 0 || size === 0xff || at + 1 + size > body.length) return undefined
  return { bytes: body.subarray(at + 1, at + 1 + size), end: at + 1 + size }
}
