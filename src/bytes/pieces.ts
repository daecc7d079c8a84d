// A stream of pieces that somebody may leave at any time.

/**
 * Not a generator: one that was never asked for anything would not notice that it is left, and keep what it holds.
 * @param next - The next piece; `undefined` at the end.
 * @param close - Called once: at the end, after a failure, or when the stream is left, be it before the first piece.
 */
export function piecesOf(
  next: () => Promise<Uint8Array | undefined>,
  close: () => Promise<void> | void = () => {},
): AsyncIterableIterator<Uint8Array> {
  let closed = false
  const end = async (): Promise<IteratorResult<Uint8Array>> => {
    if (!closed) {
      closed = true
      await close()
    }
    return { done: true, value: undefined }
  }
  const pieces: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => pieces,
    async next() {
      if (closed) return end()
      try {
        const piece = await next()
        return piece === undefined ? end() : { done: false, value: piece }
      } catch (error) {
        await end()
        throw error
      }
    },
    return: end,
  }
  return pieces
}
