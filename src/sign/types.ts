// What every kind of signature has in common: who makes one, who checks some, and what is told of each.
// Facts: spec/signatures.md

import type { Awaitable } from '../operation.ts'

/** Makes signatures of one kind. Behind it may stand a key in memory, a program, a KMS, an HSM or WebCrypto. */
export interface Signer {
  /** The entry of a commit's detached metadata (or of `summary.sig`) that keeps them: `ostree.sign.ed25519`, say. */
  readonly metadataKey: string
  /**
   * @param existing - Signatures of this kind that a commit has already, for a kind that refuses to sign twice; left out
   * for anything but a commit.
   */
  sign(data: Uint8Array, existing?: readonly Uint8Array[]): Awaitable<Uint8Array>
  /** Stands before what went wrong with signing a commit. */
  readonly commitFailure?: string
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

/** The kinds whose keys are bare, by the names that commands and configs have for them. */
export type SignType = 'ed25519' | 'spki' | 'dummy'

/** One kind of bare keys: how they are written down, what they do, and the reference's sentences about that. */
export interface KeyKind {
  readonly name: SignType
  readonly metadataKey: string
  readonly sentences: KeySentences
  /** A new key takes the place of the one before: this kind knows one at a time. */
  readonly singleKey: boolean
  /** Keys can come from files at well-known places. */
  readonly hasKeyFiles: boolean
  /** A key as it stands on a command line or in a remote's config. */
  keyFromText(text: string): Uint8Array
  /** The keys of a file, in order. Ends early with an error where the file breaks its format. */
  keysInFile(file: Uint8Array, holds: 'public' | 'secret'): Iterable<Uint8Array>
  /** @throws {@link OstreeError} `INVALID_ARGUMENT` for what cannot be a key of this kind. */
  checkKey(key: Uint8Array, role: 'public' | 'revoked' | 'secret'): void
  /** @throws {@link OstreeError} `FAILED` where this kind may not be used. */
  requireAllowed(): void
  /** @throws {@link OstreeError} `UNTRUSTED` for bytes that cannot be a signature of this kind. */
  checkSignature(signature: Uint8Array): void
  sign(data: Uint8Array, secretKey: Uint8Array): Awaitable<Uint8Array>
  matches(data: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): Awaitable<boolean>
}

export interface KeySentences {
  /** No entry of this kind. */
  readonly noEntry: string
  /** An entry without signatures, or no key to try. */
  readonly nothingTried: string
  /** @param key - In hexadecimal. */
  verified(key: string): string
  /** @param keys - Each key that was tried in vain, once for every signature; in hexadecimal. */
  refused(keys: readonly string[], signatureCount: number): string
}
