// The inode table of the memory file system, and how paths lead into it: links followed or not, errors as Linux has them.

import { OstreeError } from '../../errors.ts'
import { type Body, type Directory, type DirectoryBody, type Inode, isDirectory, S_IFDIR, S_ISGID } from './inode.ts'

const NAME_MAX_BYTES = 255
const PATH_MAX_BYTES = 4096
const MAX_LINKS = 40

export interface TreeOptions {
  readonly uid: number
  readonly gid: number
  readonly umask: number
  /** Bytes that all files together can hold; more fails with ENOSPC. */
  readonly capacityBytes: number
}

/** A place a path leads to: the directory, the name in it, and what is there now. */
export interface Place {
  readonly directory: Directory
  readonly name: string
  readonly inode: Inode | undefined
}

export class Tree {
  readonly options: TreeOptions
  readonly root: Directory
  usedBytes = 0
  #lastNumber = 0

  constructor(options: TreeOptions) {
    this.options = options
    const body: DirectoryBody = { kind: 'directory', entries: new Map(), parent: null }
    this.root = { ...this.#newInode(body, S_IFDIR | 0o755), body }
  }

  /** Follows every link but the last one; that too with `follow`. */
  find(path: string, call: string, follow = false): Place {
    const fail = (errno: string) => new OstreeError('IO', { errno, call, path })
    if (path.includes('\0'))
      throw new OstreeError('INVALID_ARGUMENT', { reason: `Invalid path ${JSON.stringify(path)}` })
    if (path === '') throw fail('ENOENT')
    if (byteLength(path) >= PATH_MAX_BYTES) throw fail('ENAMETOOLONG')
    let links = 0
    const walk = (from: Directory, text: string, followLast: boolean): Place => {
      let directory = text.startsWith('/') ? this.root : from
      const names = text.split('/').filter((name) => name !== '' && name !== '.')
      const mustBeDirectory = /(^|\/)\.?$/.test(text)
      let place: Place = { directory: directory.body.parent ?? this.root, name: '.', inode: directory }
      for (const [index, name] of names.entries()) {
        const last = index === names.length - 1
        if (byteLength(name) > NAME_MAX_BYTES) throw fail('ENAMETOOLONG')
        const inode = name === '..' ? (directory.body.parent ?? this.root) : directory.body.entries.get(name)
        place = { directory, name, inode }
        if (inode?.body.kind === 'symlink' && (!last || followLast || mustBeDirectory)) {
          links += 1
          if (links > MAX_LINKS) throw fail('ELOOP')
          place = walk(directory, inode.body.target, true)
        }
        if (last) break
        if (place.inode === undefined) throw fail('ENOENT')
        if (!isDirectory(place.inode)) throw fail('ENOTDIR')
        directory = place.inode
      }
      if (mustBeDirectory && place.inode !== undefined && !isDirectory(place.inode)) throw fail('ENOTDIR')
      return place
    }
    return walk(this.root, path, follow)
  }

  /** What is there; fails with ENOENT when nothing is. */
  require(path: string, call: string, follow = false): Inode {
    const { inode } = this.find(path, call, follow)
    if (inode === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call, path })
    return inode
  }

  requireDirectory(path: string, call: string): Directory {
    const inode = this.require(path, call, true)
    if (!isDirectory(inode)) throw new OstreeError('IO', { errno: 'ENOTDIR', call, path })
    return inode
  }

  /** Makes something new at `path`. The umask applies to `mode`, and a set-group-id directory hands its group down. */
  make(path: string, call: string, mode: number, body: Body | 'directory'): Inode {
    const { directory, name, inode: there } = this.find(path, call)
    if (there !== undefined) throw new OstreeError('IO', { errno: 'EEXIST', call, path })
    if (body !== 'directory' && path.endsWith('/')) throw new OstreeError('IO', { errno: 'ENOENT', call, path })
    const full: Body = body === 'directory' ? { kind: 'directory', entries: new Map(), parent: directory } : body
    const inode = this.#newInode(full, full.kind === 'symlink' ? mode : mode & ~this.options.umask)
    if ((directory.mode & S_ISGID) !== 0) {
      inode.gid = directory.gid
      if (full.kind === 'directory') inode.mode |= S_ISGID
    }
    this.attach(directory, name, inode)
    return inode
  }

  attach(directory: Directory, name: string, inode: Inode): void {
    directory.body.entries.set(name, inode)
    directory.mtimeMs = Date.now()
    if (isDirectory(inode)) {
      inode.body.parent = directory
      directory.nlink += 1
    } else inode.nlink += 1
  }

  detach({ directory, name, inode }: Place): void {
    if (inode === undefined) return
    directory.body.entries.delete(name)
    directory.mtimeMs = Date.now()
    if (isDirectory(inode)) directory.nlink -= 1
    else inode.nlink -= 1
    if (inode.body.kind === 'file' && inode.nlink === 0) this.usedBytes -= inode.body.sizeBytes
  }

  #newInode(body: Body, mode: number): Inode {
    this.#lastNumber += 1
    const { uid, gid } = this.options
    // A directory counts itself; everything else is counted when it gets its name.
    const nlink = body.kind === 'directory' ? 2 : 0
    return { number: this.#lastNumber, mode, uid, gid, nlink, mtimeMs: Date.now(), body, xattrs: new Map() }
  }
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
