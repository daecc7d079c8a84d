// Randomness, the environment, giving way, and the pool of one.

import { describe, expect, test } from 'vitest'
import type { Suite } from './suite.ts'

export function testRunning(suite: Suite): void {
  describe('running', () => {
    test('random bytes are as many as asked, and not the same', () => {
      const { platform } = suite
      for (const count of [0, 1, 16, 100_000]) expect(platform.randomBytes(count).length).toBe(count)
      expect(platform.randomBytes(16)).not.toEqual(platform.randomBytes(16))
    })
    test('the boot has one name, and what the environment does not have is undefined', async () => {
      const { platform } = suite
      expect(await platform.bootId()).toMatch(/^[\w-]+$/)
      expect(await platform.bootId()).toBe(await platform.bootId())
      expect(platform.environment('OSTREE_TS_SURELY_NOT_SET')).toBeUndefined()
    })
    test('breathe answers at once until 10 ms have passed, and then lets timers run', async () => {
      const { platform } = suite
      // A machine that takes the processor away for 10 ms makes it wait; not time after time.
      let atOnce = false
      for (let attempt = 0; attempt < 20 && !atOnce; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, 15))
        await platform.breathe()
        atOnce = platform.breathe() === undefined
      }
      expect(atOnce).toBe(true)
      let fired = false
      setTimeout(() => {
        fired = true
      }, 1)
      let pauses = 0
      while (!fired && pauses < 3) {
        const pause = platform.breathe()
        if (pause === undefined) continue
        pauses += 1
        await pause
      }
      // A pause may end in the same turn of the event loop, before the timers have theirs; not twice.
      expect(fired).toBe(true)
    })
    test('a lent array goes to one user at a time', async () => {
      const { platform } = suite
      const seen = new Set<Uint8Array>()
      const user = () =>
        platform.withBuffer(async (buffer) => {
          expect(buffer.length).toBe(1 << 20)
          expect(seen.has(buffer)).toBe(false)
          seen.add(buffer)
          await new Promise((resolve) => setTimeout(resolve, 1))
          seen.delete(buffer)
          return 'done'
        })
      expect(await Promise.all([user(), user(), user(), user()])).toEqual(['done', 'done', 'done', 'done'])
      await expect(platform.withBuffer(async () => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
      expect(await user()).toBe('done')
    })
    test('a pool of one runs its jobs here, one after the other, each with its own outcome', async () => {
      const { pool } = suite.platform
      expect(pool.size).toBe(1)
      const log: string[] = []
      const job = (name: string) => async () => {
        log.push(`${name} starts`)
        await new Promise((resolve) => setTimeout(resolve, 2))
        log.push(`${name} ends`)
        if (name === 'b') throw new RangeError('b')
        return name
      }
      const controller = new AbortController()
      const runs = ['a', 'b', 'c'].map((name) => pool.run(name, {}, job(name)))
      const aborted = pool.run('d', {}, job('d'), { signal: controller.signal })
      controller.abort(new Error('enough'))
      const ends = (await Promise.allSettled([...runs, aborted])).map((end) =>
        end.status === 'fulfilled' ? end.value : String(end.reason),
      )
      expect(ends).toEqual(['a', 'RangeError: b', 'c', 'Error: enough'])
      expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
      await pool.close()
    })
  })
}
