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

const ATTEMPTS = 6

/**
 * The longest block of the best of several attempts, by name: what the machine does meanwhile hits one attempt or another,
 * a block of our own comes back in each.
 * @param attempt - Does the work and answers the longest block of each part of it. Called until all are short.
 */
export async function shortestBlocks(
  attempt: () => Promise<Readonly<Record<string, number>>>,
): Promise<Record<string, number>> {
  const best: Record<string, number> = {}
  for (let count = 0; count < ATTEMPTS; count++) {
    for (const [name, blocked] of Object.entries(await attempt())) {
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, blocked)
    }
    if (blocksTooLong(best).length === 0) break
  }
  return best
}

/** The parts that block for longer than they may, with their milliseconds. */
export const blocksTooLong = (blocks: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(blocks).filter(([, milliseconds]) => milliseconds >= MAX_BLOCKED_MS)

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
