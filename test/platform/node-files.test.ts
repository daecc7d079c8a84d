// What only real files can show: names that are not UTF-8, trees that are hard to remove, files whose size nobody tells.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { temporaryDirectory } from '../reference.ts'
import { bytes, errorOf, ioFailure } from './contract/support.ts'

const files = async () => (await nodePlatform({ workers: 1 })).fs
const rawPath = (directory: string, name: readonly number[]) =>
  Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(name)])

test('a name that is not UTF-8 fails the listing; one that has U+FFFD in it is a name like others', async () => {
  const [platform, dir] = [await files(), await temporaryDirectory()]
  fs.writeFileSync(rawPath(dir, [0x61, 0xef, 0xbf, 0xbd]), '')
  expect(await platform.readDirectory(dir)).toEqual([{ name: 'a\uFFFD', kind: 'file' }])
  fs.writeFileSync(rawPath(dir, [0x62, 0xff, 0xfe]), '')
  for (const list of [platform.readDirectory, platform.tryReadDirectory]) {
    const error = await errorOf(() => list.call(platform, dir))
    expect(error.code).toBe('INVALID_UTF8_NAME')
    expect(error.message).toBe('Invalid UTF-8 in filename b\uFFFD\uFFFD')
  }
})

test('a link target that is not UTF-8 is refused, never rewritten', async () => {
  const [platform, dir] = [await files(), await temporaryDirectory()]
  fs.symlinkSync(Buffer.from([0x62, 0xff]), join(dir, 'bad'))
  fs.symlinkSync('good \uFFFD', join(dir, 'good'))
  expect(await platform.readlink(join(dir, 'good'))).toBe('good \uFFFD')
  expect((await errorOf(() => platform.readlink(join(dir, 'bad')))).code).toBe('INVALID_UTF8_NAME')
})

test('removeTree takes names that are not UTF-8, sockets, devices and deep trees', async () => {
  const [platform, dir] = [await files(), await temporaryDirectory()]
  const tree = join(dir, 'tree')
  const odd = rawPath(tree, [0xff])
  fs.mkdirSync(tree)
  fs.mkdirSync(odd)
  fs.writeFileSync(Buffer.concat([odd, Buffer.from('/f\xfe', 'latin1')]), 'x')
  let deep = tree
  for (let level = 0; level < 60; level++) {
    deep += `/${'d'.repeat(50)}`
    fs.mkdirSync(deep)
  }
  spawnSync('mkfifo', [join(tree, 'fifo')])
  fs.symlinkSync('/etc', join(tree, 'etc'))
  await platform.removeTree(tree)
  expect(fs.existsSync(tree)).toBe(false)
  expect(fs.existsSync('/etc')).toBe(true)
})

test('removeTree as root clears directories that forbid everything; an ordinary user is told', async (context) => {
  if (process.getuid?.() !== 0) context.skip('needs root, to become somebody else')
  const [platform, dir] = [await files(), await temporaryDirectory()]
  const tree = join(dir, 'tree')
  const make = () => {
    fs.mkdirSync(`${tree}/closed`, { recursive: true })
    fs.writeFileSync(`${tree}/closed/f`, '')
    fs.chmodSync(`${tree}/closed`, 0)
  }
  make()
  await platform.removeTree(tree)
  expect(fs.existsSync(tree)).toBe(false)
  make()
  for (const path of [dir, tree, `${tree}/closed`]) fs.lchownSync(path, 12_345, 12_345)
  process.seteuid?.(12_345)
  try {
    expect(await ioFailure(() => platform.removeTree(tree))).toMatch(/^EACCES /)
  } finally {
    process.seteuid?.(0)
  }
})

test('files whose size the kernel does not tell are read to their end', async () => {
  const platform = await files()
  expect(Buffer.from(await platform.readFile('/proc/self/status')).toString()).toContain('\nPid:')
  const handle = await platform.open('/proc/self/stat', 'r')
  expect(await handle.read(new Uint8Array(10))).toBe(10)
  await handle.close()
})

test('a path that is too long, and a directory where a file should be, are told by name', async () => {
  const [platform, dir] = [await files(), await temporaryDirectory()]
  expect(await ioFailure(() => platform.readFile(`/${'x/'.repeat(3000)}`))).toBe('ENAMETOOLONG openat')
  expect(await ioFailure(() => platform.readFile(dir))).toBe('EISDIR read')
  expect(await ioFailure(() => platform.writeFile(dir, bytes('x')))).toBe('EISDIR openat')
})

test('a full device is ENOSPC', async () => {
  const platform = await files()
  const handle = await platform.open('/dev/full', 'rw')
  expect(await ioFailure(() => handle.write(bytes('x')))).toBe('ENOSPC write')
  await handle.close()
})
