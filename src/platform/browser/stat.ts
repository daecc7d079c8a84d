// What a browser tells of a file, in the form of a stat: it knows no owners and no modes, so these are always the same.

import type { Stat } from '../types.ts'
import { unsupported } from './dom-error.ts'
import type { FileLike } from './handles.ts'

const FILE_MODE = 0o100644
const DIRECTORY_MODE = 0o040755
const PERMISSIONS = 0o7777
const COMMON = { uid: 0, gid: 0, nlink: 1, rdev: 0 } as const

export const DIRECTORY_STAT: Stat = { ...COMMON, kind: 'directory', mode: DIRECTORY_MODE, sizeBytes: 0, mtimeMs: 0 }

export function fileStat(file: FileLike): Stat {
  return { ...COMMON, kind: 'file', mode: FILE_MODE, sizeBytes: file.size, mtimeMs: file.lastModified }
}

/** Asking for what is so anyway succeeds; anything else cannot be had. */
export function requireMode(kind: 'file' | 'directory', mode: number): void {
  const fixed = kind === 'file' ? FILE_MODE : DIRECTORY_MODE
  if (mode !== (fixed & PERMISSIONS)) throw unsupported('a file mode')
}

export function requireOwner(uid: number, gid: number): void {
  if (uid !== COMMON.uid || gid !== COMMON.gid) throw unsupported('a file owner')
}
