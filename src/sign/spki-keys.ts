// The two containers that spki keys come in, and the older ones that openssl still reads: which algorithm, which bytes.
// Facts: spec/signatures.md#spki

import { fromHex } from '../bytes/hex.ts'
import { DerReader, derValue, TAG } from './der.ts'

export interface AlgorithmKey {
  /** The object identifier: `1.3.101.113` is Ed448. */
  readonly algorithm: string
  /** For an elliptic curve: the curve's object identifier; `null` where it is spelled out, or there is none. */
  readonly curve: string | null
  readonly key: Uint8Array
}

export const RSA = '1.2.840.113549.1.1.1'
export const EC = '1.2.840.10045.2.1'

/** SubjectPublicKeyInfo (RFC 5280). @throws {@link OstreeError} `INVALID_FORMAT` */
export function parsePublicKeyInfo(der: Uint8Array): AlgorithmKey {
  const whole = new DerReader(der)
  const info = whole.sequence()
  whole.requireEnd()
  const algorithm = readAlgorithm(info.sequence())
  const key = info.bitString()
  info.requireEnd()
  return { ...algorithm, key }
}

/**
 * PKCS#8 (RFC 5958), or else the older containers of RSA (RFC 8017) and elliptic curves (RFC 5915).
 * @throws {@link OstreeError} `INVALID_FORMAT`
 */
export function parsePrivateKey(der: Uint8Array): AlgorithmKey {
  const whole = new DerReader(der)
  const info = whole.sequence()
  whole.requireEnd()
  info.read(TAG.integer)
  switch (info.nextTag) {
    case TAG.sequence: {
      const algorithm = readAlgorithm(info.sequence())
      return { ...algorithm, key: info.read(TAG.octetString) } // attributes and a public key may follow
    }
    case TAG.octetString: {
      info.read(TAG.octetString)
      return { algorithm: EC, curve: info.optional(0)?.objectIdentifier() ?? null, key: der }
    }
    default:
      return { algorithm: RSA, curve: null, key: der }
  }
}

/** The PKCS#8 of an RSA key, which is what WebCrypto takes. */
export function rsaPrivateKeyInfo(key: Uint8Array): Uint8Array {
  const algorithm = derValue(
    TAG.sequence,
    derValue(TAG.objectIdentifier, fromHex('2a864886f70d010101')),
    derValue(TAG.null),
  )
  return derValue(TAG.sequence, derValue(TAG.integer, Uint8Array.of(0)), algorithm, derValue(TAG.octetString, key))
}

/** The scalar in an ECPrivateKey (RFC 5915). */
export function curveScalar(key: Uint8Array): Uint8Array {
  const inner = new DerReader(key).sequence()
  inner.read(TAG.integer)
  return inner.read(TAG.octetString)
}

/** The seed in the private key of an Edwards curve (RFC 8410). */
export function edwardsSeed(key: Uint8Array): Uint8Array {
  const inner = new DerReader(key)
  const seed = inner.read(TAG.octetString)
  inner.requireEnd()
  return seed
}

function readAlgorithm(identifier: DerReader): Pick<AlgorithmKey, 'algorithm' | 'curve'> {
  const algorithm = identifier.objectIdentifier()
  const named = algorithm === EC && identifier.nextTag === TAG.objectIdentifier
  return { algorithm, curve: named ? identifier.objectIdentifier() : null }
}
