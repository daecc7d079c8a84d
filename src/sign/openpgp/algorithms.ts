// Names and properties of OpenPGP's algorithms, as GnuPG 2 and GPGME see them.

import type { DigestAlgorithm } from './digest.ts'

export const PUBLIC_KEY = {
  rsa: 1,
  rsaEncrypt: 2,
  rsaSign: 3,
  elgamalEncrypt: 16,
  dsa: 17,
  ecdh: 18,
  ecdsa: 19,
  elgamal: 20,
  eddsa: 22,
} as const

/** How the reference prints an algorithm; `undefined` for those that it has no name for. */
const PUBLIC_KEY_NAMES: Readonly<Record<number, string>> = {
  1: 'RSA',
  2: 'RSA-E',
  3: 'RSA-S',
  8: 'KYBER',
  16: 'ELG-E',
  17: 'DSA',
  18: 'ECDH',
  19: 'ECDSA',
  20: 'ELG',
  22: 'EdDSA',
}

export const UNKNOWN_NAME = '[unknown name]'

export function publicKeyAlgorithmName(algorithm: number): string {
  return PUBLIC_KEY_NAMES[algorithm] ?? UNKNOWN_NAME
}

const DIGESTS: Readonly<
  Record<number, { readonly name: DigestAlgorithm; readonly bytes: number; readonly text: string }>
> = {
  1: { name: 'md5', bytes: 16, text: 'MD5' },
  2: { name: 'sha1', bytes: 20, text: 'SHA1' },
  3: { name: 'ripemd160', bytes: 20, text: 'RIPEMD160' },
  8: { name: 'sha256', bytes: 32, text: 'SHA256' },
  9: { name: 'sha384', bytes: 48, text: 'SHA384' },
  10: { name: 'sha512', bytes: 64, text: 'SHA512' },
  11: { name: 'sha224', bytes: 28, text: 'SHA224' },
}

export function digestOf(algorithm: number) {
  return DIGESTS[algorithm]
}

/** GPGME has names for more numbers than GnuPG has digests. */
const OTHER_DIGEST_NAMES: Readonly<Record<number, string>> = { 5: 'MD2', 6: 'TIGER192', 7: 'HAVAL' }

export function digestAlgorithmName(algorithm: number): string {
  return DIGESTS[algorithm]?.text ?? OTHER_DIGEST_NAMES[algorithm] ?? UNKNOWN_NAME
}

export const USAGE = { certify: 1, sign: 2, encrypt: 4, authenticate: 8, none: 16, unknown: 32 } as const

const { certify, sign, encrypt, authenticate } = USAGE
const USAGES: Readonly<Record<number, number>> = {
  1: certify | sign | encrypt | authenticate,
  2: encrypt,
  3: certify | sign,
  16: encrypt,
  17: certify | sign | authenticate,
  18: encrypt,
  19: certify | sign | authenticate,
  20: certify | sign | encrypt | authenticate,
  22: certify | sign | authenticate,
}

/** What keys of an algorithm can do at all; 0 for an unknown one. */
export function usageOf(algorithm: number): number {
  return USAGES[algorithm] ?? 0
}

/** Key algorithms whose packets GnuPG can take apart, and how many numbers a signature by one has. */
export const SIGNATURE_NUMBERS: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 1,
  16: 2,
  17: 2,
  18: 2,
  19: 2,
  20: 2,
  22: 2,
}
