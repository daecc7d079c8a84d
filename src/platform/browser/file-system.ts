// Files over a directory handle of the browser. There are no links, owners, modes or devices: asking for them fails.

import { isIoError } from '../../errors.ts'
import type { DirectoryEntry, FileHandle, FileSystem, OpenMode, Space, Stat } from '../types.ts'
import { attempt, failure, unsupported } from './dom-error.ts'
import { BrowserFileHandle } from './file-handle.ts'
import type { DirectoryEntryHandle, FileEntry } from './handles.ts'
import { type Found, find, findDirectory, locate, look } from './paths.ts'
import { DIRECTORY_STAT, fileStat, requireMode, requireOwner } from './stat.ts'

const NOTHING_THERE: readonly string[] = ['ENOENT', 'ENOTDIR']
const BLOCK_BYTES = 4096
const COPY_BYTES = 1 << 20

export interface BrowserFileSystemOptions {
  readonly onClose: (handle: BrowserFileHandle) => Promise<void>
  readonly randomName: () => string
  /** `navigator.storage.estimate`: bytes that the origin may use and does use. */
  readonly estimate: (() => Promise<{ quota?: number; usage?: number }>) | undefined
}

export class BrowserFileSystem implements FileSystem {
  readonly #root: DirectoryEntryHandle
  readonly #options: BrowserFileSystemOptions
  constructor(root: DirectoryEntryHandle, options: BrowserFileSystemOptions) {
    this.#root = root
    this.#options = options
  }

  async open(path: string, mode: OpenMode): Promise<FileHandle> {
    const place = await locate(this.#root, path, 'openat')
    const found = await look(place, path, 'openat')
    const creates = mode === 'wx' || mode === 'rw'
    if (found !== undefined && mode === 'wx') throw failure('EEXIST', 'openat', path)
    if (found?.kind === 'directory') throw failure('EISDIR', 'openat', path)
    if (found === undefined && !creates) throw failure('ENOENT', 'openat', path)
    const create = () => attempt('openat', path, () => place.parent.getFileHandle(place.name, { create: true }))
    const entry = found?.entry ?? (await create())
    const { onClose } = this.#options
    return new BrowserFileHandle({ path, entry, readable: mode !== 'wx', writable: creates, onClose })
  }
  async readFile(path: string): Promise<Uint8Array> {
    return this.#readFound(await find(this.#root, path, 'openat'), path)
  }
  async tryReadFile(path: string): Promise<Uint8Array | undefined> {
    const found = await this.#tryFind(path, 'openat')
    return found && this.#readFound(found, path)
  }
  async readStart(path: string, buffer: Uint8Array): Promise<number> {
    const handle = await this.open(path, 'r')
    try {
      return await handle.read(buffer)
    } finally {
      await handle.close()
    }
  }
  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await this.open(path, 'rw')
    await handle.truncate(0)
    await handle.write(bytes)
    await handle.close()
  }
  async readlink(path: string): Promise<string> {
    await find(this.#root, path, 'readlinkat')
    throw unsupported('a symbolic link')
  }
  async readDirectory(path: string): Promise<readonly DirectoryEntry[]> {
    return entriesOf(await findDirectory(this.#root, path, 'opendir'), path)
  }
  async tryReadDirectory(path: string): Promise<readonly DirectoryEntry[] | undefined> {
    const found = await this.#tryFind(path, 'opendir')
    return found?.kind === 'directory' ? entriesOf(found.entry, path) : undefined
  }
  async lstat(path: string): Promise<Stat> {
    return statOf(await find(this.#root, path, 'fstatat'), path)
  }
  async tryLstat(path: string): Promise<Stat | undefined> {
    const found = await this.#tryFind(path, 'fstatat')
    return found && statOf(found, path)
  }
  tryStat(path: string): Promise<Stat | undefined> {
    return this.tryLstat(path)
  }
  async devino(): Promise<string> {
    throw unsupported('an inode number')
  }
  async mkdir(path: string): Promise<void> {
    const place = await locate(this.#root, path, 'mkdirat')
    if ((await look(place, path, 'mkdirat')) !== undefined) throw failure('EEXIST', 'mkdirat', path)
    await attempt('mkdirat', path, () => place.parent.getDirectoryHandle(place.name, { create: true }))
  }
  async ensureDirectory(path: string): Promise<void> {
    const found = await this.#tryFind(path, 'mkdirat')
    if (found?.kind === 'directory') return
    if (found !== undefined) throw failure('EEXIST', 'mkdirat', path)
    const parent = path.replace(/\/+$/, '').replace(/\/?[^/]+$/, '')
    if (parent !== '' && (await this.#tryFind(parent, 'mkdirat')) === undefined) await this.ensureDirectory(parent)
    await this.mkdir(path)
  }
  async makeTemporaryDirectory(prefix: string): Promise<string> {
    const path = `${prefix}${this.#options.randomName()}`
    await this.mkdir(path)
    return path
  }
  async symlink(): Promise<void> {
    throw unsupported('a symbolic link')
  }
  async link(): Promise<void> {
    throw unsupported('a hard link')
  }
  /** One step for a file; a directory is copied first where the browser cannot move it. */
  async rename(from: string, to: string): Promise<void> {
    const source = await find(this.#root, from, 'renameat')
    const place = await locate(this.#root, to, 'renameat')
    const target = await look(place, to, 'renameat')
    const [fromKey, toKey] = [normal(from), normal(to)]
    if (fromKey === toKey) return
    if (source.kind === 'directory') {
      if (`${toKey}/`.startsWith(`${fromKey}/`)) throw failure('EINVAL', 'renameat', from)
      if (target?.kind === 'file') throw failure('ENOTDIR', 'renameat', from)
      if (target !== undefined && (await entriesOf(target.entry, to)).length > 0) {
        throw failure('ENOTEMPTY', 'renameat', from)
      }
      await this.#copyDirectory(from, to)
      return this.removeTree(from)
    }
    if (target?.kind === 'directory') throw failure('EISDIR', 'renameat', from)
    const { entry } = source
    if (entry.move !== undefined) return attempt('renameat', from, async () => entry.move?.(place.parent, place.name))
    await this.#copyBytes(entry, to)
    await this.unlink(from)
  }
  async renameNew(from: string, to: string): Promise<boolean> {
    await find(this.#root, from, 'renameat')
    if ((await this.#tryFind(to, 'renameat')) !== undefined) return false
    await this.rename(from, to)
    return true
  }
  async unlink(path: string): Promise<void> {
    const found = await find(this.#root, path, 'unlinkat')
    if (found.kind === 'directory') throw failure('EISDIR', 'unlinkat', path)
    await this.#remove(path, false)
  }
  async rmdir(path: string): Promise<void> {
    await findDirectory(this.#root, path, 'unlinkat')
    await this.#remove(path, false)
  }
  async removeTree(path: string): Promise<void> {
    if ((await this.#tryFind(path, 'unlinkat')) !== undefined) await this.#remove(path, true)
  }
  async chmod(path: string, mode: number): Promise<void> {
    requireMode((await find(this.#root, path, 'fchmodat')).kind, mode)
  }
  async lchown(path: string, uid: number, gid: number): Promise<void> {
    await find(this.#root, path, 'fchownat')
    requireOwner(uid, gid)
  }
  async lutimes(): Promise<void> {
    throw unsupported('a file time')
  }
  async copyFile(from: string, to: string): Promise<void> {
    const source = await find(this.#root, from, 'copyfile')
    if (source.kind === 'directory') throw failure('EISDIR', 'copyfile', from)
    if ((await this.#tryFind(to, 'copyfile')) !== undefined) throw failure('EEXIST', 'copyfile', to)
    await this.#copyBytes(source.entry, to)
  }
  async reflink(from: string): Promise<void> {
    throw failure('EOPNOTSUPP', 'copyfile', from)
  }
  async makeWhiteout(): Promise<void> {
    throw unsupported('a device node')
  }
  /** A browser flushes by itself, and has no call to ask for it. */
  async syncDirectory(path: string): Promise<void> {
    await findDirectory(this.#root, path, 'openat')
  }
  async syncFileSystem(path: string): Promise<void> {
    await find(this.#root, path, 'openat')
  }
  async writeRefusal(path: string): Promise<string | null> {
    await find(this.#root, path, 'access')
    const permission = await this.#root.queryPermission?.({ mode: 'readwrite' })
    return permission === undefined || permission === 'granted' ? null : 'EACCES'
  }
  async space(path: string): Promise<Space> {
    await find(this.#root, path, 'fstatvfs')
    const { quota, usage } = (await this.#options.estimate?.()) ?? {}
    if (quota === undefined || usage === undefined) throw unsupported('the size of the storage')
    const free = Math.max(0, Math.floor((quota - usage) / BLOCK_BYTES))
    const totalBlocks = Math.floor(quota / BLOCK_BYTES)
    return { blockSizeBytes: BLOCK_BYTES, totalBlocks, freeBlocks: free, availableBlocks: free }
  }

  async #tryFind(path: string, call: string): Promise<Found | undefined> {
    try {
      return await look(await locate(this.#root, path, call), path, call)
    } catch (error) {
      if (isNothing(error)) return undefined
      throw error
    }
  }

  async #readFound(found: Found, path: string): Promise<Uint8Array> {
    if (found.kind === 'directory') throw failure('EISDIR', 'read', path)
    return attempt('read', path, async () => new Uint8Array(await (await found.entry.getFile()).arrayBuffer()))
  }

  async #remove(path: string, recursive: boolean): Promise<void> {
    const place = await locate(this.#root, path, 'unlinkat')
    if (place.isRoot) throw failure('EBUSY', 'unlinkat', path)
    await attempt('unlinkat', path, () => place.parent.removeEntry(place.name, { recursive }))
  }

  async #copyBytes(from: FileEntry, to: string): Promise<void> {
    const source = await attempt('copyfile', to, () => from.getFile())
    const handle = await this.open(to, 'rw')
    await handle.truncate(0)
    for (let start = 0; start < source.size; start += COPY_BYTES) {
      const piece = source.slice(start, start + COPY_BYTES)
      await handle.write(new Uint8Array(await attempt('read', to, () => piece.arrayBuffer())))
    }
    await handle.close()
  }

  async #copyDirectory(from: string, to: string): Promise<void> {
    await this.ensureDirectory(to)
    for (const { name, kind } of await this.readDirectory(from)) {
      if (kind === 'directory') await this.#copyDirectory(`${from}/${name}`, `${to}/${name}`)
      else await this.copyFile(`${from}/${name}`, `${to}/${name}`)
    }
  }
}

function isNothing(error: unknown): boolean {
  return isIoError(error, ...NOTHING_THERE)
}

async function entriesOf(directory: DirectoryEntryHandle, path: string): Promise<DirectoryEntry[]> {
  return attempt('opendir', path, async () => {
    const entries: DirectoryEntry[] = []
    for await (const [name, { kind }] of directory.entries()) entries.push({ name, kind })
    return entries
  })
}

async function statOf(found: Found, path: string): Promise<Stat> {
  if (found.kind === 'directory') return DIRECTORY_STAT
  return fileStat(await attempt('fstatat', path, () => found.entry.getFile()))
}

/** The path without what leads nowhere, to compare two of them. */
function normal(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')
}
