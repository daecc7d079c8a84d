// A bounded number of tasks at a time.

/**
 * Runs `task` for every item, at most `limit` at once, in their order. After a failure no further one starts; it rejects
 * once all have ended, with the failure of the first item that has one.
 * @param task - Also gets its lane, below `limit`: of the tasks of one lane only one runs at a time.
 */
export async function inParallel<T>(
  limit: number,
  items: readonly T[],
  task: (item: T, index: number, lane: number) => Promise<void>,
): Promise<void> {
  const failures = new Map<number, unknown>()
  let next = 0
  const work = async (lane: number) => {
    while (next < items.length && failures.size === 0) {
      const index = next++
      try {
        await task(items[index]!, index, lane)
      } catch (error) {
        failures.set(index, error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, (_, lane) => work(lane)))
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()))
}
