// Long calls leave the event loop alone, and streams leave memory alone.

import { randomFillSync } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { longestBlock, MAX_BLOCKED_MS, processorClock } from '../longest-block.ts'
import { temporaryDirectory } from '../reference.ts'

const MIB = 1 << 20

// A busy machine's delays cannot all be told from a block, which comes back every time: each test is tried again.
const patiently = { retry: 2, timeout: 120_000 }

test('flushing a file, a directory and a file system does not block', patiently, async () => {
  const { fs } = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  const handle = await fs.open(join(dir, 'f'), 'wx')
  const piece = randomFillSync(new Uint8Array(MIB))
  const write = async () => {
    for (let i = 0; i < 64; i++) {
      await handle.write(piece)
      if (i % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await write()
  expect(await longestBlock(() => handle.sync())).toBeLessThan(MAX_BLOCKED_MS)
  await write()
  expect(await longestBlock(() => fs.syncFileSystem(dir))).toBeLessThan(MAX_BLOCKED_MS)
  expect(await longestBlock(() => fs.syncDirectory(dir))).toBeLessThan(MAX_BLOCKED_MS)
  await handle.close()
})

test('copying a large file and removing a large tree do not block', patiently, async () => {
  const { fs } = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  const handle = await fs.open(join(dir, 'f'), 'wx')
  await handle.truncate(0)
  for (let i = 0; i < 128; i++) await handle.write(new Uint8Array(MIB).fill(i))
  await handle.close()
  expect(await longestBlock(async () => fs.copyFile(join(dir, 'f'), join(dir, 'g')))).toBeLessThan(MAX_BLOCKED_MS)
  for (let d = 0; d < 20; d++) {
    await fs.ensureDirectory(join(dir, `tree/${d}`))
    for (let f = 0; f < 200; f++) await fs.writeFile(join(dir, `tree/${d}/${f}`), new Uint8Array(1))
  }
  expect(await longestBlock(async () => fs.removeTree(join(dir, 'tree')))).toBeLessThan(MAX_BLOCKED_MS)
})

test('200 MB through deflate and inflate: no block, bounded memory', patiently, async () => {
  const { deflateRaw, inflateRaw } = await nodePlatform({ workers: 1 })
  const piece = randomFillSync(new Uint8Array(MIB))
  async function* source() {
    for (let i = 0; i < 200; i++) yield piece
  }
  let total = 0
  let peak = 0
  const before = process.memoryUsage().rss
  const blocked = await longestBlock(async () => {
    for await (const part of inflateRaw(deflateRaw(source(), 1))) {
      total += part.length
      peak = Math.max(peak, process.memoryUsage.rss())
    }
  }, processorClock)
  expect(total).toBe(200 * MIB)
  expect(blocked).toBeLessThan(MAX_BLOCKED_MS)
  expect(peak - before).toBeLessThan(100 * MIB)
})
