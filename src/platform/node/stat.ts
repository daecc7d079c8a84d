// From Node's stat results and directory entries to ours.

import type { Dirent, Stats } from 'node:fs'
import type { FileKind, Stat } from '../types.ts'

const S_IFMT = 0o170000
const KINDS: Readonly<Record<number, FileKind>> = { 0o100000: 'file', 0o040000: 'directory', 0o120000: 'symlink' }

export function toStat(stats: Stats): Stat {
  return {
    kind: KINDS[stats.mode & S_IFMT] ?? 'other',
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    sizeBytes: stats.size,
    nlink: stats.nlink,
    rdev: stats.rdev,
    mtimeMs: stats.mtimeMs,
  }
}

export function kindOf(entry: Dirent<string>): FileKind {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'symlink' : 'other'
}

/** Node takes a negative number for "now"; as text it takes it for the time before 1970 that it is. */
export function toUnixTime(seconds: number): number | string {
  return seconds < 0 ? String(seconds) : seconds
}
