// Modes, owners, times, links, devices, attributes and locks: what POSIX has, and others refuse.

import { describe, expect, test } from 'vitest'
import type { Suite } from './suite.ts'
import { bytes, errorOf, ioFailure, toHex } from './support.ts'

export function testPosix(suite: Suite): void {
  describe('POSIX files', () => {
    suite.posixTest('modes: the umask applies to what is made, chmod sets every bit', async ({ fs, at }) => {
      await fs.writeFile(at('f'), bytes(''), 0o666)
      await fs.mkdir(at('d'), 0o777)
      const handle = await fs.open(at('h'), 'wx', 0o4777)
      const umask = 0o777 & ~(await fs.lstat(at('d'))).mode
      expect((await fs.lstat(at('f'))).mode).toBe(0o100666 & ~umask)
      expect((await handle.stat()).mode).toBe(0o104777 & ~umask)
      await handle.chmod(0o2640)
      expect((await handle.stat()).mode).toBe(0o102640)
      await handle.close()
      for (const mode of [0, 0o7777, 0o4755, 0o600]) {
        await fs.chmod(at('f'), mode)
        expect((await fs.lstat(at('f'))).mode).toBe(0o100000 | mode)
      }
      await fs.chmod(at('d'), 0o1750)
      expect((await fs.lstat(at('d'))).mode).toBe(0o041750)
    })
    suite.posixTest(
      'owners: of files, links and through handles; a file loses its set-id bits',
      async ({ fs, at, requireRoot }) => {
        requireRoot()
        await fs.writeFile(at('f'), bytes(''))
        await fs.chmod(at('f'), 0o6755)
        await fs.lchown(at('f'), 1000, 1001)
        expect(await fs.lstat(at('f'))).toMatchObject({ uid: 1000, gid: 1001, mode: 0o100755 })
        await fs.symlink('f', at('s'))
        await fs.lchown(at('s'), 5, 6)
        expect(await fs.lstat(at('s'))).toMatchObject({ uid: 5, gid: 6 })
        expect(await fs.lstat(at('f'))).toMatchObject({ uid: 1000, gid: 1001 })
        const handle = await fs.open(at('f'), 'r')
        await handle.chown(7, 8)
        expect(await handle.stat()).toMatchObject({ uid: 7, gid: 8 })
        await handle.close()
        await fs.mkdir(at('d'))
        await fs.lchown(at('d'), 0, 50)
        await fs.chmod(at('d'), 0o2775)
        await fs.writeFile(at('d/f'), bytes(''))
        await fs.mkdir(at('d/d'), 0o755)
        expect((await fs.lstat(at('d/f'))).gid).toBe(50)
        expect(await fs.lstat(at('d/d'))).toMatchObject({ gid: 50, mode: 0o042755 })
      },
    )
    suite.posixTest(
      'times: zero, the far past and the future, of files, links and through handles',
      async ({ fs, at }) => {
        await fs.writeFile(at('f'), bytes(''))
        await fs.symlink('f', at('s'))
        for (const seconds of [0, 1, -86_400, 4_000_000_000]) {
          await fs.lutimes(at('s'), seconds, seconds)
          expect((await fs.lstat(at('s'))).mtimeMs).toBe(seconds * 1000)
          const handle = await fs.open(at('f'), 'rw')
          await handle.utimes(null, seconds)
          expect((await handle.stat()).mtimeMs).toBe(seconds * 1000)
          await handle.utimes(seconds, seconds)
          expect((await handle.stat()).mtimeMs).toBe(seconds * 1000)
          await handle.close()
        }
        await fs.lutimes(at('f'), 0, 12.5)
        expect((await fs.lstat(at('f'))).mtimeMs).toBe(12_500)
      },
    )
    suite.posixTest('symbolic links are followed only where the interface says so', async ({ fs, at }) => {
      await fs.writeFile(at('f'), bytes('target'))
      await fs.mkdir(at('d'))
      await fs.writeFile(at('d/in'), bytes(''))
      await fs.symlink('f', at('sf'))
      await fs.symlink('d', at('sd'))
      await fs.symlink('no/where', at('broken'))
      await fs.symlink('loop', at('loop'))
      expect(await fs.readlink(at('broken'))).toBe('no/where')
      expect(await ioFailure(() => fs.readlink(at('f')))).toBe('EINVAL readlinkat')
      expect(await ioFailure(() => fs.symlink('x', at('f')))).toBe('EEXIST symlinkat')
      expect(await fs.lstat(at('sf'))).toMatchObject({ kind: 'symlink', sizeBytes: 1 })
      expect((await fs.tryStat(at('sf')))?.kind).toBe('file')
      expect((await fs.tryStat(at('sd')))?.kind).toBe('directory')
      expect(await fs.tryStat(at('broken'))).toBeUndefined()
      expect(await fs.readFile(at('sf'))).toStrictEqual(bytes('target'))
      expect(await ioFailure(() => fs.readFile(at('loop')))).toBe('ELOOP openat')
      expect(await ioFailure(() => fs.open(at('sf'), 'r'))).toBe('ELOOP openat')
      expect(await ioFailure(() => fs.open(at('broken'), 'wx'))).toBe('EEXIST openat')
      expect(await ioFailure(() => fs.open(at('sf'), 'rw'))).toBe('ELOOP openat')
      expect(await ioFailure(() => fs.writeFile(at('sf'), bytes('no')))).toBe('ELOOP openat')
      const handle = await fs.open(at('sf'), 'r-follow')
      expect((await handle.stat()).sizeBytes).toBe(6)
      await handle.close()
      expect((await fs.readDirectory(at('sd'))).map((entry) => entry.name)).toEqual(['in'])
      expect((await fs.readDirectory(at('.'))).find((entry) => entry.name === 'sd')?.kind).toBe('symlink')
      expect(await fs.readFile(at('sd/in'))).toStrictEqual(bytes(''))
      await fs.removeTree(at('sd'))
      await fs.mkdir(at('box'))
      await fs.symlink('../d', at('box/out'))
      await fs.removeTree(at('box'))
      expect(await fs.tryLstat(at('d/in'))).toBeDefined()
      await fs.ensureDirectory(at('d'))
      await fs.symlink('d', at('again'))
      await fs.ensureDirectory(at('again/deep/er'))
      expect((await fs.lstat(at('d/deep/er'))).kind).toBe('directory')
    })
    suite.posixTest('hard links share everything, and one name may go', async ({ fs, at }) => {
      await fs.writeFile(at('a'), bytes('x'))
      await fs.link(at('a'), at('b'))
      expect((await fs.lstat(at('a'))).nlink).toBe(2)
      expect(await fs.devino(at('a'))).toBe(await fs.devino(at('b')))
      expect(await fs.devino(at('a'))).toMatch(/^\d+:\d+$/)
      await fs.chmod(at('a'), 0o600)
      expect((await fs.lstat(at('b'))).mode).toBe(0o100600)
      expect(await ioFailure(() => fs.link(at('a'), at('b')))).toBe('EEXIST linkat')
      await fs.unlink(at('a'))
      expect(await fs.lstat(at('b'))).toMatchObject({ nlink: 1, sizeBytes: 1 })
      await fs.mkdir(at('d'))
      expect(await ioFailure(() => fs.link(at('d'), at('d2')))).toBe('EPERM linkat')
      await fs.symlink('x', at('s'))
      await fs.link(at('s'), at('s2'))
      expect(await fs.readlink(at('s2'))).toBe('x')
      await fs.link(at('b'), at('c'))
      await fs.rename(at('b'), at('c'))
      expect(await fs.tryLstat(at('b'))).toBeDefined()
      await fs.mkdir(at('d/sub'))
      expect((await fs.lstat(at('d'))).nlink).toBe(3)
    })
    suite.posixTest('copyFile takes the permissions along', async ({ fs, at }) => {
      await fs.writeFile(at('f'), bytes('x'))
      await fs.chmod(at('f'), 0o751)
      await fs.copyFile(at('f'), at('g'))
      expect((await fs.lstat(at('g'))).mode).toBe(0o100751)
    })
    suite.posixTest('reflink shares or says why not, leaving nothing', async ({ fs, at, subject }) => {
      await fs.writeFile(at('f'), bytes('x'))
      if (subject.reflinks) {
        await fs.reflink(at('f'), at('g'))
        expect(await fs.readFile(at('g'))).toStrictEqual(bytes('x'))
      } else {
        expect(await ioFailure(() => fs.reflink(at('f'), at('g')))).toMatch(/^(EOPNOTSUPP|EXDEV|EINVAL|ENOTTY) /)
        expect(await fs.tryLstat(at('g'))).toBeUndefined()
      }
    })
    suite.posixTest('a whiteout is a character device 0:0', async ({ fs, at, requireRoot }) => {
      requireRoot()
      await fs.makeWhiteout(at('w'), 0o600)
      expect(await fs.lstat(at('w'))).toMatchObject({ kind: 'other', mode: 0o020600, rdev: 0 })
      expect(await ioFailure(() => fs.makeWhiteout(at('w'), 0o600))).toBe('EEXIST mknodat')
      expect((await fs.readDirectory(at('.')))[0]).toEqual({ name: 'w', kind: 'other' })
    })
  })

  describe('extended attributes', () => {
    test(
      'set, read, replaced and removed, with any bytes',
      suite.inFresh(async ({ fs, at, subject }) => {
        const { xattrs } = subject.platform
        if (!subject.posix) return expect(xattrs).toBeNull()
        if (xattrs === null) throw new Error('no extended attributes')
        await fs.writeFile(at('f'), bytes(''))
        expect(await xattrs.read(at('f'))).toEqual([])
        expect(await xattrs.get(at('f'), 'user.none')).toBeUndefined()
        const odd = Uint8Array.from([...bytes('user.'), 0xff, 0xfe])
        await xattrs.set(at('f'), 'user.a', bytes('1'))
        await xattrs.set(at('f'), 'user.empty', new Uint8Array(0))
        await xattrs.set(at('f'), odd, Uint8Array.from([0, 1, 255]))
        await xattrs.set(at('f'), 'user.a', bytes('two'))
        const listed = (await xattrs.read(at('f'))).map(([name, value]) => `${toHex(name)}=${toHex(value)}`)
        const expected: (readonly [Uint8Array, Uint8Array])[] = [
          [bytes('user.a'), bytes('two')],
          [bytes('user.empty'), new Uint8Array(0)],
          [odd, Uint8Array.from([0, 1, 255])],
        ]
        expect(listed.sort()).toEqual(expected.map(([name, value]) => `${toHex(name)}=${toHex(value)}`).sort())
        expect(await xattrs.get(at('f'), 'user.a')).toStrictEqual(bytes('two'))
        expect(await xattrs.get(at('f'), 'user.empty')).toStrictEqual(new Uint8Array(0))
        await xattrs.remove(at('f'), 'user.a')
        expect(await xattrs.get(at('f'), 'user.a')).toBeUndefined()
        expect(await ioFailure(() => xattrs.remove(at('f'), 'user.a'))).toBe('ENODATA lremovexattr')
        expect(await ioFailure(() => xattrs.read(at('none')))).toBe('ENOENT llistxattr')
        expect(await ioFailure(() => xattrs.get(at('none'), 'user.a'))).toBe('ENOENT lgetxattr')
        expect(await ioFailure(() => xattrs.set(at('f'), 'nonsense', bytes('')))).toBe('EOPNOTSUPP lsetxattr')
        await fs.symlink('f', at('s'))
        expect(await xattrs.read(at('s'))).toEqual([])
        expect(await ioFailure(() => xattrs.set(at('s'), 'user.a', bytes('')))).toBe('EPERM lsetxattr')
        expect((await errorOf(() => xattrs.read(at('f\0')))).code).toBe('INVALID_ARGUMENT')
      }),
    )
  })

  describe('locks', () => {
    test(
      'shared ones live together, an exclusive one alone; converting, unlocking and closing give way',
      suite.inFresh(async ({ fs, at, subject }) => {
        const { locks } = subject.platform
        if (locks === null) throw new Error('no locks')
        const [a, b, c] = [
          await fs.open(at('.lock'), 'rw'),
          await fs.open(at('.lock'), 'rw'),
          await fs.open(at('.lock'), 'rw'),
        ]
        expect(await locks.tryLock(a, 'shared')).toBe(true)
        expect(await locks.tryLock(b, 'shared')).toBe(true)
        expect(await locks.tryLock(c, 'exclusive')).toBe(false)
        expect(await locks.tryLock(a, 'exclusive')).toBe(false)
        await locks.unlock(b)
        expect(await locks.tryLock(a, 'exclusive')).toBe(true)
        expect(await locks.tryLock(b, 'shared')).toBe(false)
        expect(await locks.tryLock(a, 'shared')).toBe(true)
        expect(await locks.tryLock(b, 'shared')).toBe(true)
        await a.close()
        expect(await locks.tryLock(b, 'exclusive')).toBe(true)
        expect(await locks.tryLock(c, 'shared')).toBe(false)
        await b.close()
        expect(await locks.tryLock(c, 'exclusive')).toBe(true)
        await locks.unlock(c)
        await locks.unlock(c)
        await c.close()
        expect(await ioFailure(() => locks.tryLock(c, 'shared'))).toMatch(/^EBADF /)
      }),
    )
  })
}
