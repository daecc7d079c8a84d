// Jobs start while there is memory for them, in their order, and one that wants more than there is runs alone.

import { expect, test } from 'vitest'
import { MemoryBudget } from '../../../src/deltas/generate/memory-budget.ts'

test('no more at once than fits; a failure gives back what it had', async () => {
  const budget = new MemoryBudget(100)
  const running = new Set<number>()
  const started: number[] = []
  let used = 0
  const sizes = [60, 30, 50, 500, 10, 100, 1]
  const jobs = sizes.map((bytes, index) =>
    budget.run(bytes, async () => {
      started.push(index)
      running.add(index)
      used += Math.min(bytes, 100)
      expect(used).toBeLessThanOrEqual(100)
      if (bytes >= 100) expect(running.size).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running.delete(index)
      used -= Math.min(bytes, 100)
      if (index === 2) throw new Error('this one fails')
      return index
    }),
  )
  const results = await Promise.allSettled(jobs)
  expect(results.map(({ status }) => status)).toEqual(sizes.map((_, index) => (index === 2 ? 'rejected' : 'fulfilled')))
  expect(started).toEqual(sizes.map((_, index) => index))
})
