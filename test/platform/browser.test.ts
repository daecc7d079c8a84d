// The browser platform under the contract, over a directory handle of our own making, and what only it has to say.

import { expect, test } from 'vitest'
import { browserPlatform } from '../../src/platform/browser/platform.ts'
import { bytes, errorOf, ioFailure } from './contract/support.ts'
import { testPlatform } from './contract.ts'
import { FakeDirectory, fakeLockManager } from './fake-browser.ts'

const estimate = async () => ({ quota: 1e9, usage: 1e6 })

testPlatform('browser', async () => {
  const platform = await browserPlatform(new FakeDirectory('root'), { lockManager: fakeLockManager(), estimate })
  await platform.fs.ensureDirectory('/base')
  return { platform, base: '/base', posix: false, reflinks: false }
})

test('what is written shows up when the file is synced or closed, not before', async () => {
  const { fs } = await browserPlatform(new FakeDirectory('root'))
  const handle = await fs.open('/f', 'wx')
  await handle.write(bytes('abc'))
  expect(await fs.readFile('/f')).toEqual(bytes(''))
  await handle.sync()
  expect(await fs.readFile('/f')).toEqual(bytes('abc'))
  await handle.write(bytes('def'))
  await handle.close()
  expect(await fs.readFile('/f')).toEqual(bytes('abcdef'))
})

test('the fixed mode and owner may be asked for, others may not; times cannot be set', async () => {
  const { fs } = await browserPlatform(new FakeDirectory('root'))
  const handle = await fs.open('/f', 'wx')
  await handle.chmod(0o644)
  await handle.chown(0, 0)
  await fs.chmod('/f', 0o644)
  await fs.lchown('/', 0, 0)
  expect((await errorOf(() => handle.chmod(0o755))).code).toBe('UNSUPPORTED')
  expect((await errorOf(() => handle.chown(1, 0))).code).toBe('UNSUPPORTED')
  expect((await errorOf(() => handle.utimes(0, 0))).code).toBe('UNSUPPORTED')
  expect(await ioFailure(() => fs.reflink('/f', '/g'))).toBe('EOPNOTSUPP copyfile')
})

test('nothing leads out of the directory', async () => {
  const root = new FakeDirectory('root')
  const { fs } = await browserPlatform(root)
  await fs.writeFile('/../../f', bytes('x'))
  expect([...root.children.keys()]).toEqual(['f'])
  expect(await ioFailure(() => fs.rmdir('/..'))).toBe('EBUSY unlinkat')
})

test('without a lock manager and an estimate: no locks, and no size', async () => {
  const platform = await browserPlatform(new FakeDirectory('root'), { lockManager: undefined, estimate: undefined })
  // Node 24 has `navigator.locks`; where it is there, it is used.
  if (!('navigator' in globalThis)) expect(platform.locks).toBeNull()
  expect((await errorOf(() => platform.fs.space('/'))).code).toBe('UNSUPPORTED')
})

test('a file is moved by the browser where it can do that', async () => {
  const root = new FakeDirectory('root')
  const { fs } = await browserPlatform(root)
  await fs.writeFile('/f', bytes('x'))
  const moves: unknown[] = []
  const file = root.children.get('f')
  Object.assign(file as object, {
    move: async (parent: FakeDirectory, name: string) => moves.push([parent.name, name]),
  })
  await fs.mkdir('/d')
  await fs.rename('/f', '/d/g')
  expect(moves).toEqual([['d', 'g']])
})

test('an exception of the browser that has no errno comes through as it is', async () => {
  const root = new FakeDirectory('root')
  const { fs } = await browserPlatform(root)
  root.getFileHandle = async () => {
    throw new DOMException('strange', 'DataCloneError')
  }
  await expect(fs.readFile('/f')).rejects.toThrow('strange')
})
