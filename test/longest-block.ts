// Measuring how long work keeps the event loop to itself.

import { readFileSync } from 'node:fs'

export const MAX_BLOCKED_MS = 50

/** Milliseconds that this thread had the processor, and that it was ready to run while others had it (Linux tells). */
function schedule(): { readonly ran: number; readonly waited: number } | undefined {
  if (process.platform !== 'linux') return undefined
  const [ran = 0, waited = 0] = readFileSync('/proc/self/schedstat', 'utf8').split(' ').map(Number)
  return { ran: ran / 1e6, waited: waited / 1e6 }
}

/** Time as it passes, but for what a busy machine takes away. */
export const wallClock = () => performance.now() - (schedule()?.waited ?? 0)
/** Time in which this thread computes: for long work, in which the garbage collector's own threads may be kept waiting. */
export const processorClock = () => schedule()?.ran ?? performance.now()

/** The longest time that a timer had to wait for its turn while `work` went on. */
export async function longestBlock(work: () => Promise<unknown>, now = wallClock): Promise<number> {
  let longest = 0
  let last = now()
  const look = () => {
    const time = now()
    longest = Math.max(longest, time - last)
    last = time
  }
  const timer = setInterval(look, 1)
  try {
    await work()
  } finally {
    clearInterval(timer)
    look() // work that never let the timer have its turn
  }
  return longest
}
