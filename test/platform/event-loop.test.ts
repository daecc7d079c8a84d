// Long calls leave the event loop alone, and streams leave memory alone.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { blocksTooLong, longestBlock, processorClock, shortestBlocks } from '../longest-block.ts'
import { temporaryDirectory } from '../reference.ts'
import { pseudoRandomBytes } from '../seed.ts'

const MIB = 1 << 20
const LIMITS = { timeout: 300_000 }

test('flushing a file, a directory and a file system does not block', LIMITS, async () => {
  const { fs } = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  const handle = await fs.open(join(dir, 'f'), 'wx')
  const piece = pseudoRandomBytes(MIB)
  const write = async () => {
    for (let i = 0; i < 64; i++) {
      await handle.write(piece)
      if (i % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const blocks = await shortestBlocks(async () => {
    await handle.truncate(0)
    await write()
    const file = await longestBlock(() => handle.sync())
    await write()
    const fileSystem = await longestBlock(() => fs.syncFileSystem(dir))
    return { file, fileSystem, directory: await longestBlock(() => fs.syncDirectory(dir)) }
  })
  expect(blocksTooLong(blocks)).toEqual([])
  await handle.close()
})

test('copying a large file and removing a large tree do not block', LIMITS, async () => {
  const { fs } = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  const handle = await fs.open(join(dir, 'f'), 'wx')
  for (let i = 0; i < 128; i++) await handle.write(new Uint8Array(MIB).fill(i))
  await handle.close()
  let copies = 0
  const blocks = await shortestBlocks(async () => {
    const copy = await longestBlock(async () => fs.copyFile(join(dir, 'f'), join(dir, `copy-${copies++}`)))
    for (let d = 0; d < 20; d++) {
      await fs.ensureDirectory(join(dir, `tree/${d}`))
      for (let f = 0; f < 200; f++) await fs.writeFile(join(dir, `tree/${d}/${f}`), new Uint8Array(1))
    }
    return { copy, remove: await longestBlock(async () => fs.removeTree(join(dir, 'tree'))) }
  })
  expect(blocksTooLong(blocks)).toEqual([])
})

test('200 MB through deflate and inflate: no block, bounded memory', LIMITS, async () => {
  const { deflateRaw, inflateRaw } = await nodePlatform({ workers: 1 })
  const piece = pseudoRandomBytes(MIB)
  async function* source() {
    for (let i = 0; i < 200; i++) yield piece
  }
  const before = process.memoryUsage().rss
  let peak = 0
  const blocks = await shortestBlocks(async () => {
    let total = 0
    const stream = await longestBlock(async () => {
      for await (const part of inflateRaw(deflateRaw(source(), 1))) {
        total += part.length
        peak = Math.max(peak, process.memoryUsage.rss())
      }
    }, processorClock)
    expect(total).toBe(200 * MIB)
    return { stream }
  })
  expect(blocksTooLong(blocks)).toEqual([])
  expect(peak - before).toBeLessThan(100 * MIB)
})
