// The portable SHA-256 engine: hash-wasm. One WASM instance serves any number of hashers, each keeping its state aside
// while another one works (a new instance costs far more than a copied state).

import type { IHasher } from 'hash-wasm'
import type { Hasher } from './types.ts'

export interface HashEngine {
  sha256(): Hasher
  sha256Once(bytes: Uint8Array): Uint8Array
}

/** Compiles the engine; afterwards every call is synchronous. */
export async function createWasmEngine(): Promise<HashEngine> {
  const { createSHA256 } = await import('hash-wasm')
  const engine = new SharedEngine(await createSHA256())
  return {
    sha256: () => new WasmHasher(engine),
    sha256Once(bytes) {
      const hasher = new WasmHasher(engine)
      hasher.update(bytes)
      return hasher.digest()
    },
  }
}

class SharedEngine {
  readonly core: IHasher
  #user: WasmHasher | undefined
  constructor(core: IHasher) {
    this.core = core
  }
  /** Puts `hasher`'s state into the instance and sets the present user's aside. */
  enter(hasher: WasmHasher): IHasher {
    if (this.#user !== hasher) {
      if (this.#user !== undefined) this.#user.saved = this.core.save()
      if (hasher.saved === undefined) this.core.init()
      else this.core.load(hasher.saved)
      this.#user = hasher
    }
    return this.core
  }
  leave(): void {
    this.#user = undefined
  }
}

class WasmHasher implements Hasher {
  saved: Uint8Array | undefined
  readonly #engine: SharedEngine
  constructor(engine: SharedEngine) {
    this.#engine = engine
  }
  update(bytes: Uint8Array): void {
    this.#engine.enter(this).update(bytes)
  }
  digest(): Uint8Array {
    const digest = this.#engine.enter(this).digest('binary')
    this.#engine.leave()
    return digest
  }
}
