// Giving the event loop its turn during long work.

/** Work goes on for this long before a pause. */
const SLICE_MS = 10

/**
 * A `breathe()` that answers at once until the last pause is more than 10 ms ago.
 * @param pause - Resolves after timers and I/O had their turn.
 */
export function createBreather(pause: () => Promise<void>): () => Promise<void> | undefined {
  let last = performance.now()
  let pausing: Promise<void> | undefined
  return () => {
    if (pausing !== undefined) return pausing
    if (performance.now() - last < SLICE_MS) return undefined
    pausing = pause().then(() => {
      pausing = undefined
      last = performance.now()
    })
    return pausing
  }
}
