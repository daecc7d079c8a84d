// The digests of OpenPGP signatures, by hash-wasm (which runs wherever TypeScript does).

import { concatBytes } from '../../bytes/compare.ts'
import { fromHex } from '../../bytes/hex.ts'

export type DigestAlgorithm = 'md5' | 'sha1' | 'ripemd160' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

export async function digest(algorithm: DigestAlgorithm, parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const functions = await import('hash-wasm')
  return fromHex(await functions[algorithm](concatBytes(parts)))
}
