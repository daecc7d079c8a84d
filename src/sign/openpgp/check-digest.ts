// The mathematics of a signature, by the openpgp package, below its own policy: whether a digest was signed by a key,
// whatever their sizes and ages. What GnuPG thinks of those is decided in check-signature.ts.

import { concatBytes } from '../../bytes/compare.ts'
import { fromHex } from '../../bytes/hex.ts'
import { digestOf, PUBLIC_KEY } from './algorithms.ts'
import type { KeyPacket } from './key-packet.ts'
import { bitsOf, encodeNumber } from './numbers.ts'
import type { SignaturePacket } from './signature-packet.ts'

/** `mismatched`: this key can make no signature over this digest. `malformed`: numbers that are out of range. */
export type DigestVerdict = 'good' | 'bad' | 'mismatched' | 'malformed' | 'unsupported'

const ED25519 = '2b06010401da470f01'
const EDDSA_NUMBER_BYTES = 32
/** Stands before a point in its curve's own form. */
const NATIVE_POINT = 0x40
const MIN_SUBGROUP_BITS = 160
const MAX_SUBGROUP_BITS = 512

export async function checkDigest(
  key: KeyPacket,
  signature: Pick<SignaturePacket, 'digestAlgorithm' | 'numbers'>,
  digest: Uint8Array,
): Promise<DigestVerdict> {
  switch (key.algorithm) {
    case PUBLIC_KEY.rsa:
    case PUBLIC_KEY.rsaSign:
      return signature.numbers.length < 1 ? 'malformed' : verify(key, signature, 1, digest)
    case PUBLIC_KEY.dsa:
    case PUBLIC_KEY.ecdsa:
      if (!fitsSubgroup(key, signature.digestAlgorithm)) return 'mismatched'
      return signature.numbers.length < 2 ? 'malformed' : verify(key, signature, 2, digest)
    case PUBLIC_KEY.eddsa:
      if (key.curve !== ED25519 || !areEddsaNumbers(signature.numbers)) return 'malformed'
      return verifyEddsa(key, signature.numbers, digest)
    default:
      return 'unsupported'
  }
}

function fitsSubgroup(key: KeyPacket, digestAlgorithm: number): boolean {
  const bits = Math.min(subgroupBits(key), MAX_SUBGROUP_BITS)
  return bits % 8 === 0 && bits >= MIN_SUBGROUP_BITS && (digestOf(digestAlgorithm)?.bytes ?? 0) >= bits / 8
}

/** The size of q: told by a DSA key, and by how long a point on an ECDSA key's curve is. */
function subgroupBits({ algorithm, numbers }: KeyPacket): number {
  if (algorithm === PUBLIC_KEY.dsa) return bitsOf(numbers[1] ?? new Uint8Array(0))
  const bits = bitsOf(numbers[0] ?? new Uint8Array(0))
  const rounded = bits % 8 > 3 ? bits + 8 - (bits % 8) : bits - (bits % 8)
  return rounded / 2
}

function areEddsaNumbers(numbers: readonly Uint8Array[]): boolean {
  return numbers.length >= 2 && numbers.every(({ length }) => length > 0 && length <= EDDSA_NUMBER_BYTES)
}

/** Not by the openpgp package, which wants a digest of 256 bits or more; GnuPG takes any. */
async function verifyEddsa(key: KeyPacket, numbers: readonly Uint8Array[], digest: Uint8Array): Promise<DigestVerdict> {
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  const [point] = key.numbers
  if (point?.[0] !== NATIVE_POINT || point.length !== 1 + EDDSA_NUMBER_BYTES) return 'unsupported'
  const signature = concatBytes(numbers.slice(0, 2).map((number) => padded(number, EDDSA_NUMBER_BYTES)))
  return ed25519.verify(signature, digest, point.subarray(1), { zip215: false }) ? 'good' : 'bad'
}

function padded(number: Uint8Array, bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  whole.set(number, bytes - number.length)
  return whole
}

async function verify(
  key: KeyPacket,
  signature: Pick<SignaturePacket, 'digestAlgorithm' | 'numbers'>,
  numberCount: number,
  digest: Uint8Array,
): Promise<DigestVerdict> {
  const { config, PublicKeyPacket, SignaturePacket } = await import('openpgp')
  const publicKey = new PublicKeyPacket()
  const packet = new SignaturePacket()
  const permissive = {
    ...config,
    rejectHashAlgorithms: new Set<never>(),
    rejectMessageHashAlgorithms: new Set<never>(),
  }
  try {
    await publicKey.read(key.body)
  } catch {
    return 'unsupported' // a kind or a curve that the package does not know; it says so by throwing, with no code
  }
  try {
    packet.read(envelope(key, signature, numberCount, digest))
    // The digest is known already: the package then does not make one, and asks nothing about what was signed.
    Object.assign(packet, { hashed: digest })
    await packet.verify(publicKey, 0, new Uint8Array(0), undefined, true, permissive)
    return 'good'
  } catch {
    return 'bad' // every kind of bad signature is an exception there, without a code to tell them apart
  }
}

/** A version 4 signature around the numbers, which says no more than the package needs to check them. */
function envelope(
  key: KeyPacket,
  signature: Pick<SignaturePacket, 'digestAlgorithm' | 'numbers'>,
  numberCount: number,
  digest: Uint8Array,
): Uint8Array {
  const created = Uint8Array.of(0, 6, 5, 2, 0, 0, 0, 1)
  const issuer = concatBytes([Uint8Array.of(0, 10, 9, 16), fromHex(key.keyId)])
  const head = Uint8Array.of(4, 0, key.algorithm, signature.digestAlgorithm)
  const numbers = signature.numbers.slice(0, numberCount).map(encodeNumber)
  return concatBytes([head, created, issuer, digest.subarray(0, 2), ...numbers])
}
