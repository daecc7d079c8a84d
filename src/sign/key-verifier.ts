// Checks signatures against bare keys: those that were given, or else those of the system. Facts: spec/signatures.md

import { equalBytes } from '../bytes/compare.ts'
import { toHex } from '../bytes/hex.ts'
import { isOstreeError, OstreeError } from '../errors.ts'
import type { KeyKind, SignatureReport, Signer, Verifier } from './types.ts'

/** What a verifier asks for keys when it has none: the system's files, say. */
export type KeySource = (verifier: KeyVerifier) => Promise<void>

export class KeyVerifier implements Verifier {
  readonly kind: KeyKind
  /** The newest first: the order in which they are tried and named. */
  readonly #keys: Uint8Array[] = []
  readonly #revoked: Uint8Array[] = []
  readonly #systemKeys: KeySource | undefined

  /** @param systemKeys - Asked when there is something to verify and no key has been added. */
  constructor(kind: KeyKind, systemKeys?: KeySource) {
    this.kind = kind
    this.#systemKeys = systemKeys
  }

  get metadataKey(): string {
    return this.kind.metadataKey
  }

  /** @throws {@link OstreeError} `INVALID_ARGUMENT` */
  addKey(key: Uint8Array): void {
    this.kind.checkKey(key, 'public')
    if (this.kind.singleKey) this.#keys.length = 0
    if (!includesKey(this.#keys, key)) this.#keys.unshift(key)
  }

  /** A key that is never trusted, whoever adds it. */
  revokeKey(key: Uint8Array): void {
    this.kind.checkKey(key, 'revoked')
    if (!includesKey(this.#revoked, key)) this.#revoked.push(key)
  }

  clearKeys(): void {
    this.#keys.length = 0
    this.#revoked.length = 0
  }

  /**
   * Passes when one of the signatures is by a trusted key, at the first that is.
   * @param signatures - `undefined` where there is no entry of this kind.
   * @returns The reference's sentence.
   * @throws {@link OstreeError} `UNTRUSTED`
   */
  async requireValid(data: Uint8Array, signatures: readonly Uint8Array[] | undefined): Promise<string> {
    const { kind } = this
    kind.requireAllowed()
    if (signatures === undefined) throw untrusted(kind.sentences.noEntry)
    await this.#needKeys()
    const tried: string[] = []
    let unsupported: unknown
    for (const signature of signatures) {
      kind.checkSignature(signature)
      for (const key of this.#keys) {
        if (includesKey(this.#revoked, key)) continue
        try {
          if (await kind.matches(data, signature, key)) return kind.sentences.verified(toHex(key))
        } catch (error) {
          if (!isOstreeError(error, 'UNSUPPORTED')) throw error
          unsupported ??= error // another key may still do
        }
        tried.push(toHex(key))
      }
    }
    if (unsupported !== undefined) throw unsupported
    const { nothingTried, refused } = kind.sentences
    throw untrusted(tried.length === 0 ? nothingTried : refused(tried, signatures.length))
  }

  async verify(data: Uint8Array, signatures: readonly Uint8Array[]): Promise<readonly SignatureReport[]> {
    try {
      this.kind.requireAllowed()
      await this.#needKeys()
    } catch (error) {
      if (!isOstreeError(error)) throw error
      return signatures.map(() => report(false, error.message, null))
    }
    const reports: SignatureReport[] = []
    for (const signature of signatures) reports.push(await this.#report(data, signature))
    return reports
  }

  async #report(data: Uint8Array, signature: Uint8Array): Promise<SignatureReport> {
    const { kind } = this
    const tried: string[] = []
    let trouble: OstreeError | undefined
    for (const key of this.#keys) {
      const name = toHex(key)
      try {
        kind.checkSignature(signature)
        if (await kind.matches(data, signature, key)) {
          if (includesKey(this.#revoked, key)) return report(false, `${kind.name}: Key '${name}' is revoked`, name)
          return report(true, kind.sentences.verified(name), name)
        }
        tried.push(name)
      } catch (error) {
        if (!isOstreeError(error)) throw error
        trouble ??= error
      }
    }
    if (trouble !== undefined) return report(false, trouble.message, null)
    return report(false, tried.length === 0 ? kind.sentences.nothingTried : kind.sentences.refused(tried, 1), null)
  }

  async #needKeys(): Promise<void> {
    if (this.#keys.length === 0) await this.#systemKeys?.(this)
  }
}

/** A signer with a secret key in memory. @throws {@link OstreeError} `INVALID_ARGUMENT` for what is no key. */
export function keySigner(kind: KeyKind, secretKey: Uint8Array): Signer {
  kind.checkKey(secretKey, 'secret')
  const { metadataKey } = kind
  return { metadataKey, commitFailure: 'Not able to sign the cobject', sign: (data) => kind.sign(data, secretKey) }
}

function report(valid: boolean, message: string, key: string | null): SignatureReport {
  return { valid, message, key, createdAt: null }
}

function includesKey(keys: readonly Uint8Array[], key: Uint8Array): boolean {
  return keys.some((known) => equalBytes(known, key))
}

function untrusted(reason: string): OstreeError {
  return new OstreeError('UNTRUSTED', { reason })
}
