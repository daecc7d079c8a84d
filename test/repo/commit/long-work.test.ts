// Large commits leave the event loop alone, and memory does not grow with a file.

import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { commit } from '../../../src/repo/commit/commit.ts'
import { initRepo } from '../../../src/repo/init.ts'
import { openRepo } from '../../../src/repo/repo.ts'
import { longestBlock, MAX_BLOCKED_MS } from '../../longest-block.ts'
import { temporaryDirectory } from '../../reference.ts'
import { pseudoRandomBytes } from './sample-tree.ts'

const MIB = 1 << 20

for (const mode of ['archive', 'bare-user-only'] as const) {
  // In this thread, which is the hard case. A busy machine's delays look like a block, but do not come back each time.
  test(`a commit to ${mode} blocks nobody for long`, { retry: 2, timeout: 120_000 }, async () => {
    const platform = await nodePlatform({ workers: 1 })
    const dir = await temporaryDirectory()
    const bytes = pseudoRandomBytes(2 * MIB)
    mkdirSync(join(dir, 'tree/many'), { recursive: true })
    for (let i = 0; i < 2000; i++) writeFileSync(join(dir, 'tree/many', `${i}`), bytes.subarray(i, 2 * i))
    for (let i = 0; i < 10; i++) writeFileSync(join(dir, 'tree', `medium-${i}`), bytes.subarray(i, MIB))
    for (let i = 0; i < 4; i++) writeFileSync(join(dir, 'tree', `large-${i}`), bytes.subarray(i))
    await initRepo(platform, join(dir, 'repo'), { mode })
    const repo = await openRepo(platform, join(dir, 'repo'))
    const modifier = mode === 'bare-user-only' ? { canonicalPermissions: true } : null
    const work = async () => {
      await commit(repo, { trees: [{ kind: 'directory', path: join(dir, 'tree') }], branch: 'main', modifier })
    }
    expect(await longestBlock(work)).toBeLessThan(MAX_BLOCKED_MS)
    expect(await longestBlock(work)).toBeLessThan(MAX_BLOCKED_MS) // once more, where all is there already
  })
}

test('a file of 1 GiB takes no more memory than one of 64 MiB', { timeout: 120_000 }, async () => {
  const platform = await nodePlatform({ workers: 1 })
  const dir = await temporaryDirectory()
  await initRepo(platform, join(dir, 'repo'), { mode: 'archive' })
  const repo = await openRepo(platform, join(dir, 'repo'))
  const peakOf = async (sizeBytes: number) => {
    const tree = join(dir, `tree-${sizeBytes}`)
    mkdirSync(tree)
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
  expect((await peakOf(1024 * MIB)) - small).toBeLessThan(64 * MIB)
})
