// ed25519 against the vectors of RFC 8032 (section 7.1), and against what must be refused.

import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import { ED25519 } from '../../src/sign/ed25519.ts'
import { KeyVerifier, keySigner } from '../../src/sign/key-verifier.ts'
import { ed25519Pair } from './keys.ts'

/** Secret seed, public key, message, signature. */
const VECTORS = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
] as const

describe('RFC 8032', () => {
  for (const [seed, publicKey, message, signature] of VECTORS) {
    test(`${message.length / 2} bytes`, async () => {
      const secret = fromHex(seed + publicKey)
      expect(toHex(await keySigner(ED25519, secret).sign(fromHex(message)))).toBe(signature)
      const verifier = new KeyVerifier(ED25519)
      verifier.addKey(fromHex(publicKey))
      expect(await verifier.requireValid(fromHex(message), [fromHex(signature)])).toBe(
        `ed25519: Signature verified successfully with key '${publicKey}'`,
      )
    })
  }
})

const data = new TextEncoder().encode('what is signed')
const pairs = [1, 2, 3, 4].map(ed25519Pair)
const [first, second] = pairs as [ReturnType<typeof ed25519Pair>, ReturnType<typeof ed25519Pair>]
const signature = await keySigner(ED25519, first.secretKey).sign(data)

function verifierOf(...keys: Uint8Array[]): KeyVerifier {
  const verifier = new KeyVerifier(ED25519)
  for (const key of keys) verifier.addKey(key)
  return verifier
}

describe('refused', () => {
  const refused = (verifier: KeyVerifier, signatures: readonly Uint8Array[] | undefined, bytes = data) =>
    expect(verifier.requireValid(bytes, signatures)).rejects

  test('every flipped bit of the signature', async () => {
    const verifier = verifierOf(first.publicKey)
    for (let bit = 0; bit < 8 * signature.length; bit += 3) {
      const flipped = signature.slice()
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      await refused(verifier, [flipped]).toMatchObject({ code: 'UNTRUSTED' })
    }
  })

  test('every flipped byte of the data, and of the key', async () => {
    for (let i = 0; i < data.length; i++) {
      const flipped = data.map((byte, at) => (at === i ? byte ^ 0x80 : byte))
      await refused(verifierOf(first.publicKey), [signature], flipped).toMatchObject({ code: 'UNTRUSTED' })
    }
    for (let i = 0; i < 32; i += 5) {
      const flipped = first.publicKey.map((byte, at) => (at === i ? byte ^ 1 : byte))
      await refused(verifierOf(flipped), [signature]).toMatchObject({ code: 'UNTRUSTED' })
    }
  })

  test('a key of small order, for which a signature of zeros would hold', async () => {
    const identity = new Uint8Array(32)
    identity[0] = 1
    const forged = new Uint8Array(64)
    forged[0] = 1
    await refused(verifierOf(identity), [forged]).toMatchObject({ code: 'UNTRUSTED' })
  })

  test('a signature of another length ends the search', async () => {
    await refused(verifierOf(first.publicKey), [signature.subarray(1), signature]).toThrow(
      'Invalid signature: Ill-formed input: expected 64 bytes, got 63 bytes',
    )
  })

  test('a revoked key; one signature by a good key among others is enough', async () => {
    const verifier = verifierOf(first.publicKey)
    verifier.revokeKey(first.publicKey)
    await refused(verifier, [signature]).toThrow('ed25519: no signatures found')
    verifier.addKey(second.publicKey)
    await refused(verifier, [signature]).toThrow(/^ed25519: Signature couldn't be verified with: key '\w{64}'$/)
    const good = await keySigner(ED25519, second.secretKey).sign(data)
    expect(await verifier.requireValid(data, [signature, good])).toContain(toHex(second.publicKey))
    expect(await verifier.verify(data, [signature, good])).toEqual([
      {
        valid: false,
        message: `ed25519: Key '${toHex(first.publicKey)}' is revoked`,
        key: toHex(first.publicKey),
        createdAt: null,
      },
      {
        valid: true,
        message: `ed25519: Signature verified successfully with key '${toHex(second.publicKey)}'`,
        key: toHex(second.publicKey),
        createdAt: null,
      },
    ])
  })

  test('up to three keys are named, the newest first; more are counted', async () => {
    const others = pairs.slice(1).map(({ publicKey }) => publicKey)
    const named = others.map((key) => `key '${toHex(key)}'`).reverse()
    await refused(verifierOf(...others), [signature]).toThrow(
      `ed25519: Signature couldn't be verified with: ${named.join('; ')}`,
    )
    await refused(verifierOf(...others), [signature, signature]).toThrow(
      "ed25519: Signature couldn't be verified; tried 6 keys",
    )
  })

  test('no entry, no signature, no key', async () => {
    await refused(verifierOf(first.publicKey), undefined).toThrow('ed25519: commit have no signatures of my type')
    await refused(verifierOf(first.publicKey), []).toThrow('ed25519: no signatures found')
    await refused(verifierOf(), [signature]).toThrow('ed25519: no signatures found')
  })
})

test('keys of other lengths', () => {
  expect(() => keySigner(ED25519, first.secretKey.subarray(32))).toThrow(
    'Invalid ed25519 secret key: Ill-formed input: expected 64 bytes, got 32 bytes',
  )
  expect(() => verifierOf(first.secretKey)).toThrow(
    'Invalid ed25519 public key: Ill-formed input: expected 32 bytes, got 64 bytes',
  )
  expect(() => verifierOf().revokeKey(new Uint8Array(3))).toThrow(
    'Incorrect ed25519 revoked key: Ill-formed input: expected 32 bytes, got 3 bytes',
  )
})
