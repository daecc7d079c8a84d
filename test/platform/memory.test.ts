// The memory platform under the contract, and what it alone can be asked for.

import { expect, test } from 'vitest'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import { bytes, ioFailure } from './contract/support.ts'
import { testPlatform } from './contract.ts'

testPlatform('memory', async () => {
  const platform = await memoryPlatform()
  await platform.fs.ensureDirectory('/home/base')
  return { platform, base: '/home/base', posix: true, reflinks: true }
})

test('a full memory file system fails with ENOSPC and keeps what it had', async () => {
  const { fs } = await memoryPlatform({ capacityBytes: 10_000 })
  await fs.writeFile('/a', new Uint8Array(6000))
  expect(await ioFailure(() => fs.writeFile('/b', new Uint8Array(6000)))).toBe('ENOSPC write')
  expect((await fs.readFile('/a')).length).toBe(6000)
  await fs.unlink('/a')
  await fs.writeFile('/b', new Uint8Array(6000))
})

test('ids, umask, environment and boot are the given ones', async () => {
  const platform = await memoryPlatform({ uid: 1, gid: 2, umask: 0o077, environment: { A: 'b' }, bootId: 'boot-1' })
  await platform.fs.writeFile('/f', bytes(''), 0o666)
  expect(await platform.fs.lstat('/f')).toMatchObject({ uid: 1, gid: 2, mode: 0o100600 })
  expect([platform.environment('A'), await platform.bootId()]).toEqual(['b', 'boot-1'])
})
