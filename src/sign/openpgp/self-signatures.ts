// The signatures that a key made over itself and its parts, and which of them hold.

import { USAGE } from './algorithms.ts'
import {
  certifiedData,
  certifiedUserId,
  checkSignature,
  isOutOfTime,
  refusedAlgorithm,
  type SigningKey,
} from './check-signature.ts'
import type { Component, KeyBlock, SignatureNode } from './key-block.ts'
import type { KeyPacket } from './key-packet.ts'
import { SIGNATURE_CLASS, type SignaturePacket } from './signature-packet.ts'

export interface CertifyOptions {
  readonly nowSeconds: number
  /** Finds a key that may revoke this one. */
  readonly findKey?: (fingerprint: string) => KeyPacket | undefined
}

/** Looks at what a block's primary key signed in it. */
export function selfSignatures(block: KeyBlock, options: CertifyOptions): SelfSignatures {
  return new SelfSignatures(block, options)
}

/** The signatures of a block that its primary key made, and whether they hold. */
export class SelfSignatures {
  readonly block: KeyBlock
  readonly options: CertifyOptions
  constructor(block: KeyBlock, options: CertifyOptions) {
    this.block = block
    this.options = options
  }

  get #signer(): SigningKey {
    return { key: this.block.primary, usage: USAGE.certify }
  }

  /** Those of `nodes` that hold over a part of the block, or over the key itself (`null`). */
  holdingOver(nodes: readonly SignatureNode[], part: Component | null): Promise<SignaturePacket[]> {
    const { primary } = this.block
    if (part === null) return this.#holding(nodes, certifiesKey, () => certifiedData(primary, null))
    if (part.kind === 'subkey') return this.#holding(nodes, certifiesSubkey, () => certifiedData(primary, part.key))
    const { kind, packet } = part
    return this.#holding(nodes, certifiesUserId, ({ version }) => certifiedUserId(primary, kind, packet.body, version))
  }

  /** Those of `nodes` that hold, made by the primary key over what `signedBy` answers for them. */
  async #holding(
    nodes: readonly SignatureNode[],
    classes: (signatureClass: number) => boolean,
    signedBy: (signature: SignaturePacket) => readonly Uint8Array[],
  ): Promise<SignaturePacket[]> {
    const { primary } = this.block
    const found: SignaturePacket[] = []
    for (const { signature } of nodes) {
      if (signature.keyId !== primary.keyId || !classes(signature.signatureClass)) continue
      if (refusedAlgorithm(signature) !== undefined) continue
      if (isOutOfTime(primary, signature, this.options.nowSeconds)) continue
      if ((await checkSignature(this.#signer, signature, signedBy(signature))) === 'good') found.push(signature)
    }
    return found
  }
}

const certifiesKey = (signatureClass: number) =>
  signatureClass === SIGNATURE_CLASS.direct || signatureClass === SIGNATURE_CLASS.revokeKey
const certifiesUserId = (signatureClass: number) =>
  (signatureClass & ~3) === 0x10 || signatureClass === SIGNATURE_CLASS.revokeUserId
const certifiesSubkey = (signatureClass: number) =>
  signatureClass === SIGNATURE_CLASS.bindSubkey || signatureClass === SIGNATURE_CLASS.revokeSubkey
