// spki against openssl, which stands behind `node:crypto` and, in the reference, behind spki itself. The key is all that
// chooses digest and form of a signature.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as opensslSign,
  verify as opensslVerify,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../src/bytes/compare.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import { isOstreeError } from '../../src/errors.ts'
import { KeyVerifier, keySigner } from '../../src/sign/key-verifier.ts'
import { SPKI } from '../../src/sign/spki.ts'

const data = encodeUtf8('what is signed')
const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, '../fixtures/signatures/keys', name))
const privateKey = (name: string) => createPrivateKey(fixture(`${name}.pem`))
const NAMES = [
  'ed25519',
  'ed448',
  'rsa',
  'P-256',
  'P-384',
  'P-521',
  'secp256k1',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
]
const KEYS: Readonly<Record<string, KeyObject>> = Object.fromEntries(NAMES.map((name) => [name, privateKey(name)]))

const secretDer = (key: KeyObject) => new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))
const publicDer = (key: KeyObject) => new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
const opensslSignature = (key: KeyObject) => new Uint8Array(opensslSign(null, data, key))

function verifierOf(...keys: Uint8Array[]): KeyVerifier {
  const verifier = new KeyVerifier(SPKI)
  for (const key of keys) verifier.addKey(key)
  return verifier
}

describe.each(Object.entries(KEYS))('%s', (_name, key) => {
  test('openssl accepts what we sign, and we what it signs', async () => {
    const ours = await keySigner(SPKI, secretDer(key)).sign(data)
    expect(opensslVerify(null, data, createPublicKey(key), ours)).toBe(true)
    const verifier = verifierOf(publicDer(key))
    for (const signature of [ours, opensslSignature(key)]) {
      expect(await verifier.requireValid(data, [signature])).toBe(
        `spki: Signature verified successfully with key '${toHex(publicDer(key))}'`,
      )
    }
  })

  test('other data, another key, flipped bytes and bytes that are no signature are refused', async () => {
    const verifier = verifierOf(publicDer(key))
    const signature = opensslSignature(key)
    const refused = (bytes: Uint8Array, candidate: Uint8Array) =>
      expect(verifier.requireValid(bytes, [candidate])).rejects.toMatchObject({ code: 'UNTRUSTED' })
    await refused(encodeUtf8('something else'), signature)
    for (const at of [0, 1, 3, signature.length >> 1, signature.length - 1]) {
      await refused(
        data,
        signature.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      )
    }
    await refused(data, signature.subarray(0, -1))
    await refused(data, concatBytes([signature, Uint8Array.of(0)]))
    // openssl answers -1 for what is no DER; the reference takes that for a good signature of an elliptic curve.
    await refused(data, encodeUtf8('no signature at all'))
    await refused(data, new Uint8Array(0))
  })

  test('a key cut short or changed anywhere is no key, or another one', async () => {
    const der = publicDer(key)
    const signature = opensslSignature(key)
    for (let i = 0; i < der.length; i += Math.ceil(der.length / 9)) {
      for (const broken of [der.subarray(0, i), der.map((byte, at) => (at === i ? byte ^ 0x21 : byte))]) {
        const error: unknown = await verifierOf(broken)
          .requireValid(data, [signature])
          .catch((reason) => reason)
        expect(isOstreeError(error)).toBe(true)
        const [report] = await verifierOf(broken).verify(data, [signature])
        expect(report?.valid).toBe(false)
      }
    }
  })
})

test('the containers that openssl wrote before PKCS#8 hold keys, too', async () => {
  const rsa = KEYS.rsa!
  const curve = KEYS['P-256']!
  for (const [key, der] of [
    [rsa, rsa.export({ type: 'pkcs1', format: 'der' })],
    [curve, curve.export({ type: 'sec1', format: 'der' })],
  ] as const) {
    const signature = await keySigner(SPKI, new Uint8Array(der)).sign(data)
    expect(opensslVerify(null, data, createPublicKey(key), signature)).toBe(true)
  }
})

describe('keys that do not sign, or not here', () => {
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey
  const x25519 = generateKeyPairSync('x25519').privateKey
  const named = 'is not available here: spki keys can be Ed25519, Ed448, RSA, or on the curves'

  test('they are named', async () => {
    for (const key of [dsa, x25519]) {
      const other = KEYS.ed448!
      await expect(keySigner(SPKI, secretDer(key)).sign(data)).rejects.toThrow(named)
      await expect(verifierOf(publicDer(key)).requireValid(data, [opensslSignature(other)])).rejects.toThrow(named)
    }
  })

  test('they do not stand in the way of a key that does', async () => {
    const good = KEYS.ed448!
    const verifier = verifierOf(publicDer(good), publicDer(dsa))
    expect(await verifier.requireValid(data, [opensslSignature(good)])).toContain(toHex(publicDer(good)))
    await expect(verifier.requireValid(data, [opensslSignature(KEYS.ed25519!)])).rejects.toThrow(named)
  })

  test('bytes that are no key, in the words of the reference', async () => {
    const words = 'openssl: Failed to initialize spki key'
    await expect(keySigner(SPKI, Uint8Array.of(1, 2, 3)).sign(data)).rejects.toThrow(words)
    await expect(verifierOf(Uint8Array.of(1, 2, 3)).requireValid(data, [new Uint8Array(64)])).rejects.toThrow(words)
  })
})

test('the same key makes the same signature: nothing depends on random numbers', async () => {
  for (const name of ['ed448', 'P-521', 'rsa']) {
    const [der] = SPKI.keysInFile(fixture(`${name}.pem`), 'secret')
    const signer = keySigner(SPKI, der!)
    expect(await signer.sign(data)).toEqual(await signer.sign(data))
  }
})
