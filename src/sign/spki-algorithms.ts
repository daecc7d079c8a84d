// What spki keys can do, by algorithm. As in openssl, which chooses the digest by the key: none for Edwards curves,
// SHA-256 for all others, whatever the size. Facts: spec/signatures.md#spki

import type { ECDSA } from '@noble/curves/abstract/weierstrass.js'
import { OstreeError } from '../errors.ts'
import { type AlgorithmKey, curveScalar, EC, edwardsSeed, RSA, rsaPrivateKeyInfo } from './spki-keys.ts'

export interface SpkiAlgorithm {
  /** @throws Anything, for what is no key. */
  sign(data: Uint8Array, key: AlgorithmKey): Promise<Uint8Array>
  /** @param der - The whole SubjectPublicKeyInfo. @throws Anything, for what is no key. */
  verifier(key: AlgorithmKey, der: Uint8Array): Promise<(data: Uint8Array, signature: Uint8Array) => Promise<boolean>>
}

const ED25519 = '1.3.101.112'
const ED448 = '1.3.101.113'

/** Curves and the code for them load when a key asks for them. */
const CURVES: Readonly<Record<string, () => Promise<ECDSA>>> = {
  '1.2.840.10045.3.1.7': async () => (await import('@noble/curves/nist.js')).p256,
  '1.3.132.0.34': async () => (await import('@noble/curves/nist.js')).p384,
  '1.3.132.0.35': async () => (await import('@noble/curves/nist.js')).p521,
  '1.3.132.0.10': async () => (await import('@noble/curves/secp256k1.js')).secp256k1,
  '1.3.36.3.3.2.8.1.1.7': async () => (await import('@noble/curves/misc.js')).brainpoolP256r1,
  '1.3.36.3.3.2.8.1.1.11': async () => (await import('@noble/curves/misc.js')).brainpoolP384r1,
  '1.3.36.3.3.2.8.1.1.13': async () => (await import('@noble/curves/misc.js')).brainpoolP512r1,
}

/** @throws {@link OstreeError} `UNSUPPORTED`: a key of a kind that openssl may know, but this code does not. */
export function spkiAlgorithm({ algorithm, curve }: AlgorithmKey): SpkiAlgorithm {
  if (algorithm === ED25519) return edwards(32, async () => (await import('@noble/curves/ed25519.js')).ed25519)
  if (algorithm === ED448) return edwards(57, async () => (await import('@noble/curves/ed448.js')).ed448)
  if (algorithm === RSA) return RSA_PKCS1
  const load = algorithm === EC && curve !== null ? CURVES[curve] : undefined
  if (load !== undefined) return ellipticCurve(load)
  throw new OstreeError('UNSUPPORTED', {
    feature: `a key of the algorithm ${algorithm}${curve === null ? '' : ` on the curve ${curve}`}`,
    hint: 'spki keys can be Ed25519, Ed448, RSA, or on the curves P-256, P-384, P-521, secp256k1 and brainpool r1',
  })
}

interface Edwards {
  sign(data: Uint8Array, seed: Uint8Array): Uint8Array
  verify(signature: Uint8Array, data: Uint8Array, key: Uint8Array, options: { zip215: boolean }): boolean
}

function edwards(keyBytes: number, load: () => Promise<Edwards>): SpkiAlgorithm {
  return {
    sign: async (data, { key }) => (await load()).sign(data, edwardsSeed(key)),
    async verifier({ key }) {
      if (key.length !== keyBytes) throw new RangeError(`a key of ${key.length} bytes`)
      const curve = await load()
      return async (data, signature) =>
        signature.length === 2 * keyBytes && curve.verify(signature, data, key, { zip215: false })
    },
  }
}

/** Signatures are DER; `prehash: false` since the digest is not the curve's own. */
const ECDSA_OPTIONS = { format: 'der', prehash: false, lowS: false } as const

function ellipticCurve(load: () => Promise<ECDSA>): SpkiAlgorithm {
  return {
    async sign(data, { key }) {
      const curve = await load()
      return curve.sign(await sha256(data), curveScalar(key), ECDSA_OPTIONS)
    },
    async verifier({ key }) {
      const curve = await load()
      curve.Point.fromBytes(key)
      return async (data, signature) => {
        const digest = await sha256(data)
        return falseIfThrows(() => curve.verify(signature, digest, key, ECDSA_OPTIONS))
      }
    },
  }
}

/** noble throws for bytes that are no DER signature. */
function falseIfThrows(verify: () => boolean): boolean {
  try {
    return verify()
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

const RSA_OPTIONS = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

const RSA_PKCS1: SpkiAlgorithm = {
  async sign(data, { key }) {
    const der = rsaPrivateKeyInfo(key)
    const secret = await crypto.subtle.importKey('pkcs8', owned(der), RSA_OPTIONS, false, ['sign'])
    return new Uint8Array(await crypto.subtle.sign(RSA_OPTIONS.name, secret, owned(data)))
  },
  async verifier(_key, der) {
    const key = await crypto.subtle.importKey('spki', owned(der), RSA_OPTIONS, false, ['verify'])
    return async (data, signature) => crypto.subtle.verify(RSA_OPTIONS.name, key, owned(signature), owned(data))
  },
}

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', owned(data)))
}

/** WebCrypto's types refuse arrays that might be shared between threads. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes)
}
