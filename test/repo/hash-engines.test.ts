// WASM and native hashing give the same repositories, in this thread and in worker threads.

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { commit } from '../../src/repo/commit/commit.ts'
import { initRepo } from '../../src/repo/init.ts'
import { fsck } from '../../src/repo/maintenance/fsck.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { temporaryDirectory } from '../reference.ts'
import { repoContents } from './commit/repo-contents.ts'
import { makeSampleTree } from './commit/sample-tree.ts'

describe.each(['archive', 'bare-user-only'] as const)('%s', (mode) => {
  test('the same objects, whichever engine hashed them; each accepts what the other wrote', async () => {
    const dir = await temporaryDirectory()
    await makeSampleTree(join(dir, 'tree'))
    const seen: Record<string, string>[] = []
    for (const hash of ['native', 'wasm'] as const) {
      for (const workers of [1, 2]) {
        const platform = await nodePlatform({ hash, workers })
        const path = join(dir, `${hash}-${workers}`)
        await initRepo(platform, path, { mode })
        const repo = await openRepo(platform, path)
        const trees = [{ kind: 'directory', path: join(dir, 'tree') }] as const
        await commit(repo, { trees, branch: 'main', timestamp: 1n, modifier: { skipXattrs: true } })
        await platform.pool.close()
        const other = await nodePlatform({ hash: hash === 'native' ? 'wasm' : 'native', workers: 1 })
        expect(await fsck(await openRepo(other, path))).toMatchObject({ commits: 1, corrupt: false })
        seen.push(await repoContents(path))
      }
    }
    for (const contents of seen) expect(contents).toEqual(seen[0])
    expect(Object.keys(seen[0]!).length).toBeGreaterThan(20)
  })
})
