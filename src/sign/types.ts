// What every kind of signature has in common: who makes one, who checks some, and what is told of each.
// Facts: spec/signatures.md

import type { Awaitable } from '../operation.ts'

/** Makes signatures of one kind. Behind it may stand a key in memory, a program, a KMS, an HSM or WebCrypto. */
export interface Signer {
  /** The entry of a commit's detached metadata (or of `summary.sig`) that keeps them: `ostree.sign.ed25519`, say. */
  readonly metadataKey: string
  sign(data: Uint8Array): Awaitable<Uint8Array>
}

/** Checks signatures of one kind against the keys that it was made with. */
export interface Verifier {
  readonly metadataKey: string
  /** One report for each signature, in their order; bad signatures are reported, never thrown. */
  verify(data: Uint8Array, signatures: readonly Uint8Array[]): Awaitable<readonly SignatureReport[]>
}

export interface SignatureReport {
  /** Made by a key that is trusted, neither revoked nor expired, and over exactly these bytes. */
  readonly valid: boolean
  /** The sentence that the reference has for it, good or bad. */
  readonly message: string
  /** The key as its kind writes it (hex for ed25519, fingerprint for OpenPGP); `null` where it is not known. */
  readonly key: string | null
  /** Seconds since the epoch; `null` where the kind does not record it. */
  readonly createdAt: number | null
}
