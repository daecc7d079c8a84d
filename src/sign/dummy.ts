// dummy: a signature is the key itself, and proves nothing. For tests, and only where the environment asks for it.
// Facts: spec/signatures.md#dummy

import { equalBytes } from '../bytes/compare.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { OstreeError } from '../errors.ts'
import { linesOf } from './key-lines.ts'
import type { KeyKind } from './types.ts'

export const DUMMY_ENABLED = 'OSTREE_DUMMY_SIGN_ENABLED'

/** @param environment - Looks up a variable; `OSTREE_DUMMY_SIGN_ENABLED=1` lets this kind work. */
export function dummyKind(environment: (name: string) => string | undefined): KeyKind {
  const requireAllowed = () => {
    if (environment(DUMMY_ENABLED) === '1') return
    throw new OstreeError('FAILED', { reason: 'dummy signature type is only for ostree testing' })
  }
  return {
    name: 'dummy',
    metadataKey: 'ostree.sign.dummy',
    sentences: {
      noEntry: 'signature: dummy: commit have no signatures of my type',
      nothingTried: 'signature: dummy: no signatures',
      verified: () => 'dummy: Signature verified',
      refused: (_keys, count) => `signature: dummy: incorrect signatures found: ${count}`,
    },
    singleKey: true,
    hasKeyFiles: false,
    keyFromText: encodeUtf8,
    keysInFile: linesOf,
    checkKey(_key, role) {
      if (role === 'secret') requireAllowed()
    },
    requireAllowed,
    checkSignature() {},
    sign(_data, secretKey) {
      requireAllowed()
      return secretKey
    },
    matches: (_data, signature, publicKey) => equalBytes(untilNul(signature), untilNul(publicKey)),
  }
}

/** The reference compares C strings. */
function untilNul(bytes: Uint8Array): Uint8Array {
  const nul = bytes.indexOf(0)
  return nul < 0 ? bytes : bytes.subarray(0, nul)
}
