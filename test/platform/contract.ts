// What every platform must do, as one suite. A platform that cannot do something must say so with UNSUPPORTED (or with
// `null` where the interface has that), never do something else.

import { createHash, randomFillSync } from 'node:crypto'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isIoError, isOstreeError, type OstreeError } from '../../src/errors.ts'
import type { FileSystem, Platform } from '../../src/platform/types.ts'

export interface Subject {
  readonly platform: Platform
  /** An empty directory to work in. */
  readonly base: string
  /** Modes, owners, links, devices. */
  readonly posix: boolean
  /** Where extents can be shared. */
  readonly reflinks: boolean
  readonly dispose?: () => Promise<void>
}

export async function errorOf(run: () => unknown): Promise<OstreeError> {
  try {
    await run()
  } catch (error) {
    if (isOstreeError(error)) return error
    throw error
  }
  throw new Error('it did not fail')
}

/** The errno and the call that an operation fails with, such as `ENOENT openat`. */
export async function ioFailure(run: () => unknown): Promise<string> {
  const error = await errorOf(run)
  return isIoError(error, error.code === 'IO' ? (error as OstreeError<'IO'>).details.errno : '')
    ? `${error.details.errno} ${error.details.call}`
    : error.code
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const sha256Hex = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
export const toHex = (data: Uint8Array): string => Buffer.from(data).toString('hex')

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}

async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < data.length; start += size) yield data.subarray(start, start + size)
}

/** Bytes that deflate somewhat, the same in every run. */
export function sample(length: number): Uint8Array {
  const data = new Uint8Array(length)
  let state = 1
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    data[i] = i % 7 < 3 ? 65 : state >>> 24
  }
  return data
}

export function testPlatform(name: string, create: () => Promise<Subject>): void {
  describe(name, () => {
    let subject: Subject
    let fs: FileSystem
    let at: (name: string) => string
    let next = 0
    beforeAll(async () => {
      subject = await create()
      fs = subject.platform.fs
    })
    afterAll(() => subject.dispose?.())
    /** A new empty directory for one test. */
    const inFresh = (run: () => Promise<void>) => async () => {
      next += 1
      const directory = `${subject.base}/t${next}`
      await fs.mkdir(directory)
      at = (file) => `${directory}/${file}`
      await run()
      await fs.removeTree(directory)
      expect(await fs.tryLstat(directory)).toBeUndefined()
    }
    /** Runs where the platform has POSIX files; elsewhere each of `calls` must say UNSUPPORTED. */
    const posixTest = (title: string, run: () => Promise<void>) =>
      test(
        title,
        inFresh(async () => {
          if (subject.posix) return run()
          await fs.writeFile(at('f'), bytes('x'))
          const calls: (() => unknown)[] = [
            () => fs.symlink('f', at('s')),
            () => fs.link(at('f'), at('l')),
            () => fs.readlink(at('f')),
            () => fs.chmod(at('f'), 0o600),
            () => fs.lchown(at('f'), 1, 1),
            () => fs.lutimes(at('f'), 0, 0),
            () => fs.makeWhiteout(at('w'), 0o644),
            () => fs.devino(at('f')),
          ]
          for (const call of calls) expect((await errorOf(call)).code).toBe('UNSUPPORTED')
        }),
      )

    describe('files', () => {
      test(
        'a file that is written is read back, as a plain Uint8Array that nobody else has',
        inFresh(async () => {
          await fs.writeFile(at('f'), bytes('hello'))
          const data = await fs.readFile(at('f'))
          expect(data).toStrictEqual(bytes('hello'))
          expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype)
          expect(data.byteLength).toBe(data.buffer.byteLength)
          data.fill(0)
          expect(await fs.tryReadFile(at('f'))).toStrictEqual(bytes('hello'))
          await fs.writeFile(at('f'), bytes('hi'))
          expect(await fs.readFile(at('f'))).toStrictEqual(bytes('hi'))
          await fs.writeFile(at('f'), new Uint8Array(0))
          expect(await fs.readFile(at('f'))).toStrictEqual(new Uint8Array(0))
        }),
      )
      test(
        'what is not there: undefined for the try calls, ENOENT with the reference’s name of the call for the others',
        inFresh(async () => {
          await fs.writeFile(at('f'), bytes('x'))
          for (const missing of ['nothing', 'nothing/deeper', 'f/below a file']) {
            expect(await fs.tryReadFile(at(missing))).toBeUndefined()
            expect(await fs.tryReadDirectory(at(missing))).toBeUndefined()
            expect(await fs.tryLstat(at(missing))).toBeUndefined()
            expect(await fs.tryStat(at(missing))).toBeUndefined()
            await fs.removeTree(at(missing === 'f/below a file' ? 'nothing' : missing))
          }
          expect(await fs.tryReadDirectory(at('f'))).toBeUndefined()
          expect(await ioFailure(() => fs.open(at('nothing'), 'r'))).toBe('ENOENT openat')
          expect(await ioFailure(() => fs.readFile(at('nothing')))).toBe('ENOENT openat')
          expect(await ioFailure(() => fs.readFile(at('f/x')))).toBe('ENOTDIR openat')
          expect(await ioFailure(() => fs.writeFile(at('nothing/f'), bytes('')))).toBe('ENOENT openat')
          expect(await ioFailure(() => fs.readDirectory(at('nothing')))).toBe('ENOENT opendir')
          expect(await ioFailure(() => fs.readDirectory(at('f')))).toBe('ENOTDIR opendir')
          expect(await ioFailure(() => fs.lstat(at('nothing')))).toBe('ENOENT fstatat')
          expect(await ioFailure(() => fs.mkdir(at('nothing/d')))).toBe('ENOENT mkdirat')
          expect(await ioFailure(() => fs.unlink(at('nothing')))).toBe('ENOENT unlinkat')
          expect(await ioFailure(() => fs.rmdir(at('nothing')))).toBe('ENOENT unlinkat')
          expect(await ioFailure(() => fs.rename(at('nothing'), at('other')))).toBe('ENOENT renameat')
          const error = await errorOf(() => fs.readFile(at('nothing')))
          expect(error.message).toBe(`openat(${at('nothing')}): No such file or directory`)
        }),
      )
      test(
        'a NUL in a path is refused and never cuts it short',
        inFresh(async () => {
          await fs.writeFile(at('f'), bytes('x'))
          expect((await errorOf(() => fs.readFile(at('f\0g')))).code).toBe('INVALID_ARGUMENT')
          expect((await errorOf(() => fs.tryLstat(at('f\0g')))).code).toBe('INVALID_ARGUMENT')
        }),
      )
      test(
        'a handle reads in pieces and at positions',
        inFresh(async () => {
          await fs.writeFile(at('f'), bytes('0123456789'))
          const handle = await fs.open(at('f'), 'r')
          const buffer = new Uint8Array(4)
          expect(handle.path).toBe(at('f'))
          expect((await handle.stat()).sizeBytes).toBe(10)
          expect([await handle.read(buffer), Buffer.from(buffer).toString()]).toEqual([4, '0123'])
          expect([await handle.read(buffer, 8), Buffer.from(buffer).toString()]).toEqual([2, '8923'])
          expect([await handle.read(buffer), Buffer.from(buffer).toString()]).toEqual([4, '4567'])
          expect(await handle.read(buffer)).toBe(2)
          expect(await handle.read(buffer)).toBe(0)
          expect(await handle.read(new Uint8Array(0))).toBe(0)
          expect(await ioFailure(() => handle.write(bytes('x')))).toBe('EBADF write')
          await handle.close()
          await handle.close()
          expect(await ioFailure(() => handle.read(buffer))).toBe('EBADF read')
        }),
      )
      test(
        '`wx` makes a new file and fails where there is one',
        inFresh(async () => {
          const handle = await fs.open(at('f'), 'wx')
          await handle.write(bytes('hello '))
          await handle.write(bytes('world'))
          await handle.write(bytes('J'), 0)
          await handle.write(bytes('!'))
          await handle.sync()
          await handle.close()
          expect(await fs.readFile(at('f'))).toStrictEqual(bytes('Jello world!'))
          expect(await ioFailure(() => fs.open(at('f'), 'wx'))).toBe('EEXIST openat')
        }),
      )
      test(
        '`rw` makes a file or opens it as it is, for both',
        inFresh(async () => {
          const first = await fs.open(at('f'), 'rw')
          await first.write(bytes('abcdef'))
          await first.close()
          const again = await fs.open(at('f'), 'rw')
          const buffer = new Uint8Array(3)
          expect([await again.read(buffer), Buffer.from(buffer).toString()]).toEqual([3, 'abc'])
          await again.write(bytes('D'))
          await again.truncate(5)
          await again.close()
          expect(await fs.readFile(at('f'))).toStrictEqual(bytes('abcDe'))
          const longer = await fs.open(at('f'), 'rw')
          await longer.truncate(7)
          await longer.write(bytes('x'), 8)
          await longer.close()
          expect(await fs.readFile(at('f'))).toStrictEqual(bytes('abcDe\0\0\0x'))
        }),
      )
      test(
        'rename moves, replaces files, and keeps to the rules for directories',
        inFresh(async () => {
          await fs.writeFile(at('a'), bytes('a'))
          await fs.writeFile(at('b'), bytes('b'))
          await fs.rename(at('a'), at('b'))
          expect(await fs.tryLstat(at('a'))).toBeUndefined()
          expect(await fs.readFile(at('b'))).toStrictEqual(bytes('a'))
          await fs.rename(at('b'), at('b'))
          await fs.ensureDirectory(at('d/e'))
          await fs.writeFile(at('d/e/f'), bytes('deep'))
          await fs.rename(at('d'), at('moved'))
          expect(await fs.readFile(at('moved/e/f'))).toStrictEqual(bytes('deep'))
          expect(await ioFailure(() => fs.rename(at('b'), at('moved')))).toBe('EISDIR renameat')
          expect(await ioFailure(() => fs.rename(at('moved'), at('b')))).toBe('ENOTDIR renameat')
          expect(await ioFailure(() => fs.rename(at('moved'), at('moved/e/in')))).toBe('EINVAL renameat')
          await fs.ensureDirectory(at('full/x'))
          // POSIX allows both; XFS gives the second.
          const refusal = /^(ENOTEMPTY|EEXIST) renameat$/
          expect(await ioFailure(() => fs.rename(at('moved'), at('full')))).toMatch(refusal)
          await fs.mkdir(at('empty'))
          await fs.rename(at('moved'), at('empty'))
          expect(await fs.readFile(at('empty/e/f'))).toStrictEqual(bytes('deep'))
        }),
      )
      test(
        'copyFile copies bytes of any size into a new file',
        inFresh(async () => {
          for (const size of [0, 5, 3_000_000]) {
            await fs.writeFile(at(`s${size}`), sample(size))
            await fs.copyFile(at(`s${size}`), at(`c${size}`))
            expect(sha256Hex(await fs.readFile(at(`c${size}`)))).toBe(sha256Hex(sample(size)))
          }
          expect(await ioFailure(() => fs.copyFile(at('s5'), at('c0')))).toMatch(/^EEXIST /)
          expect(await ioFailure(() => fs.copyFile(at('none'), at('c1')))).toMatch(/^ENOENT /)
        }),
      )
      test(
        'space and writability are told',
        inFresh(async () => {
          const space = await fs.space(at('.'))
          expect(space.blockSizeBytes).toBeGreaterThan(0)
          expect(space.totalBlocks).toBeGreaterThanOrEqual(space.freeBlocks)
          expect(space.freeBlocks).toBeGreaterThanOrEqual(space.availableBlocks)
          expect(space.availableBlocks).toBeGreaterThan(0)
          expect(await fs.isWritable(at('.'))).toBe(true)
          expect(await ioFailure(() => fs.isWritable(at('none')))).toBe('ENOENT access')
        }),
      )
    })

    describe('directories', () => {
      test(
        'entries have their kind, whatever their names',
        inFresh(async () => {
          const names = ['a', 'ä', '\uFFFD', 'with space', 'new\nline', '-dash', '日本語', '.hidden', 'x'.repeat(255)]
          for (const name of names) await fs.writeFile(at(name), bytes(name))
          await fs.mkdir(at('directory'))
          const entries = await fs.readDirectory(at('.'))
          expect(entries.map((entry) => entry.name).sort()).toEqual([...names, 'directory'].sort())
          for (const { name, kind } of entries) expect(kind).toBe(name === 'directory' ? 'directory' : 'file')
          for (const name of names) expect(await fs.readFile(at(name))).toStrictEqual(bytes(name))
          expect(await ioFailure(() => fs.writeFile(at('x'.repeat(256)), bytes('')))).toBe('ENAMETOOLONG openat')
        }),
      )
      test(
        'mkdir makes one, ensureDirectory all that are missing',
        inFresh(async () => {
          await fs.mkdir(at('d'))
          expect(await ioFailure(() => fs.mkdir(at('d')))).toBe('EEXIST mkdirat')
          await fs.ensureDirectory(at('d/e/f/g'))
          await fs.ensureDirectory(at('d/e/f/g'))
          expect((await fs.lstat(at('d/e/f/g'))).kind).toBe('directory')
          await fs.writeFile(at('file'), bytes(''))
          expect(await ioFailure(() => fs.ensureDirectory(at('file/x')))).toBe('ENOTDIR mkdirat')
          expect(await ioFailure(() => fs.ensureDirectory(at('file')))).toBe('EEXIST mkdirat')
        }),
      )
      test(
        'temporary directories are new ones each time',
        inFresh(async () => {
          const first = await fs.makeTemporaryDirectory(at('tmp-'))
          const second = await fs.makeTemporaryDirectory(at('tmp-'))
          expect(first.startsWith(at('tmp-'))).toBe(true)
          expect(first).not.toBe(second)
          expect((await fs.lstat(first)).kind).toBe('directory')
        }),
      )
      test(
        'unlink is for files, rmdir for empty directories, removeTree for everything',
        inFresh(async () => {
          await fs.ensureDirectory(at('d/e'))
          await fs.writeFile(at('d/f'), bytes('x'))
          expect(await ioFailure(() => fs.unlink(at('d')))).toBe('EISDIR unlinkat')
          expect(await ioFailure(() => fs.rmdir(at('d')))).toBe('ENOTEMPTY unlinkat')
          expect(await ioFailure(() => fs.rmdir(at('d/f')))).toBe('ENOTDIR unlinkat')
          await fs.unlink(at('d/f'))
          await fs.rmdir(at('d/e'))
          await fs.rmdir(at('d'))
          await fs.writeFile(at('f'), bytes('x'))
          await fs.removeTree(at('f'))
          expect(await fs.readDirectory(at('.'))).toEqual([])
        }),
      )
      test(
        'a directory and a file system are flushed without an error',
        inFresh(async () => {
          await fs.syncDirectory(at('.'))
          await fs.syncFileSystem(at('.'))
          expect(await ioFailure(() => fs.syncDirectory(at('none')))).toBe('ENOENT openat')
          expect(await ioFailure(() => fs.syncFileSystem(at('none')))).toBe('ENOENT openat')
        }),
      )
    })

    describe('POSIX files', () => {
      posixTest('modes: the umask applies to what is made, chmod sets every bit', async () => {
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
      posixTest('owners: of files, links and through handles; a file loses its set-id bits', async () => {
        if (subject.platform.uid !== 0) return
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
      })
      posixTest('times: zero, the far past and the future, of files, links and through handles', async () => {
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
      })
      posixTest('symbolic links are followed only where the interface says so', async () => {
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
      posixTest('hard links share everything, and one name may go', async () => {
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
      posixTest('copyFile takes the permissions along', async () => {
        await fs.writeFile(at('f'), bytes('x'))
        await fs.chmod(at('f'), 0o751)
        await fs.copyFile(at('f'), at('g'))
        expect((await fs.lstat(at('g'))).mode).toBe(0o100751)
      })
      posixTest('reflink shares or says why not, leaving nothing', async () => {
        await fs.writeFile(at('f'), bytes('x'))
        if (subject.reflinks) {
          await fs.reflink(at('f'), at('g'))
          expect(await fs.readFile(at('g'))).toStrictEqual(bytes('x'))
        } else {
          expect(await ioFailure(() => fs.reflink(at('f'), at('g')))).toMatch(/^(EOPNOTSUPP|EXDEV|EINVAL|ENOTTY) /)
          expect(await fs.tryLstat(at('g'))).toBeUndefined()
        }
      })
      posixTest('a whiteout is a character device 0:0', async () => {
        if (subject.platform.uid !== 0) return
        await fs.makeWhiteout(at('w'), 0o600)
        expect(await fs.lstat(at('w'))).toMatchObject({ kind: 'other', mode: 0o020600, rdev: 0 })
        expect(await ioFailure(() => fs.makeWhiteout(at('w'), 0o600))).toBe('EEXIST mknodat')
        expect((await fs.readDirectory(at('.')))[0]).toEqual({ name: 'w', kind: 'other' })
      })
    })

    describe('extended attributes', () => {
      test(
        'set, read, replaced and removed, with any bytes',
        inFresh(async () => {
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
        inFresh(async () => {
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

    describe('hashing', () => {
      test('one piece and any pieces give the SHA-256', () => {
        const { platform } = subject
        for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000, 4096, 65_537, 1_000_003]) {
          const data = sample(size)
          expect(toHex(platform.sha256Once(data))).toBe(sha256Hex(data))
          for (const step of [1, 63, 64, 4096, 1 << 20]) {
            if (size / step > 5000) continue
            const hasher = platform.sha256()
            for (let start = 0; start < size; start += step) hasher.update(data.subarray(start, start + step))
            expect(toHex(hasher.digest())).toBe(sha256Hex(data))
          }
        }
        expect(Object.getPrototypeOf(platform.sha256Once(bytes('x')))).toBe(Uint8Array.prototype)
      })
      test('hashers do not disturb one another', () => {
        const { platform } = subject
        const data = Array.from({ length: 5 }, (_, index) => sample(1000 + index * 77))
        const hashers = data.map(() => platform.sha256())
        for (let start = 0; start < 1500; start += 50) {
          for (const [index, hasher] of hashers.entries())
            hasher.update((data[index] as Uint8Array).subarray(start, start + 50))
          platform.sha256Once(bytes('between'))
        }
        expect(hashers.map((hasher) => toHex(hasher.digest()))).toEqual(data.map(sha256Hex))
      })
    })

    describe('compression', () => {
      const sizes = [0, 1, 100, 16_384, 65_536, 700_001]
      test('what one deflates, zlib inflates, and the other way round, at every level', async () => {
        const { platform } = subject
        for (const size of sizes) {
          const data = sample(size)
          for (const level of [0, 1, 6, 9]) {
            const once = platform.deflateRawOnce(data, level)
            expect(Buffer.compare(inflateRawSync(once), data)).toBe(0)
            expect(Buffer.compare(platform.inflateRawOnce(deflateRawSync(data, { level }), size), data)).toBe(0)
          }
          for (const step of [997, 65_536]) {
            const streamed = await collect(platform.deflateRaw(pieces(data, step), 6))
            expect(Buffer.compare(inflateRawSync(streamed), data)).toBe(0)
            const back = await collect(platform.inflateRaw(pieces(deflateRawSync(data), step)))
            expect(Buffer.compare(back, data)).toBe(0)
          }
        }
      })
      test('more than `maxBytes` is an error, exactly as many is not', async () => {
        const { platform } = subject
        const bomb = deflateRawSync(new Uint8Array(50_000_000))
        expect((await errorOf(() => platform.inflateRawOnce(bomb, 1000))).code).toBe('INVALID_FORMAT')
        const exact = deflateRawSync(sample(1000))
        expect(platform.inflateRawOnce(exact, 1000).length).toBe(1000)
        expect((await errorOf(() => platform.inflateRawOnce(exact, 999))).code).toBe('INVALID_FORMAT')
        expect((await errorOf(() => platform.inflateRawOnce(exact, 0))).code).toBe('INVALID_FORMAT')
        expect(platform.inflateRawOnce(deflateRawSync(new Uint8Array(0)), 0).length).toBe(0)
      })
      test('every truncation is INVALID_FORMAT, at once and streaming', async () => {
        const { platform } = subject
        const data = sample(400)
        for (const level of [0, 1, 9]) {
          const whole = deflateRawSync(data, { level })
          for (let length = 0; length < whole.length; length++) {
            const cut = whole.subarray(0, length)
            expect((await errorOf(() => platform.inflateRawOnce(cut, 1000))).code).toBe('INVALID_FORMAT')
            expect((await errorOf(() => collect(platform.inflateRaw(pieces(cut, 100))))).code).toBe('INVALID_FORMAT')
          }
        }
      })
      test('an invalid block type is INVALID_FORMAT', async () => {
        const { platform } = subject
        const bad = Uint8Array.of(0xff, 0xff, 0xff, 0xff)
        expect((await errorOf(() => platform.inflateRawOnce(bad, 1000))).code).toBe('INVALID_FORMAT')
        expect((await errorOf(() => collect(platform.inflateRaw(pieces(bad, 100))))).code).toBe('INVALID_FORMAT')
      })
      test('what follows the end is left alone, and the stream ends there', async () => {
        const { platform } = subject
        const trailing = Buffer.concat([deflateRawSync(sample(500)), Buffer.alloc(300_000, 7)])
        expect(Buffer.compare(platform.inflateRawOnce(trailing, 1000), sample(500))).toBe(0)
        expect(Buffer.compare(await collect(platform.inflateRaw(pieces(trailing, 1000))), sample(500))).toBe(0)
      })
      test('a reader that waits holds the source back, both ways', async () => {
        const { platform } = subject
        let pulled = 0
        async function* counting(piece: Uint8Array) {
          for (; pulled < 50_000_000; pulled += piece.length) yield piece
          throw new Error('the source is never held back')
        }
        const random = randomFillSync(new Uint8Array(65_536))
        const stored = deflateRawSync(new Uint8Array(20_000_000), { finishFlush: constants.Z_FULL_FLUSH })
        for (const stream of [platform.deflateRaw(counting(random), 1), platform.inflateRaw(counting(stored))]) {
          pulled = 0
          const reader = stream[Symbol.asyncIterator]()
          for (let taken = 0; taken < 3; taken++) expect((await reader.next()).done).toBe(false)
          await new Promise((resolve) => setTimeout(resolve, 100))
          expect(pulled).toBeLessThan(1_000_000)
          await reader.return?.()
        }
      })
      test('a failing source fails the stream with its own error, and a reader may leave early', async () => {
        const { platform } = subject
        async function* failing() {
          yield sample(100_000)
          throw new RangeError('the source broke')
        }
        await expect(collect(platform.deflateRaw(failing(), 6))).rejects.toThrow(new RangeError('the source broke'))
        const random = randomFillSync(new Uint8Array(65_536))
        let released = false
        async function* endless() {
          try {
            for (let count = 0; count < 1000; count++) yield random
            throw new Error('the source is never let go')
          } finally {
            released = true
          }
        }
        for await (const piece of platform.deflateRaw(endless(), 1)) {
          expect(piece.length).toBeGreaterThan(0)
          break
        }
        await expect.poll(() => released).toBe(true)
      })
    })

    describe('the rest', () => {
      test('random bytes are as many as asked, and not the same', () => {
        const { platform } = subject
        for (const count of [0, 1, 16, 100_000]) expect(platform.randomBytes(count).length).toBe(count)
        expect(platform.randomBytes(16)).not.toEqual(platform.randomBytes(16))
      })
      test('the boot has one name, and what the environment does not have is undefined', async () => {
        const { platform } = subject
        expect(await platform.bootId()).toMatch(/^[\w-]+$/)
        expect(await platform.bootId()).toBe(await platform.bootId())
        expect(platform.environment('OSTREE_TS_SURELY_NOT_SET')).toBeUndefined()
      })
      test('breathe answers at once until 10 ms have passed, and then lets timers run', async () => {
        const { platform } = subject
        await new Promise((resolve) => setTimeout(resolve, 15))
        await platform.breathe()
        expect(platform.breathe()).toBeUndefined()
        let ticks = 0
        const timer = setInterval(() => ticks++, 1)
        const start = performance.now()
        while (performance.now() - start < 120) {
          const pause = platform.breathe()
          if (pause !== undefined) await pause
        }
        clearInterval(timer)
        expect(ticks).toBeGreaterThanOrEqual(5)
      })
      test('a pool of one runs its jobs here, one after the other, each with its own outcome', async () => {
        const { pool } = subject.platform
        expect(pool.size).toBe(1)
        const log: string[] = []
        const job = (name: string) => async () => {
          log.push(`${name} starts`)
          await new Promise((resolve) => setTimeout(resolve, 2))
          log.push(`${name} ends`)
          if (name === 'b') throw new RangeError('b')
          return name
        }
        const controller = new AbortController()
        const runs = ['a', 'b', 'c'].map((name) => pool.run(name, {}, job(name)))
        const aborted = pool.run('d', {}, job('d'), { signal: controller.signal })
        controller.abort(new Error('enough'))
        const ends = (await Promise.allSettled([...runs, aborted])).map((end) =>
          end.status === 'fulfilled' ? end.value : String(end.reason),
        )
        expect(ends).toEqual(['a', 'RangeError: b', 'c', 'Error: enough'])
        expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
        await pool.close()
      })
    })
  })
}
