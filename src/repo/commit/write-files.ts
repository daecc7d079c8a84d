// The job that turns files of a directory into content objects: reads attributes and bytes, hashes, and writes what the
// repository does not have yet. Facts: spec/repository.md#commit

import { compareBytes } from '../../bytes/compare.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { isSymlinkMode } from '../../objects/file-mode.ts'
import { NO_XATTRS, type Xattrs } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import { type Content, NO_CONTENT, readHandle, SMALL_CONTENT_BYTES } from '../content.ts'
import { LooseStore, type StoreOptions } from '../loose-store.ts'
import { readXattrs } from '../read-object.ts'
import type { RepoMode } from '../repo-mode.ts'
import { type WrittenObject, writeContent } from '../write-object.ts'
import { adoptFile } from './adopt-file.ts'

export interface FileToWrite {
  /** A regular file or a symbolic link. */
  readonly path: string
  /** Owner and mode of the object to be. */
  readonly uid: number
  readonly gid: number
  readonly mode: number
  /** Size as the directory walk saw it; 0 for a symbolic link. */
  readonly sizeBytes: number
  /** The attributes to start from: those of the file, none, or these. */
  readonly xattrs: 'of-file' | 'none' | Xattrs
  /** Replaces the attribute `security.selinux`. */
  readonly label: string | null
  /** The object that the file is a link to, where that is known. */
  readonly known: Checksum | null
  /** Owner or mode are no longer those of the file. */
  readonly changed: boolean
  /** What becomes of the file: `adopt` moves it into the repository where that is possible and deletes it otherwise. */
  readonly afterwards: 'keep' | 'delete' | 'adopt'
}

export interface WriteFilesInput {
  readonly store: StoreOptions
  readonly files: readonly FileToWrite[]
}

/**
 * `written`: a new object. `existed`: the repository had it. `known`: taken for the object it is a link to.
 * `adopted`: the file itself is the object now.
 */
export type WriteOutcome = 'written' | 'existed' | 'known' | 'adopted'

export interface WrittenFile {
  readonly checksum: Checksum
  readonly outcome: WriteOutcome
  /** Bytes of the content; of a symbolic link, its target's. */
  readonly unpackedBytes: number
  /** Bytes of the object's file, new or old. */
  readonly storedBytes: number
}

/** In the order of the input. */
export type WriteFilesResult = readonly WrittenFile[]

export async function writeFiles(
  platform: Platform,
  { store: storeOptions, files }: WriteFilesInput,
  { signal }: OperationOptions,
): Promise<WriteFilesResult> {
  const store = new LooseStore(platform, storeOptions)
  const small = files.filter(({ sizeBytes }) => sizeBytes <= SMALL_CONTENT_BYTES)
  const buffer = new Uint8Array(small.reduce((largest, { sizeBytes }) => Math.max(largest, sizeBytes), 0))
  const written: WrittenFile[] = []
  for (const file of files) {
    signal?.throwIfAborted()
    written.push(await writeFile(store, file, buffer))
    await platform.breathe()
  }
  return written
}

async function writeFile(store: LooseStore, file: FileToWrite, buffer: Uint8Array): Promise<WrittenFile> {
  const { fs } = store.platform
  const { xattrs, modified: xattrsModified } = await finalXattrs(store.platform, file)
  const modified = file.changed || xattrsModified
  if (file.known !== null && !modified) {
    if (file.afterwards !== 'keep') await fs.unlink(file.path)
    return { checksum: file.known, outcome: 'known', unpackedBytes: file.sizeBytes, storedBytes: 0 }
  }
  const { uid, gid, mode } = file
  if (isSymlinkMode(mode)) {
    const info: FileInfo = { uid, gid, mode, xattrs, symlinkTarget: await fs.readlink(file.path) }
    return finish(store, file, await writeContent(store, info, NO_CONTENT))
  }
  const info: FileInfo = { uid, gid, mode, xattrs, symlinkTarget: '' }
  const handle = await fs.open(file.path, 'r')
  try {
    if (file.afterwards === 'adopt' && canAdopt(store.mode, modified)) {
      const { checksum, sizeBytes } = await adoptFile(store, handle, info)
      return { checksum, outcome: 'adopted', unpackedBytes: sizeBytes, storedBytes: sizeBytes }
    }
    return finish(store, file, await writeContent(store, info, await readContent(handle, file.sizeBytes, buffer)))
  } finally {
    await handle.close()
  }
}

/** A bare object is the file itself, so nothing about it may have to change. */
function canAdopt(mode: RepoMode, modified: boolean): boolean {
  return mode === 'bare-user-only' || (mode === 'bare' && !modified)
}

async function finish(store: LooseStore, file: FileToWrite, written: WrittenObject): Promise<WrittenFile> {
  const { checksum, existed, unpackedBytes, storedBytes } = written
  if (file.afterwards !== 'keep') await store.platform.fs.unlink(file.path)
  return { checksum, outcome: existed ? 'existed' : 'written', unpackedBytes, storedBytes }
}

/** A small file's bytes, in `buffer`; a large file's as they are read. */
async function readContent(handle: FileHandle, sizeBytes: number, buffer: Uint8Array): Promise<Content> {
  if (sizeBytes > buffer.length) return readHandle(handle)
  let filled = 0
  while (filled < sizeBytes) {
    const count = await handle.read(buffer.subarray(filled, sizeBytes))
    if (count === 0) break // it shrank meanwhile
    filled += count
  }
  return buffer.subarray(0, filled)
}

const SELINUX_XATTR = encodeUtf8('security.selinux')

/** `modified`: they are not those on disk, or nobody has looked what those are. */
async function finalXattrs(
  platform: Platform,
  { path, xattrs: source, label }: FileToWrite,
): Promise<{ readonly xattrs: Xattrs; readonly modified: boolean }> {
  const original = source === 'none' ? NO_XATTRS : source === 'of-file' ? await readXattrs(platform, path) : source
  if (label === null) return { xattrs: original, modified: source === 'none' }
  const xattrs = relabel(original, label)
  return { xattrs, modified: source === 'none' || !sameXattrs(original, xattrs) }
}

/** The same attributes with another SELinux label, which comes last. */
export function relabel(xattrs: Xattrs, label: string): Xattrs {
  const others = xattrs.filter(({ name }) => compareBytes(name, SELINUX_XATTR) !== 0)
  return [...others, { name: SELINUX_XATTR, value: encodeUtf8(`${label}\0`) }]
}

/** Also in the same order. */
function sameXattrs(a: Xattrs, b: Xattrs): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, value }, index) => {
      const other = b[index]!
      return compareBytes(name, other.name) === 0 && compareBytes(value, other.value) === 0
    })
  )
}
