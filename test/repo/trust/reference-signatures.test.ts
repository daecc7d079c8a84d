// What the reference signed (test/fixtures/signatures), verified and written again by ours.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeDetachedMetadata, encodeDetachedMetadata, type Metadata } from '../../../src/objects/commit.ts'
import {
  decodeSignatureFile,
  signaturesIn,
  withSignature,
  withSignatures,
} from '../../../src/repo/trust/detached-metadata.ts'
import { encodeSummarySignatures } from '../../../src/repo/trust/sign.ts'
import { keyKind } from '../../../src/sign/key-kinds.ts'
import { KeyVerifier, keySigner } from '../../../src/sign/key-verifier.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../fixtures/signatures', name)))
const text = (name: string) => new TextDecoder().decode(fixture(name))
const environment = (name: string) => (name === 'OSTREE_DUMMY_SIGN_ENABLED' ? '1' : undefined)
const [ED25519, SPKI, DUMMY] = ['ed25519', 'spki', 'dummy'].map((name) => keyKind(name, environment)) as [
  ReturnType<typeof keyKind>,
  ReturnType<typeof keyKind>,
  ReturnType<typeof keyKind>,
]

const commit = fixture('signed.commit')
const metadata = decodeDetachedMetadata(fixture('signed.commitmeta'))
const secret = (name: string) => keySigner(ED25519, ED25519.keyFromText(text(`keys/${name}.secret`)))

describe('signatures of a commit', () => {
  const lines = text('verified.txt').trimEnd().split('\n')
  const keys = [
    [ED25519, text('keys/ed25519.public')],
    [ED25519, text('keys/other.public')],
    [SPKI, 'keys/ed448.pub'],
    [SPKI, 'keys/rsa.pub'],
    [SPKI, 'keys/P-256.pub'],
    [DUMMY, 'dummykey'],
  ] as const
  keys.forEach(([kind, key], index) => {
    test(`${kind.name} ${index}: good, in the words of the reference`, async () => {
      const verifier = new KeyVerifier(kind)
      if (kind === SPKI) for (const der of kind.keysInFile(fixture(key), 'public')) verifier.addKey(der)
      else verifier.addKey(kind.keyFromText(key))
      expect(await verifier.requireValid(commit, signaturesIn(metadata, kind.metadataKey))).toBe(lines[index])
    })
  })

  test('ed25519 signatures, which have no choice, are those that we make, and so are the bytes around them', async () => {
    const key = ED25519.metadataKey
    let ours: Metadata | undefined
    for (const name of ['ed25519', 'other']) ours = withSignature(ours, key, await secret(name).sign(commit))
    expect(signaturesIn(ours, key)).toEqual(signaturesIn(metadata, key))
    for (const kind of [SPKI, DUMMY]) {
      for (const signature of signaturesIn(metadata, kind.metadataKey)!) {
        ours = withSignature(ours, kind.metadataKey, signature)
      }
    }
    expect(encodeDetachedMetadata(ours!)).toEqual(fixture('signed.commitmeta'))
  })

  test('a signature taken away, and the last of a kind with its entry', () => {
    const [first, second] = signaturesIn(metadata, ED25519.metadataKey)!
    const one = withSignatures(metadata, ED25519.metadataKey, [second!])
    expect(signaturesIn(one, ED25519.metadataKey)).toEqual([second])
    const none = withSignatures(metadata, ED25519.metadataKey, [])
    expect(none.map(([key]) => key).sort()).toEqual([DUMMY.metadataKey, SPKI.metadataKey].sort())
    expect(first).toHaveLength(64)
  })
})

test('summary.sig comes out byte for byte', async () => {
  const ours = await encodeSummarySignatures(fixture('summary'), [secret('ed25519')])
  expect(ours).toEqual(fixture('summary.sig'))
})

describe('hostile', () => {
  const verify = async (bytes: Uint8Array) => {
    const verifier = new KeyVerifier(ED25519)
    verifier.addKey(ED25519.keyFromText(text('keys/ed25519.public')))
    return verifier.requireValid(fixture('summary'), signaturesIn(decodeSignatureFile(bytes), ED25519.metadataKey))
  }

  test('summary.sig cut short anywhere, or with any bit flipped, verifies nothing but the same signature', async () => {
    const whole = fixture('summary.sig')
    const signature = whole.subarray(24, 24 + 64)
    expect(await verify(whole)).toContain('verified successfully')
    const broken: Uint8Array[] = []
    for (let length = 0; length < whole.length; length++) broken.push(whole.subarray(0, length))
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      broken.push(whole.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)))
    }
    for (const bytes of broken) {
      const found = signaturesIn(decodeSignatureFile(bytes), ED25519.metadataKey) ?? []
      const same = found.some((candidate) => Buffer.compare(candidate, signature) === 0)
      // A length that is not in its usual place may still name the same bytes: GLib reads that, too.
      if (same) continue
      await expect(verify(bytes)).rejects.toMatchObject({ code: 'UNTRUSTED' })
    }
  })
})
