// ed25519 (RFC 8032): public keys of 32 bytes, secret keys of 64 (the seed, then the public key), signatures of 64.
// Facts: spec/signatures.md#ed25519

import { fromLooseBase64 } from '../bytes/base64.ts'
import { OstreeError } from '../errors.ts'
import { base64Lines } from './key-lines.ts'
import { sentencesOf } from './sentences.ts'
import type { KeyKind } from './types.ts'

const SEED_BYTES = 32
const PUBLIC_BYTES = 32
const SECRET_BYTES = SEED_BYTES + PUBLIC_BYTES
const SIGNATURE_BYTES = 64

const ROLES = {
  public: { bytes: PUBLIC_BYTES, wrong: 'Invalid ed25519 public key' },
  revoked: { bytes: PUBLIC_BYTES, wrong: 'Incorrect ed25519 revoked key' },
  secret: { bytes: SECRET_BYTES, wrong: 'Invalid ed25519 secret key' },
} as const

/** The curve takes a while to load: only who signs or verifies waits for it. */
const loadCurve = async () => (await import('@noble/curves/ed25519.js')).ed25519

export const ED25519: KeyKind = {
  name: 'ed25519',
  metadataKey: 'ostree.sign.ed25519',
  sentences: sentencesOf('ed25519'),
  singleKey: false,
  hasKeyFiles: true,
  keyFromText: fromLooseBase64,
  keysInFile: base64Lines,
  checkKey(key, role) {
    const { bytes, wrong } = ROLES[role]
    if (key.length !== bytes) {
      throw new OstreeError('INVALID_ARGUMENT', { reason: `${wrong}: ${illFormed(bytes, key.length)}` })
    }
  },
  requireAllowed() {},
  checkSignature({ length }) {
    if (length !== SIGNATURE_BYTES) {
      throw new OstreeError('UNTRUSTED', { reason: `Invalid signature: ${illFormed(SIGNATURE_BYTES, length)}` })
    }
  },
  async sign(data, secretKey) {
    return (await loadCurve()).sign(data, secretKey.subarray(0, SEED_BYTES))
  },
  async matches(data, signature, publicKey) {
    // Strict: neither keys and points in other than their one encoding, nor keys of small order.
    return (await loadCurve()).verify(signature, data, publicKey, { zip215: false })
  },
}

const illFormed = (expected: number, found: number): string =>
  `Ill-formed input: expected ${expected} bytes, got ${found} bytes`
