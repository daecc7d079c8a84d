// SHA-256 on Node: the native digest by default, hash-wasm when asked (`OSTREE_TS_HASH=wasm`). Both always agree.

import { createWasmEngine, type HashEngine } from '../wasm-sha256.ts'
import { plainBytes } from './bytes.ts'

export type HashChoice = 'native' | 'wasm'

/** Compiles WASM first where that engine is chosen, so that the methods can stay synchronous. */
export async function createHashEngine(choice: HashChoice): Promise<HashEngine> {
  return choice === 'wasm' ? createWasmEngine() : nativeEngine()
}

function nativeEngine(): HashEngine {
  // Loaded at the first digest: `rev-parse` and its like never hash.
  let crypto: typeof import('node:crypto') | undefined
  const load = () => {
    crypto ??= process.getBuiltinModule('node:crypto')
    return crypto
  }
  return {
    sha256() {
      const hash = load().createHash('sha256')
      return { update: (bytes) => void hash.update(bytes), digest: () => plainBytes(hash.digest()) }
    },
    sha256Once: (bytes) => plainBytes(load().hash('sha256', bytes, 'buffer')),
  }
}
