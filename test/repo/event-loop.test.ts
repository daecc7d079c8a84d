// No public operation keeps the event loop to itself for more than 50 ms: a timer tells. Run in this thread alone, which
// is the hard case, and with worker threads.

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import type { Platform } from '../../src/platform/types.ts'
import { pullLocal } from '../../src/pull/pull-local.ts'
import { checkout } from '../../src/repo/checkout/checkout.ts'
import { commit } from '../../src/repo/commit/commit.ts'
import { initRepo } from '../../src/repo/init.ts'
import { fsck } from '../../src/repo/maintenance/fsck.ts'
import { prune } from '../../src/repo/maintenance/prune.ts'
import { resolveRev } from '../../src/repo/refs/resolve-rev.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { regenerateSummary } from '../../src/repo/summary/regenerate-summary.ts'
import { exportTar } from '../../src/repo/tar/tar-export.ts'
import { diff, diffStats } from '../../src/repo/trees/diff.ts'
import { commitRoot, walkTree } from '../../src/repo/trees/tree-path.ts'
import { blocksTooLong, longestBlock, processorClock, shortestBlocks } from '../longest-block.ts'
import { temporaryDirectory } from '../reference.ts'

const FOLDERS = 40
const FILES_PER_FOLDER = 75
const LARGE_BYTES = 48 << 20

function makeTree(path: string): void {
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(join(path, `folder-${folder}`), { recursive: true })
    for (let file = 0; file < FILES_PER_FOLDER; file++) {
      writeFileSync(join(path, `folder-${folder}/file-${file}`), `${folder} ${file} `.repeat(file * 20))
    }
  }
  mkdirSync(join(path, 'wide'))
  for (let file = 0; file < 3000; file++) symlinkSync(`../target-${file}`, join(path, `wide/link-${file}`))
  const large = new Uint8Array(LARGE_BYTES)
  for (let i = 0; i < large.length; i += 16) large[i] = i * 31
  writeFileSync(join(path, 'large'), large)
}

describe.each([1, 2])('%d threads', (workers) => {
  test('every operation lets timers have their turn', { timeout: 300_000 }, async () => {
    const platform = await nodePlatform({ workers })
    const dir = await temporaryDirectory()
    let attempts = 0
    const blocks = await shortestBlocks(async () => {
      const folder = join(dir, `${attempts++}`)
      const blocked = await blocksOf(platform, folder)
      rmSync(folder, { recursive: true })
      return blocked
    })
    await platform.pool.close()
    expect(blocksTooLong(blocks), JSON.stringify(blocks)).toEqual([])
  })
})

/** Runs every operation in the folder `dir`, which it makes; the longest block of each, in milliseconds. */
async function blocksOf(platform: Platform, dir: string): Promise<Record<string, number>> {
  makeTree(join(dir, 'tree'))
  const blocked: Record<string, number> = {}
  const watch = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    let result: T | undefined
    // Processor time: the garbage collector's helpers and other processes take turns of their own on a busy machine.
    blocked[name] = await longestBlock(async () => {
      result = await work()
    }, processorClock)
    return result as T
  }
  for (const name of ['archive', 'bare-user-only', 'pulled']) {
    await initRepo(platform, join(dir, name), { mode: name === 'bare-user-only' ? name : 'archive' })
  }
  const archive = await openRepo(platform, join(dir, 'archive'))
  const bare = await openRepo(platform, join(dir, 'bare-user-only'))
  const trees = [{ kind: 'directory', path: join(dir, 'tree') }] as const
  for (const [name, repo] of [
    ['archive', archive],
    ['bare-user-only', bare],
  ] as const) {
    await watch(`commit to ${name}`, () => commit(repo, { trees, branch: 'main', modifier: null, timestamp: 1n }))
    await watch(`fsck of ${name}`, () => fsck(repo))
    await watch(`checkout from ${name}`, () =>
      checkout(repo, 'main', join(dir, `out-${name}`), { mode: 'user', forceCopy: true }),
    )
  }
  writeFileSync(join(dir, 'tree/one-more'), 'more')
  await watch('second commit', () => commit(archive, { trees, branch: 'main', parent: null, timestamp: 2n }))
  const head = await resolveRev(archive, 'main')
  await watch('diff with a folder', () => diff(archive, { commit: head }, { path: join(dir, 'tree') }))
  await watch('diff statistics', () => diffStats(archive, head, head))
  await watch('walk', async () => {
    for await (const _ of walkTree(archive, await commitRoot(archive, head)));
  })
  await watch('export', async () => {
    for await (const _ of exportTar(archive, await commitRoot(archive, head)));
  })
  const pulled = await openRepo(platform, join(dir, 'pulled'))
  await watch('pull-local', () => pullLocal(pulled, archive))
  await watch('summary', () => regenerateSummary(archive))
  await watch('prune', () => prune(archive, { refsOnly: true, depth: 0 }))
  return blocked
}
