// A file system in memory with POSIX's semantics: modes, owners, times, hard links, symbolic links, devices. Whoever
// calls is root: permissions are kept, not enforced. Everything is lost with the object.

import { isIoError, OstreeError } from '../../errors.ts'
import type { DirectoryEntry, FileHandle, FileSystem, OpenMode, Space, Stat } from '../types.ts'
import { MemoryFileHandle } from './file-handle.ts'
import {
  changeMode,
  changeOwner,
  type Directory,
  type FileBody,
  type Inode,
  isDirectory,
  S_IFCHR,
  S_IFDIR,
  S_IFLNK,
  S_IFREG,
  statOf,
} from './inode.ts'
import type { Place, Tree } from './tree.ts'

const FILE_PERMISSIONS = 0o644
const DIRECTORY_PERMISSIONS = 0o775
const BLOCK_BYTES = 4096
const FIRST_FD = 3

const failure = (errno: string, call: string, path: string) => new OstreeError('IO', { errno, call, path })

export class MemoryFileSystem implements FileSystem {
  readonly #tree: Tree
  readonly #onClose: (handle: MemoryFileHandle) => void
  #lastFd = FIRST_FD - 1
  #lastTemporary = 0

  /** @param onClose - Told of each handle that closes, while it still knows its file. */
  constructor(tree: Tree, onClose: (handle: MemoryFileHandle) => void) {
    this.#tree = tree
    this.#onClose = onClose
  }

  open(path: string, mode: OpenMode, permissions = FILE_PERMISSIONS): FileHandle {
    return this.#handle(path, this.#openInode(path, mode, permissions), mode)
  }
  readFile(path: string): Uint8Array {
    const { body } = this.#tree.require(path, 'openat', true)
    if (body.kind === 'file') return body.bytes.slice(0, body.sizeBytes)
    throw body.kind === 'directory' ? failure('EISDIR', 'read', path) : failure('ENXIO', 'openat', path)
  }
  tryReadFile(path: string): Uint8Array | undefined {
    return unlessNothingThere(() => this.readFile(path))
  }
  readStart(path: string, buffer: Uint8Array): number {
    const { body } = this.#openInode(path, 'r', 0)
    const start = body.kind === 'file' ? body.bytes.subarray(0, Math.min(buffer.length, body.sizeBytes)) : undefined
    if (start === undefined) throw failure('EISDIR', 'read', path)
    buffer.set(start)
    return start.length
  }
  writeFile(path: string, bytes: Uint8Array, permissions = FILE_PERMISSIONS): void {
    const handle = this.#handle(path, this.#openInode(path, 'rw', permissions), 'rw')
    handle.truncate(0)
    handle.write(bytes)
    handle.close()
  }
  readlink(path: string): string {
    const { body } = this.#tree.require(path, 'readlinkat')
    if (body.kind !== 'symlink') throw failure('EINVAL', 'readlinkat', path)
    return body.target
  }
  readDirectory(path: string): readonly DirectoryEntry[] {
    const { entries } = this.#tree.requireDirectory(path, 'opendir').body
    return Array.from(entries, ([name, inode]) => ({ name, kind: inode.body.kind }))
  }
  tryReadDirectory(path: string): readonly DirectoryEntry[] | undefined {
    return unlessNothingThere(() => this.readDirectory(path))
  }
  lstat(path: string): Stat {
    return statOf(this.#tree.require(path, 'fstatat'))
  }
  tryLstat(path: string): Stat | undefined {
    return unlessNothingThere(() => this.lstat(path))
  }
  tryStat(path: string): Stat | undefined {
    return unlessNothingThere(() => statOf(this.#tree.require(path, 'fstatat', true)))
  }
  devino(path: string): string {
    return `1:${this.#tree.require(path, 'fstatat').number}`
  }
  mkdir(path: string, permissions = DIRECTORY_PERMISSIONS): void {
    this.#tree.make(path, 'mkdirat', S_IFDIR | (permissions & 0o1777), 'directory')
  }
  ensureDirectory(path: string, permissions = DIRECTORY_PERMISSIONS): void {
    const there = this.tryStat(path)
    if (there?.kind === 'directory') return
    if (there !== undefined) throw failure('EEXIST', 'mkdirat', path)
    const parent = path.replace(/\/+$/, '').replace(/\/?[^/]+$/, '')
    if (parent !== '' && this.tryStat(parent) === undefined) this.ensureDirectory(parent, permissions)
    this.mkdir(path, permissions)
  }
  makeTemporaryDirectory(prefix: string): string {
    this.#lastTemporary += 1
    const path = `${prefix}${this.#lastTemporary.toString(36).padStart(6, '0')}`
    this.mkdir(path, 0o700)
    return path
  }
  symlink(target: string, path: string): void {
    if (target === '') throw failure('ENOENT', 'symlinkat', path)
    this.#tree.make(path, 'symlinkat', S_IFLNK | 0o777, { kind: 'symlink', target })
  }
  link(existing: string, path: string): void {
    const inode = this.#tree.require(existing, 'linkat')
    const place = this.#tree.find(path, 'linkat')
    if (place.inode !== undefined) throw failure('EEXIST', 'linkat', existing)
    if (isDirectory(inode)) throw failure('EPERM', 'linkat', existing)
    this.#tree.attach(place.directory, place.name, inode)
  }
  rename(from: string, to: string): void {
    const source = this.#tree.find(from, 'renameat')
    const target = this.#tree.find(to, 'renameat')
    if (source.inode === undefined) throw failure('ENOENT', 'renameat', from)
    if (source.inode === target.inode) return
    if (isInside(target.directory, source.inode)) throw failure('EINVAL', 'renameat', from)
    if (target.inode !== undefined) this.#checkReplaceable(source.inode, target.inode, from)
    this.#tree.detach(target)
    this.#tree.detach(source)
    this.#tree.attach(target.directory, target.name, source.inode)
  }
  renameNew(from: string, to: string): boolean {
    if (this.#tree.find(to, 'renameat').inode !== undefined) {
      this.#tree.require(from, 'renameat')
      return false
    }
    this.rename(from, to)
    return true
  }
  unlink(path: string): void {
    const place = this.#existing(path)
    if (isDirectory(place.inode)) throw failure('EISDIR', 'unlinkat', path)
    this.#tree.detach(place)
  }
  rmdir(path: string): void {
    const place = this.#existing(path)
    if (!isDirectory(place.inode)) throw failure('ENOTDIR', 'unlinkat', path)
    if (place.name === '.') throw failure(place.inode === this.#tree.root ? 'EBUSY' : 'EINVAL', 'unlinkat', path)
    if (place.inode.body.entries.size > 0) throw failure('ENOTEMPTY', 'unlinkat', path)
    this.#tree.detach(place)
  }
  removeTree(path: string): void {
    const there = this.tryLstat(path)
    if (there === undefined) return
    if (there.kind === 'directory') {
      for (const { name } of this.readDirectory(path)) this.removeTree(`${path}/${name}`)
      this.rmdir(path)
    } else this.unlink(path)
  }
  chmod(path: string, mode: number): void {
    changeMode(this.#tree.require(path, 'fchmodat', true), mode)
  }
  lchown(path: string, uid: number, gid: number): void {
    changeOwner(this.#tree.require(path, 'fchownat'), uid, gid)
  }
  lutimes(path: string, _atimeSeconds: number, mtimeSeconds: number): void {
    this.#tree.require(path, 'utimensat').mtimeMs = mtimeSeconds * 1000
  }
  copyFile(from: string, to: string): void {
    const { mode } = this.#tree.require(from, 'copyfile', true)
    const bytes = this.readFile(from)
    const handle = this.open(to, 'wx', mode & 0o777)
    handle.write(bytes)
    handle.chmod(mode)
    handle.close()
  }
  /** There are no extents to share; the copy is what a reflink looks like from outside. */
  reflink(from: string, to: string): void {
    this.copyFile(from, to)
  }
  makeWhiteout(path: string, permissions: number): void {
    this.#tree.make(path, 'mknodat', S_IFCHR | (permissions & 0o7777), { kind: 'other', rdev: 0 })
  }
  async syncDirectory(path: string): Promise<void> {
    this.#tree.requireDirectory(path, 'openat')
  }
  async syncFileSystem(path: string): Promise<void> {
    this.#tree.require(path, 'openat', true)
  }
  writeRefusal(path: string): null {
    this.#tree.require(path, 'access', true)
    return null
  }
  space(path: string): Space {
    this.#tree.require(path, 'fstatvfs', true)
    const { capacityBytes } = this.#tree.options
    const free = Math.floor((capacityBytes - this.#tree.usedBytes) / BLOCK_BYTES)
    const totalBlocks = Math.floor(capacityBytes / BLOCK_BYTES)
    return { blockSizeBytes: BLOCK_BYTES, totalBlocks, freeBlocks: free, availableBlocks: free }
  }

  #openInode(path: string, mode: OpenMode, permissions: number): Inode {
    const { inode } = this.#tree.find(path, 'openat', mode === 'r-follow')
    if (inode === undefined && (mode === 'wx' || mode === 'rw')) {
      const body: FileBody = { kind: 'file', bytes: new Uint8Array(0), sizeBytes: 0 }
      return this.#tree.make(path, 'openat', S_IFREG | (permissions & 0o7777), body)
    }
    if (inode === undefined) throw failure('ENOENT', 'openat', path)
    if (mode === 'wx') throw failure('EEXIST', 'openat', path)
    if (inode.body.kind === 'symlink') throw failure('ELOOP', 'openat', path)
    if (inode.body.kind === 'other') throw failure('ENXIO', 'openat', path)
    if (inode.body.kind === 'directory' && mode === 'rw') throw failure('EISDIR', 'openat', path)
    return inode
  }

  #handle(path: string, inode: Inode, mode: OpenMode): MemoryFileHandle {
    this.#lastFd += 1
    const file = { tree: this.#tree, inode, path, readable: mode !== 'wx', writable: mode === 'wx' || mode === 'rw' }
    return new MemoryFileHandle(this.#lastFd, file, this.#onClose)
  }

  #existing(path: string): Place & { readonly inode: Inode } {
    const { directory, name, inode } = this.#tree.find(path, 'unlinkat')
    if (inode === undefined) throw failure('ENOENT', 'unlinkat', path)
    return { directory, name, inode }
  }

  #checkReplaceable(source: Inode, target: Inode, path: string): void {
    if (isDirectory(target)) {
      if (!isDirectory(source)) throw failure('EISDIR', 'renameat', path)
      if (target.body.entries.size > 0) throw failure('ENOTEMPTY', 'renameat', path)
    } else if (isDirectory(source)) throw failure('ENOTDIR', 'renameat', path)
  }
}

function isInside(directory: Directory, ancestor: Inode): boolean {
  for (let at: Directory | null = directory; at !== null; at = at.body.parent) if (at === ancestor) return true
  return false
}

function unlessNothingThere<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch (error) {
    if (isIoError(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}
