// Files over Node's synchronous calls (a tenth of the cost of `fs.promises` each: measured in bench/platform). What may
// take long, such as flushing or copying something big, runs on libuv's threads instead.

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { DirectoryEntry, FileHandle, FileSystem, OpenMode, Space, Stat } from '../types.ts'
import { plainBytes } from './bytes.ts'
import { NodeFileHandle } from './file-handle.ts'
import { attempt, attemptAsync, errnoOf, ioError } from './io-error.ts'
import { kindOf, toStat, toUnixTime } from './stat.ts'
import type { Syscalls } from './syscalls.ts'

// Not imported: that would load streams and promises, too. (measured: bench/reading)
const fs = process.getBuiltinModule('node:fs')

const { O_CREAT, O_DIRECTORY = 0, O_EXCL, O_NOFOLLOW = 0, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants
const { COPYFILE_EXCL, COPYFILE_FICLONE, COPYFILE_FICLONE_FORCE } = fs.constants
const S_IFCHR = 0o020000
const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  r: O_RDONLY | O_NOFOLLOW,
  'r-follow': O_RDONLY,
  wx: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
  rw: O_RDWR | O_CREAT | O_NOFOLLOW,
}
const FILE_PERMISSIONS = 0o644
const DIRECTORY_PERMISSIONS = 0o775
/** Up to here a copy is faster than handing it to another thread. */
const SMALL_COPY_BYTES = 1 << 20
/** Node answers `undefined` for ENOENT, without the cost of an exception. */
const SILENT = { throwIfNoEntry: false } as const
const NOTHING_THERE: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR']
const NOT_WRITABLE: readonly (string | undefined)[] = ['EACCES', 'EPERM', 'EROFS']

export class NodeFileSystem implements FileSystem {
  readonly #syscalls: () => Syscalls
  #hasRenameNoReplace = process.platform === 'linux'
  constructor(syscalls: () => Syscalls) {
    this.#syscalls = syscalls
  }

  open(path: string, mode: OpenMode, permissions = FILE_PERMISSIONS): FileHandle {
    return attempt(path, () => new NodeFileHandle(fs.openSync(path, OPEN_FLAGS[mode], permissions), path))
  }
  readFile(path: string): Uint8Array {
    return attempt(path, () => readAll(path))
  }
  tryReadFile(path: string): Uint8Array | undefined {
    // Looking first costs 0.6 µs; an exception, with its stack, 12 µs.
    return unlessNothingThere(path, () => (fs.statSync(path, SILENT) === undefined ? undefined : readAll(path)))
  }
  readStart(path: string, buffer: Uint8Array): number {
    return attempt(path, () => {
      const fd = fs.openSync(path, OPEN_FLAGS.r)
      try {
        return fs.readSync(fd, buffer)
      } finally {
        fs.closeSync(fd)
      }
    })
  }
  writeFile(path: string, bytes: Uint8Array, permissions = FILE_PERMISSIONS): void {
    const fd = attempt(path, () => fs.openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, permissions))
    const handle = new NodeFileHandle(fd, path)
    try {
      handle.write(bytes)
    } finally {
      handle.close()
    }
  }
  readlink(path: string): string {
    const target = attempt(path, () => fs.readlinkSync(path))
    if (target.includes('\uFFFD'))
      requireUtf8(
        attempt(path, () => fs.readlinkSync(path, 'buffer')),
        path,
      )
    return target
  }
  readDirectory(path: string): readonly DirectoryEntry[] {
    return attempt(path, () => listDirectory(path))
  }
  tryReadDirectory(path: string): readonly DirectoryEntry[] | undefined {
    return unlessNothingThere(path, () => (fs.statSync(path, SILENT) === undefined ? undefined : listDirectory(path)))
  }
  lstat(path: string): Stat {
    return attempt(path, () => toStat(fs.lstatSync(path)))
  }
  tryLstat(path: string): Stat | undefined {
    const stats = unlessNothingThere(path, () => fs.lstatSync(path, SILENT))
    return stats && toStat(stats)
  }
  tryStat(path: string): Stat | undefined {
    const stats = unlessNothingThere(path, () => fs.statSync(path, SILENT))
    return stats && toStat(stats)
  }
  devino(path: string): string {
    const stats = attempt(path, () => fs.lstatSync(path, { bigint: true }))
    return `${stats.dev}:${stats.ino}`
  }
  mkdir(path: string, permissions = DIRECTORY_PERMISSIONS): void {
    attempt(path, () => fs.mkdirSync(path, permissions))
  }
  ensureDirectory(path: string, permissions = DIRECTORY_PERMISSIONS): Promise<void> | undefined {
    if (unlessNothingThere(path, () => fs.statSync(path, SILENT))?.isDirectory()) return undefined
    return attemptAsync(path, async () => (await fsExtra()).ensureDir(path, permissions))
  }
  makeTemporaryDirectory(prefix: string): string {
    return attempt(prefix, () => fs.mkdtempSync(prefix))
  }
  symlink(target: string, path: string): void {
    attempt(path, () => fs.symlinkSync(target, path))
  }
  link(existing: string, path: string): void {
    attempt(path, () => fs.linkSync(existing, path))
  }
  rename(from: string, to: string): void {
    attempt(from, () => fs.renameSync(from, to))
  }
  renameNew(from: string, to: string): boolean {
    return this.#renameNoReplace(from, to) ?? linkAndUnlink(from, to)
  }
  unlink(path: string): void {
    attempt(path, () => fs.unlinkSync(path))
  }
  rmdir(path: string): void {
    attempt(path, () => fs.rmdirSync(path))
  }
  removeTree(path: string): Promise<void> | undefined {
    const stats = unlessNothingThere(path, () => fs.lstatSync(path, SILENT))
    if (stats === undefined) return undefined
    if (stats.isDirectory()) return attemptAsync(path, async () => (await fsExtra()).remove(path))
    unlessNothingThere(path, () => fs.unlinkSync(path))
    return undefined
  }
  chmod(path: string, mode: number): void {
    attempt(path, () => fs.chmodSync(path, mode))
  }
  lchown(path: string, uid: number, gid: number): void {
    attempt(path, () => fs.lchownSync(path, uid, gid))
  }
  lutimes(path: string, atimeSeconds: number, mtimeSeconds: number): void {
    attempt(path, () => fs.lutimesSync(path, toUnixTime(atimeSeconds), toUnixTime(mtimeSeconds)))
  }
  copyFile(from: string, to: string, sizeBytes?: number): Promise<void> | undefined {
    const flags = COPYFILE_EXCL | COPYFILE_FICLONE
    const size = sizeBytes ?? attempt(from, () => fs.statSync(from)).size
    if (size > SMALL_COPY_BYTES) return attemptAsync(to, () => fs.promises.copyFile(from, to, flags))
    attempt(to, () => fs.copyFileSync(from, to, flags))
    return undefined
  }
  reflink(from: string, to: string): void {
    attempt(to, () => fs.copyFileSync(from, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE))
  }
  makeWhiteout(path: string, permissions: number): void {
    this.#syscalls().mknod(path, S_IFCHR | permissions, 0)
  }
  async syncFileSystem(path: string): Promise<void> {
    const handle = this.open(path, 'r-follow')
    try {
      await this.#syscalls().syncfs(handle.fd, path)
    } finally {
      handle.close()
    }
  }
  async syncDirectory(path: string): Promise<void> {
    const handle = new NodeFileHandle(
      attempt(path, () => fs.openSync(path, O_RDONLY | O_DIRECTORY)),
      path,
    )
    try {
      await handle.sync()
    } finally {
      handle.close()
    }
  }
  writeRefusal(path: string): string | null {
    try {
      fs.accessSync(path, fs.constants.W_OK)
      return null
    } catch (error) {
      const errno = errnoOf(error)
      if (errno !== undefined && NOT_WRITABLE.includes(errno)) return errno
      throw ioError(error, path)
    }
  }
  space(path: string): Space {
    const { bsize, blocks, bfree, bavail } = attempt(path, () => fs.statfsSync(path))
    return { blockSizeBytes: bsize, totalBlocks: blocks, freeBlocks: bfree, availableBlocks: bavail }
  }

  /** `undefined` where it cannot be told in one step. */
  #renameNoReplace(from: string, to: string): boolean | undefined {
    if (!this.#hasRenameNoReplace) return undefined
    try {
      const renamed = this.#syscalls().renameNoReplace(from, to)
      this.#hasRenameNoReplace = renamed !== undefined
      return renamed
    } catch (error) {
      if (!isOstreeError(error, 'UNSUPPORTED')) throw error
      this.#hasRenameNoReplace = false
      return undefined
    }
  }
}

/** Loaded where it saves work of our own: it costs some 20 ms, which short commands must not pay. */
const fsExtra = async () => (await import('fs-extra')).default

/** Two steps, of which the first decides; where there are no hard links, a look decides. */
function linkAndUnlink(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to)
    fs.unlinkSync(from)
    return true
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EEXIST') return false
    if (errno !== 'EPERM' && errno !== 'EOPNOTSUPP' && errno !== 'EMLINK' && errno !== 'ENOSYS')
      throw ioError(error, from)
  }
  if (attempt(to, () => fs.lstatSync(to, SILENT)) !== undefined) return false
  attempt(from, () => fs.renameSync(from, to))
  return true
}

function unlessNothingThere<T>(path: string, operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (NOTHING_THERE.includes(errnoOf(error))) return undefined
    throw ioError(error, path)
  }
}

/** Small files come out of Node's shared buffer pool: those are copied, which costs less than an allocation before. */
function readAll(path: string): Uint8Array {
  const buffer = fs.readFileSync(path)
  return buffer.length === buffer.buffer.byteLength ? plainBytes(buffer) : new Uint8Array(buffer)
}

function listDirectory(path: string): DirectoryEntry[] {
  const entries: DirectoryEntry[] = []
  let suspect = false
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    suspect ||= entry.name.includes('\uFFFD')
    entries.push({ name: entry.name, kind: kindOf(entry) })
  }
  // Node puts U+FFFD where a name is not UTF-8; only the bytes tell that from a name that has one in it.
  if (suspect) for (const name of fs.readdirSync(path, 'buffer')) requireUtf8(name, `${path}/${name.toString()}`)
  return entries
}

function requireUtf8(bytes: Uint8Array, path: string): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new OstreeError('INVALID_UTF8_NAME', { path }, { cause: error })
  }
}
