// Files and directories: what every platform has.

import { describe, expect, test } from 'vitest'
import type { Suite } from './suite.ts'
import { bytes, errorOf, ioFailure, sample, sha256Hex } from './support.ts'

export function testFiles(suite: Suite): void {
  describe('files', () => {
    test(
      'a file that is written is read back, as a plain Uint8Array that nobody else has',
      suite.inFresh(async ({ fs, at }) => {
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
      'the start of a file comes into a buffer, and no more of it than there is',
      suite.inFresh(async ({ fs, at }) => {
        const buffer = new Uint8Array(4)
        await fs.writeFile(at('f'), bytes('hello'))
        expect([await fs.readStart(at('f'), buffer), Buffer.from(buffer).toString()]).toEqual([4, 'hell'])
        await fs.writeFile(at('f'), bytes('yo'))
        expect([await fs.readStart(at('f'), buffer), Buffer.from(buffer).toString()]).toEqual([2, 'yoll'])
        await fs.writeFile(at('f'), new Uint8Array(0))
        expect(await fs.readStart(at('f'), buffer)).toBe(0)
        expect(await ioFailure(() => fs.readStart(at('nothing'), buffer))).toBe('ENOENT openat')
      }),
    )
    test(
      'what is not there: undefined for the try calls, ENOENT with the reference’s name of the call for the others',
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
        await fs.writeFile(at('f'), bytes('x'))
        expect((await errorOf(() => fs.readFile(at('f\0g')))).code).toBe('INVALID_ARGUMENT')
        expect((await errorOf(() => fs.tryLstat(at('f\0g')))).code).toBe('INVALID_ARGUMENT')
      }),
    )
    test(
      'a handle reads in pieces and at positions',
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
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
      'renameNew moves, but replaces nothing',
      suite.inFresh(async ({ fs, at }) => {
        await fs.writeFile(at('a'), bytes('a'))
        await fs.writeFile(at('b'), bytes('b'))
        await fs.mkdir(at('d'))
        expect(await fs.renameNew(at('a'), at('b'))).toBe(false)
        expect(await fs.renameNew(at('a'), at('d'))).toBe(false)
        expect(await fs.readFile(at('b'))).toStrictEqual(bytes('b'))
        expect(await fs.renameNew(at('a'), at('d/c'))).toBe(true)
        expect(await fs.tryLstat(at('a'))).toBeUndefined()
        expect(await fs.readFile(at('d/c'))).toStrictEqual(bytes('a'))
        expect(await ioFailure(() => fs.renameNew(at('a'), at('e')))).toMatch(/^ENOENT renameat2?$/)
        expect(await ioFailure(() => fs.renameNew(at('b'), at('none/e')))).toMatch(/^ENOENT renameat2?$/)
      }),
    )
    test(
      'copyFile copies bytes of any size into a new file',
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
        const space = await fs.space(at('.'))
        expect(space.blockSizeBytes).toBeGreaterThan(0)
        expect(space.totalBlocks).toBeGreaterThanOrEqual(space.freeBlocks)
        expect(space.freeBlocks).toBeGreaterThanOrEqual(space.availableBlocks)
        expect(space.availableBlocks).toBeGreaterThan(0)
        expect(await fs.writeRefusal(at('.'))).toBeNull()
        expect(await ioFailure(() => fs.writeRefusal(at('none')))).toBe('ENOENT access')
      }),
    )
  })

  describe('directories', () => {
    test(
      'entries have their kind, whatever their names',
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
        const first = await fs.makeTemporaryDirectory(at('tmp-'))
        const second = await fs.makeTemporaryDirectory(at('tmp-'))
        expect(first.startsWith(at('tmp-'))).toBe(true)
        expect(first).not.toBe(second)
        expect((await fs.lstat(first)).kind).toBe('directory')
      }),
    )
    test(
      'unlink is for files, rmdir for empty directories, removeTree for everything',
      suite.inFresh(async ({ fs, at }) => {
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
      suite.inFresh(async ({ fs, at }) => {
        await fs.syncDirectory(at('.'))
        await fs.syncFileSystem(at('.'))
        expect(await ioFailure(() => fs.syncDirectory(at('none')))).toBe('ENOENT openat')
        expect(await ioFailure(() => fs.syncFileSystem(at('none')))).toBe('ENOENT openat')
      }),
    )
  })
}
