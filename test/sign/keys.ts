// Key pairs for tests, always the same for the same number.

import { ed25519 } from '@noble/curves/ed25519.js'
import { concatBytes } from '../../src/bytes/compare.ts'

export interface KeyPair {
  readonly publicKey: Uint8Array
  /** As the reference writes it: the seed, then the public key. */
  readonly secretKey: Uint8Array
}

export function ed25519Pair(number: number): KeyPair {
  const seed = new Uint8Array(32).fill(number)
  const publicKey = ed25519.getPublicKey(seed)
  return { publicKey, secretKey: concatBytes([seed, publicKey]) }
}
