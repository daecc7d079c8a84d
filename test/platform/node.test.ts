// The Node platform under the contract, with both hash engines.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HashChoice } from '../../src/platform/node/hashing.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { testPlatform } from './contract.ts'

for (const hash of ['native', 'wasm'] satisfies HashChoice[]) {
  testPlatform(`Node, ${hash} hashing`, async () => {
    const base = await mkdtemp(join(tmpdir(), 'ostree-ts-platform-'))
    const platform = await nodePlatform({ workers: 1, hash })
    return { platform, base, posix: true, reflinks: false, dispose: () => rm(base, { recursive: true }) }
  })
}
