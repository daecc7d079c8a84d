// The readers of signatures and keys: detached metadata, `summary.sig`, signed bytes, key files and what is in them.

import { readFileSync } from 'node:fs'
import { equalBytes } from '../../src/bytes/compare.ts'
import { decodeDetachedMetadata, encodeDetachedMetadata } from '../../src/objects/commit.ts'
import { decodeSignatureFile, signaturesIn } from '../../src/repo/trust/detached-metadata.ts'
import { keyKind } from '../../src/sign/key-kinds.ts'
import { KeyVerifier } from '../../src/sign/key-verifier.ts'
import { parsePrivateKey, parsePublicKeyInfo } from '../../src/sign/spki-keys.ts'
import type { FuzzTarget } from './target.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/signatures/${name}`, import.meta.url)))
const text = (name: string) => new TextDecoder().decode(fixture(name))

const ED25519 = keyKind('ed25519', () => undefined)
const SPKI = keyKind('spki', () => undefined)
const PAIRS = ['ed25519', 'ed448', 'rsa', 'P-256', 'P-384', 'P-521', 'secp256k1', 'brainpoolP256r1']
const derOf = (pem: Uint8Array, holds: 'public' | 'secret') => [...SPKI.keysInFile(pem, holds)]
const summary = fixture('summary')
const commit = fixture('signed.commit')
const metadata = decodeDetachedMetadata(fixture('signed.commitmeta'))

function trusting(name: string): KeyVerifier {
  const verifier = new KeyVerifier(ED25519)
  verifier.addKey(ED25519.keyFromText(text(`keys/${name}.public`)))
  return verifier
}

export const SIGNATURE_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'detached metadata',
    seeds: [fixture('signed.commitmeta'), fixture('summary.sig')],
    prepare: async () => (input) => {
      if (!equalBytes(encodeDetachedMetadata(decodeDetachedMetadata(input)), input)) {
        throw new Error('it is written differently')
      }
    },
  },
  {
    name: 'summary.sig: nothing verifies but the signature that was made',
    seeds: [fixture('summary.sig')],
    prepare: async () => {
      const key = ED25519.metadataKey
      const [made] = signaturesIn(decodeSignatureFile(fixture('summary.sig')), key)!
      const verifier = trusting('ed25519')
      return async (input) => {
        const signatures = signaturesIn(decodeSignatureFile(input), key)
        await verifier.requireValid(summary, signatures)
        if (signatures?.some((signature) => equalBytes(signature, made!)) !== true) throw new Error('forged')
      }
    },
  },
  {
    name: 'a signed commit: no other bytes verify',
    seeds: [commit],
    prepare: async () => {
      const verifier = trusting('ed25519')
      const signatures = signaturesIn(metadata, ED25519.metadataKey)?.slice(0, 1)
      return async (input) => {
        await verifier.requireValid(input, signatures)
        if (!equalBytes(input, commit)) throw new Error('forged')
      }
    },
  },
  {
    name: 'files of ed25519 keys',
    seeds: [fixture('keys/ed25519.public'), new TextEncoder().encode(`${text('keys/other.public')}\n`.repeat(3))],
    prepare: async () => (input) => {
      for (const key of ED25519.keysInFile(input, 'public')) ED25519.checkKey(key, 'public')
    },
  },
  {
    name: 'PEM files of spki keys, and the keys in them',
    seeds: PAIRS.map((name) => fixture(`keys/${name}.pub`)),
    prepare: async () => (input) => {
      for (const key of SPKI.keysInFile(input, 'public')) parsePublicKeyInfo(key)
    },
  },
  {
    name: 'public keys in DER, and curves that take them',
    seeds: PAIRS.flatMap((name) => derOf(fixture(`keys/${name}.pub`), 'public')),
    prepare: async () => async (input) => void (await SPKI.matches(commit, new Uint8Array(64), input)),
  },
  {
    name: 'secret keys in DER',
    seeds: PAIRS.flatMap((name) => derOf(fixture(`keys/${name}.pem`), 'secret')),
    prepare: async () => (input) => void parsePrivateKey(input),
  },
]
