// What happens when a delta cannot be finished: nothing of it is left.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generateDelta } from '../../../src/deltas/generate/generate.ts'
import { isOstreeError } from '../../../src/errors.ts'
import type { Checksum } from '../../../src/objects/checksum.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import type { Platform } from '../../../src/platform/types.ts'
import { resolveRev } from '../../../src/repo/refs/resolve-rev.ts'
import { openRepo } from '../../../src/repo/repo.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { noise, sprinkled } from '../samples.ts'

let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-generate-'))
  const run = async (...args: string[]) => expect((await runInProcess(args, { cwd: dir })).code).toBe(0)
  await run('init', '--repo=repo', '--mode=archive')
  for (const bytes of [noise(50_000, 1), sprinkled(noise(50_000, 1), 500)]) {
    mkdirSync(join(dir, 'tree'), { recursive: true })
    writeFileSync(join(dir, 'tree/program'), bytes)
    await run('commit', '--repo=repo', '-b', 'main', '--tree=dir=tree', '--no-xattrs')
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function open(platform: Platform) {
  const repo = await openRepo(platform, join(dir, 'repo'))
  return { repo, from: (await resolveRev(repo, 'main^')) as Checksum, to: await resolveRev(repo, 'main') }
}

function expectNothingLeft(): void {
  expect(readdirSync(join(dir, 'repo')).includes('deltas')).toBe(false)
  expect(readdirSync(join(dir, 'repo/tmp')).filter((name) => name.startsWith('delta-'))).toEqual([])
}

for (const workers of [1, 2]) {
  for (const moment of ['analysed', 'compared'] as const) {
    test(`stopped when it has ${moment}, with ${workers} threads`, async () => {
      const platform = await nodePlatform({ workers })
      const { repo, from, to } = await open(platform)
      const controller = new AbortController()
      const reason = new Error('enough')
      const made = generateDelta(repo, from, to, {
        signal: controller.signal,
        onProgress: ({ kind }) => kind === moment && controller.abort(reason),
      })
      await expect(made).rejects.toBe(reason)
      expectNothingLeft()
      await platform.pool.close()
    })
  }
}

test('a platform without xz says so, and what to install', async () => {
  const platform = await nodePlatform({ workers: 1 })
  const { repo, from, to } = await open({ ...platform, xzEncoder: async () => undefined })
  const error: unknown = await generateDelta(repo, from, to).catch((thrown: unknown) => thrown)
  expect(isOstreeError(error, 'UNSUPPORTED')).toBe(true)
  expect(String(error)).toContain('node-liblzma')
  expectNothingLeft()
})
