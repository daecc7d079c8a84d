// Large commits leave the event loop alone, and memory does not grow with a file.

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { commit } from '../../../src/repo/commit/commit.ts'
import { initRepo } from '../../../src/repo/init.ts'
import { openRepo } from '../../../src/repo/repo.ts'
import { blocksTooLong, longestBlock, shortestBlocks } from '../../longest-block.ts'
import { temporaryDirectory } from '../../reference.ts'
import { pseudoRandomBytes } from '../../seed.ts'

const MIB = 1 << 20

for (const mode of ['archive', 'bare-user-only'] as const) {
  // In this thread, which is the hard case.
  test(`a commit to ${mode} blocks nobody for long`, { timeout: 120_000 }, async () => {
    const platform = await nodePlatform({ workers: 1 })
    const dir = await temporaryDirectory()
    const bytes = pseudoRandomBytes(2 * MIB)
    mkdirSync(join(dir, 'tree/many'), { recursive: true })
    for (let i = 0; i < 2000; i++) writeFileSync(join(dir, 'tree/many', `${i}`), bytes.subarray(i, 2 * i))
    for (let i = 0; i < 10; i++) writeFileSync(join(dir, 'tree', `medium-${i}`), bytes.subarray(i, MIB))
    for (let i = 0; i < 4; i++) writeFileSync(join(dir, 'tree', `large-${i}`), bytes.subarray(i))
    const modifier = mode === 'bare-user-only' ? { canonicalPermissions: true } : null
    let attempts = 0
    const blocks = await shortestBlocks(async () => {
      const path = join(dir, `repo-${attempts++}`)
      await initRepo(platform, path, { mode })
      const repo = await openRepo(platform, path)
      const work = async () => {
        await commit(repo, { trees: [{ kind: 'directory', path: join(dir, 'tree') }], branch: 'main', modifier })
      }
      const first = await longestBlock(work)
      return { first, again: await longestBlock(work) } // where all is there already
    })
    expect(blocksTooLong(blocks)).toEqual([])
  })
}

test('a file of 1 GiB takes no more memory than one of 64 MiB', { timeout: 120_000 }, async () => {
  const platform = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  await initRepo(platform, join(dir, 'repo'), { mode: 'archive' })
  const repo = await openRepo(platform, join(dir, 'repo'))
  const peakOf = async (sizeBytes: number) => {
    const tree = join(dir, `tree-${sizeBytes}`)
    mkdirSync(tree, { recursive: true })
    writeFileSync(join(tree, 'file'), '')
    truncateSync(join(tree, 'file'), sizeBytes)
    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss)
    }, 5)
    await commit(repo, { trees: [{ kind: 'directory', path: tree }], branch: 'main' })
    clearInterval(watch)
    return peak
  }
  const small = await peakOf(64 * MIB)
  expect(small).toBeGreaterThan(0)
  // The garbage collector may be late once; memory that grows with the file does so each time.
  let growth = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3 && growth >= 64 * MIB; attempt++) growth = (await peakOf(1024 * MIB)) - small
  expect(growth).toBeLessThan(64 * MIB)
})
