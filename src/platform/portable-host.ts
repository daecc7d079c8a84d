// What every modern JavaScript host has: random bytes and a way to let others run.

/** The host's limit for one call of `getRandomValues`. */
const RANDOM_STEP_BYTES = 65_536

export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  for (let start = 0; start < count; start += RANDOM_STEP_BYTES) {
    crypto.getRandomValues(bytes.subarray(start, start + RANDOM_STEP_BYTES))
  }
  return bytes
}

/** Resolves after a turn of the event loop. Timers cannot be used: browsers stretch nested ones to 4 ms and more. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}
