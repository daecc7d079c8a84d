// Node's Buffers as what the interfaces promise.

/** The same memory as a plain `Uint8Array`: a Buffer's `slice` does not copy, which callers must not meet. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
