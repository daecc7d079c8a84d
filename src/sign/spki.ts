// spki: any algorithm whose public keys come as SubjectPublicKeyInfo and whose secret keys as PKCS#8.
// Facts: spec/signatures.md#spki

import { fromLooseBase64 } from '../bytes/base64.ts'
import { OstreeError } from '../errors.ts'
import { pemBlocks } from './pem.ts'
import { sentencesOf } from './sentences.ts'
import { spkiAlgorithm } from './spki-algorithms.ts'
import { type AlgorithmKey, parsePrivateKey, parsePublicKeyInfo } from './spki-keys.ts'
import type { KeyKind } from './types.ts'

/** The reference's limit for a key and for a signature. */
const MAX_BYTES = 128 << 20

export const SPKI: KeyKind = {
  name: 'spki',
  metadataKey: 'ostree.sign.spki',
  sentences: sentencesOf('spki'),
  singleKey: false,
  hasKeyFiles: true,
  keyFromText: fromLooseBase64,
  keysInFile: (file, holds) => pemBlocks(file, holds === 'public' ? 'PUBLIC KEY' : 'PRIVATE KEY'),
  checkKey() {}, // the reference looks at a key when it is used
  requireAllowed() {},
  checkSignature({ length }) {
    if (length <= MAX_BYTES) return
    const reason = `Invalid signature of ${length} bytes, expected <= ${MAX_BYTES}`
    throw new OstreeError('UNTRUSTED', { reason })
  },
  async sign(data, secretKey) {
    const key = await readable(() => parsePrivateKey(secretKey))
    const algorithm = spkiAlgorithm(key)
    return readable(() => algorithm.sign(data, key))
  },
  async matches(data, signature, publicKey) {
    const key: AlgorithmKey = await readable(() => parsePublicKeyInfo(publicKey))
    const algorithm = spkiAlgorithm(key)
    const verify = await readable(() => algorithm.verifier(key, publicKey))
    return verify(data, signature)
  },
}

/** Whatever a parser, a curve or WebCrypto says of bytes that are no key, in the reference's words. */
async function readable<T>(use: () => T | Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: 'openssl: Failed to initialize spki key' }, { cause: error })
  }
}
