// What a strict decoder reads from, and what it throws.

import type { Codec } from './codec.ts'
import type { Value } from './value.ts'

/**
 * Bytes or a value that do not follow their type. Containers put their field or index in front of `path` while it
 * travels up; `decode` and `encode` turn it into an OstreeError.
 */
export class Misfit extends Error {
  readonly path: string[] = []
}

/** Puts one step in front of the path of a Misfit on its way up. */
export function within(step: string | number, error: unknown): unknown {
  if (error instanceof Misfit) error.path.unshift(String(step))
  return error
}

/** One serialised value. Alignment counts from the start of `bytes`. */
export class Source {
  readonly bytes: Uint8Array
  readonly view: DataView
  #codecs: Map<string, Codec<Value>> | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The codec of a type met inside variants, made once for each value decoded. */
  codec(signature: string, make: () => Codec<Value>): Codec<Value> {
    this.#codecs ??= new Map()
    let codec = this.#codecs.get(signature)
    if (codec === undefined) {
      codec = make()
      this.#codecs.set(signature, codec)
    }
    return codec
  }

  /** Checks that padding is zero and returns where it ends. */
  skipPadding(start: number, alignment: number, limit: number): number {
    let position = start
    while (position % alignment !== 0) {
      if (position >= limit || this.bytes[position] !== 0) throw new Misfit('padding is not zero')
      position++
    }
    return position
  }
}
