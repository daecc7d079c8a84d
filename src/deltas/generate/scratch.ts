// Large arrays that one job uses again and again: left to the garbage collector they would pile up.

export class Scratch {
  readonly #buffers = new Map<string, ArrayBuffer>()

  /** An array of `length` bytes, not cleared, good until the next call with the same name. */
  bytes(name: string, length: number): Uint8Array {
    return new Uint8Array(this.#buffer(name, length), 0, length)
  }

  numbers(name: string, length: number): Int32Array {
    return new Int32Array(this.#buffer(name, 4 * length), 0, length)
  }

  #buffer(name: string, bytes: number): ArrayBuffer {
    const known = this.#buffers.get(name)
    if (known !== undefined && known.byteLength >= bytes) return known
    this.#buffers.delete(name)
    const buffer = new ArrayBuffer(bytes)
    this.#buffers.set(name, buffer)
    return buffer
  }
}
