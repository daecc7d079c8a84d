// What the memory file system is made of: inodes, as POSIX has them.

import type { Stat } from '../types.ts'

export const S_IFMT = 0o170000
export const S_IFREG = 0o100000
export const S_IFDIR = 0o040000
export const S_IFLNK = 0o120000
export const S_IFCHR = 0o020000
export const S_ISUID = 0o4000
export const S_ISGID = 0o2000
const S_IXGRP = 0o010

export interface FileBody {
  readonly kind: 'file'
  /** Capacity; only the first `sizeBytes` are the file's, and what follows is zero. */
  bytes: Uint8Array
  sizeBytes: number
}
export interface DirectoryBody {
  readonly kind: 'directory'
  readonly entries: Map<string, Inode>
  /** `null` is the root's. */
  parent: Directory | null
}
export interface SymlinkBody {
  readonly kind: 'symlink'
  readonly target: string
}
export interface DeviceBody {
  readonly kind: 'other'
  readonly rdev: number
}
export type Body = FileBody | DirectoryBody | SymlinkBody | DeviceBody

export interface Inode {
  readonly number: number
  mode: number
  uid: number
  gid: number
  nlink: number
  mtimeMs: number
  readonly body: Body
  /** By the name's bytes as Latin-1 text, in the order of their first setting. */
  readonly xattrs: Map<string, Uint8Array>
}
export type Directory = Inode & { readonly body: DirectoryBody }

export function isDirectory(inode: Inode): inode is Directory {
  return inode.body.kind === 'directory'
}

export function statOf(inode: Inode): Stat {
  const { body, mode, uid, gid, nlink, mtimeMs } = inode
  return { kind: body.kind, mode, uid, gid, nlink, mtimeMs, sizeBytes: sizeOf(body), rdev: rdevOf(body) }
}

function sizeOf(body: Body): number {
  if (body.kind === 'file') return body.sizeBytes
  return body.kind === 'symlink' ? new TextEncoder().encode(body.target).length : 0
}

function rdevOf(body: Body): number {
  return body.kind === 'other' ? body.rdev : 0
}

/** Linux takes the set-id bits from a file that changes hands, even from root's own; directories keep theirs. */
export function changeOwner(inode: Inode, uid: number, gid: number): void {
  inode.uid = uid
  inode.gid = gid
  if (inode.body.kind !== 'file') return
  inode.mode &= ~S_ISUID
  if ((inode.mode & S_IXGRP) !== 0) inode.mode &= ~S_ISGID
}

export function changeMode(inode: Inode, mode: number): void {
  inode.mode = (inode.mode & S_IFMT) | (mode & 0o7777)
}
