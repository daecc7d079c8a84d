// What a strict decoder reads from: the whole serialised value, plus framing offsets and the error it raises.

import type { Codec } from './codec.ts'
import type { Value } from './variant.ts'

/**
 * Bytes that do not follow their type. Containers put their field or index in front of `path` while it travels up;
 * `decode` and `encode` turn it into an OstreeError.
 */
export class Misfit extends Error {
  path: string[] = []
}

/** One value being decoded. Alignment counts from the start of `bytes`. */
export class Source {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Codecs of the types met inside variants, by signature. */
  #codecs: Map<string, Codec<Value>> | undefined

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The codec that `make` returns for `key`, made once for each value decoded. */
  codec(key: string, make: () => Codec<Value>): Codec<Value> {
    this.#codecs ??= new Map()
    let codec = this.#codecs.get(key)
    if (codec === undefined) {
      codec = make()
      this.#codecs.set(key, codec)
    }
    return codec
  }

  /** A framing offset of `width` bytes. */
  offset(position: number, width: number): number {
    switch (width) {
      case 0:
        return 0
      case 1:
        return this.bytes[position]!
      case 2:
        return this.view.getUint16(position, true)
      case 4:
        return this.view.getUint32(position, true)
      default:
        return this.view.getUint32(position, true) + this.view.getUint32(position + 4, true) * 0x1_0000_0000
    }
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

/** Bytes in each framing offset of a container that takes `size` bytes, offsets included. */
export function offsetWidth(size: number): 0 | 1 | 2 | 4 | 8 {
  if (size > 0xffff_ffff) return 8
  if (size > 0xffff) return 4
  if (size > 0xff) return 2
  return size > 0 ? 1 : 0
}
