// Large arrays that are read into and used again. A fresh one for each read is garbage of which the engine sees only
// the handle: it piles up to tens of megabytes a thread (measured: bench/commit).

const BUFFER_BYTES = 1 << 20
/** Kept for the next user; more than these are only in use at the same time, and then let go. */
const MAX_KEPT = 2

/** Each array goes to one user at a time. What an earlier user left is still in it. */
export function createLender(): <T>(use: (buffer: Uint8Array) => Promise<T>) => Promise<T> {
  const kept: Uint8Array[] = []
  return async (use) => {
    const buffer = kept.pop() ?? new Uint8Array(BUFFER_BYTES)
    try {
      return await use(buffer)
    } finally {
      if (kept.length < MAX_KEPT) kept.push(buffer)
    }
  }
}
