// Whether a signature holds, in GnuPG's sense: which digests count, what a key may do, and the mathematics.

import { concatBytes } from '../../bytes/compare.ts'
import { digestOf, SIGNATURE_NUMBERS, USAGE } from './algorithms.ts'
import { checkDigest, type DigestVerdict } from './check-digest.ts'
import { digest } from './digest.ts'
import { hashedKey, type KeyPacket } from './key-packet.ts'
import { SIGNATURE_CLASS, type SignaturePacket } from './signature-packet.ts'

/**
 * `good` and `bad` are about the mathematics; every other word says why it was not asked, or what else is wrong:
 * `no-key` is not in the keyring, `time` is a key younger than its signature, `usage` one that must not sign.
 */
export type Verdict =
  | DigestVerdict
  | 'digest'
  | 'algorithm'
  | 'no-key'
  | 'invalid-key'
  | 'time'
  | 'usage'
  | 'class'
  | 'not-cross-certified'

/** A key and what its own signatures say that it may be used for. */
export interface SigningKey {
  readonly key: KeyPacket
  readonly usage: number
}

export async function checkSignature(
  { key, usage }: SigningKey,
  signature: SignaturePacket,
  signedData: readonly Uint8Array[],
): Promise<Verdict> {
  const algorithm = digestOf(signature.digestAlgorithm)
  if (algorithm === undefined || algorithm.name === 'md5') return 'digest'
  if (!mayMake(signature, key, usage)) return 'usage'
  const digested = await digest(algorithm.name, [...signedData, signature.trailer])
  const verdict = await checkDigest(key, signature, digested)
  return verdict === 'good' && signature.unknownCritical ? 'bad' : verdict
}

function mayMake({ signatureClass }: SignaturePacket, key: KeyPacket, usage: number): boolean {
  if (signatureClass === SIGNATURE_CLASS.backSignature) return true
  if (signatureClass <= SIGNATURE_CLASS.standalone) return (usage & USAGE.sign) !== 0
  return key.isPrimary || (usage & USAGE.certify) !== 0
}

/** `undefined` where its algorithms are known. */
export function refusedAlgorithm(signature: SignaturePacket): Verdict | undefined {
  if (digestOf(signature.digestAlgorithm) === undefined) return 'digest'
  return SIGNATURE_NUMBERS[signature.publicKeyAlgorithm] === undefined ? 'algorithm' : undefined
}

/** A signature by a key is never older than the key, and no key is made in the future. */
export function isOutOfTime(key: KeyPacket, signature: SignaturePacket, nowSeconds: number): boolean {
  return key.createdAt > signature.createdAt || key.createdAt > nowSeconds
}

/** What a signature over parts of a key is made over. */
export function certifiedData(primary: KeyPacket, other: KeyPacket | null): readonly Uint8Array[] {
  return [...hashedKey(primary.body), ...(other === null ? [] : hashedKey(other.body))]
}

/** The same for a user id or an attribute; version 3 signatures leave its size out. */
export function certifiedUserId(
  primary: KeyPacket,
  kind: 'user-id' | 'attribute',
  body: Uint8Array,
  version: number,
): readonly Uint8Array[] {
  const head = new Uint8Array(5)
  head[0] = kind === 'user-id' ? 0xb4 : 0xd1
  new DataView(head.buffer).setUint32(1, body.length)
  return [...hashedKey(primary.body), version >= 4 ? concatBytes([head, body]) : body]
}
