// The job that makes content objects of files, or of other content objects: reads attributes and bytes, hashes, and
// writes what the repository does not have yet. Facts: spec/repository.md#commit

import { compareBytes } from '../../bytes/compare.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { isSymlinkMode } from '../../objects/file-mode.ts'
import { NO_XATTRS, type Xattrs } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import type { RepoMode } from '../config/repo-mode.ts'
import type { Job } from '../job.ts'
import { type Content, NO_CONTENT, readHandle } from '../store/content.ts'
import { LooseStore, type StoreOptions } from '../store/loose-store.ts'
import { loadFile, readXattrs } from '../store/read-object.ts'
import { type WrittenObject, writeContent } from '../store/write-object.ts'
import { adoptFile } from './adopt-file.ts'
import { type ArchivedContent, ArchiveHandles } from './archived-content.ts'
import { relabel } from './modifier.ts'

export interface FileToWrite {
  /** A regular file or symbolic link on disk, a content object, or an archive's entry. */
  readonly source: { readonly path: string } | { readonly object: Checksum } | ArchivedContent
  /** Owner and mode of the object to be. */
  readonly uid: number
  readonly gid: number
  readonly mode: number
  /** Size as the walk saw it; 0 for a symbolic link. */
  readonly sizeBytes: number
  /** The attributes to start from: those of the file, none, or these. */
  readonly xattrs: 'of-file' | 'none' | Xattrs
  /** Replaces the attribute `security.selinux`. */
  readonly label: string | null
  /** The object that the file is a link to, where that is known. */
  readonly known: Checksum | null
  /** Owner or mode are no longer those of the source. */
  readonly changed: boolean
  /** What becomes of the file: `adopt` moves it into the repository where that is possible and deletes it otherwise. */
  readonly afterwards: 'keep' | 'delete' | 'adopt'
}

export interface WriteFilesInput {
  readonly store: StoreOptions
  readonly files: readonly FileToWrite[]
  /** Tell the stored size of objects that were there before, too. */
  readonly wantSizes: boolean
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
  /** Bytes of the object's file; 0 for one that existed, unless sizes are wanted. */
  readonly storedBytes: number
}

/** In the order of the input. */
export type WriteFilesResult = readonly WrittenFile[]

export const WRITE_FILES: Job<WriteFilesInput, WriteFilesResult> = { name: 'writeFiles', run: writeFiles }

export async function writeFiles(
  platform: Platform,
  input: WriteFilesInput,
  options: OperationOptions,
): Promise<WriteFilesResult> {
  const archives = new ArchiveHandles(platform)
  try {
    // One array for all of them: a fresh one each costs more than reading into it (measured: bench/commit).
    return await platform.withBuffer((buffer) => writeAll(platform, input, options, buffer, archives))
  } finally {
    await archives.close()
  }
}

async function writeAll(
  platform: Platform,
  { store: storeOptions, files, wantSizes }: WriteFilesInput,
  { signal }: OperationOptions,
  buffer: Uint8Array,
  archives: ArchiveHandles,
): Promise<WriteFilesResult> {
  const store = new LooseStore(platform, storeOptions)
  const results: WrittenFile[] = []
  for (const file of files) {
    signal?.throwIfAborted()
    const written = await writeOne(store, file, buffer, archives)
    results.push(wantSizes && written.outcome === 'existed' ? await withStoredSize(store, written) : written)
    await platform.breathe()
  }
  return results
}

function writeOne(
  store: LooseStore,
  file: FileToWrite,
  buffer: Uint8Array,
  archives: ArchiveHandles,
): Promise<WrittenFile> {
  const { source } = file
  if ('path' in source) return writeFromDisk(store, file, source.path, buffer)
  if ('object' in source) return writeFromObject(store, file, source.object)
  return writeFromArchive(store, file, source, () => archives.content(source, file.sizeBytes, buffer))
}

async function writeFromDisk(
  store: LooseStore,
  file: FileToWrite,
  path: string,
  buffer: Uint8Array,
): Promise<WrittenFile> {
  const { fs } = store.platform
  const { xattrs, modified } = await finalXattrs(file, () => readXattrs(store.platform, path))
  if (file.known !== null && !modified) {
    if (file.afterwards !== 'keep') await fs.unlink(path)
    return { checksum: file.known, outcome: 'known', unpackedBytes: file.sizeBytes, storedBytes: 0 }
  }
  let written: WrittenObject
  if (isSymlinkMode(file.mode)) {
    written = await writeContent(store, infoOf(file, xattrs, await fs.readlink(path)), NO_CONTENT)
  } else {
    const info = infoOf(file, xattrs, '')
    const handle = await fs.open(path, 'r')
    try {
      if (file.afterwards === 'adopt' && canAdopt(store.mode, modified)) {
        const { checksum, sizeBytes } = await adoptFile(store, handle, info)
        return { checksum, outcome: 'adopted', unpackedBytes: sizeBytes, storedBytes: sizeBytes }
      }
      const content =
        file.sizeBytes > buffer.length
          ? readHandle(store.platform, handle, 0, buffer)
          : await readSmall(handle, file.sizeBytes, buffer)
      written = await writeContent(store, info, content)
    } finally {
      await handle.close()
    }
  }
  if (file.afterwards !== 'keep') await fs.unlink(path)
  return outcomeOf(written)
}

async function writeFromObject(store: LooseStore, file: FileToWrite, object: Checksum): Promise<WrittenFile> {
  const { info, sizeBytes, content } = await loadFile(store, object)
  const { xattrs } = await finalXattrs(file, async () => info.xattrs)
  const modified = file.changed || !sameXattrs(info.xattrs, xattrs)
  if (!modified && (await store.locateHere({ checksum: object, type: 'file' })) !== undefined) {
    const unpackedBytes = isSymlinkMode(info.mode) ? encodeUtf8(info.symlinkTarget).length : sizeBytes
    return { checksum: object, outcome: 'existed', unpackedBytes, storedBytes: 0 }
  }
  return outcomeOf(await writeContent(store, infoOf(file, xattrs, info.symlinkTarget), await content()))
}

async function writeFromArchive(
  store: LooseStore,
  file: FileToWrite,
  source: ArchivedContent,
  content: () => Promise<Content>,
): Promise<WrittenFile> {
  const { xattrs } = await finalXattrs(file, async () => NO_XATTRS)
  const info = infoOf(file, xattrs, 'symlinkTarget' in source ? source.symlinkTarget : '')
  try {
    return outcomeOf(await writeContent(store, info, await content()))
  } catch (error) {
    throw prefixed(error, 'ostree-tar: Failed to handle file: ostree-tar: Failed to import file')
  }
}

const infoOf = ({ uid, gid, mode }: FileToWrite, xattrs: Xattrs, symlinkTarget: string): FileInfo => ({
  uid,
  gid,
  mode,
  xattrs,
  symlinkTarget,
})

/** A bare object is the file itself, so nothing about it may have to change. */
function canAdopt(mode: RepoMode, modified: boolean): boolean {
  return mode === 'bare-user-only' || (mode === 'bare' && !modified)
}

const outcomeOf = ({ checksum, existed, unpackedBytes, storedBytes }: WrittenObject): WrittenFile => ({
  checksum,
  outcome: existed ? 'existed' : 'written',
  unpackedBytes,
  storedBytes,
})

async function withStoredSize(store: LooseStore, written: WrittenFile): Promise<WrittenFile> {
  const path = await store.locateHere({ checksum: written.checksum, type: 'file' })
  return path === undefined ? written : { ...written, storedBytes: (await store.platform.fs.lstat(path)).sizeBytes }
}

/** A small file's bytes, in `buffer`. */
async function readSmall(handle: FileHandle, sizeBytes: number, buffer: Uint8Array): Promise<Uint8Array> {
  let filled = 0
  while (filled < sizeBytes) {
    const count = await handle.read(buffer.subarray(filled, sizeBytes))
    if (count === 0) break // it shrank meanwhile
    filled += count
  }
  return buffer.subarray(0, filled)
}

/** `modified`: owner, mode or attributes are not those on disk, or nobody has looked what those are. */
async function finalXattrs(
  { xattrs: source, label, changed }: FileToWrite,
  read: () => Promise<Xattrs>,
): Promise<{ readonly xattrs: Xattrs; readonly modified: boolean }> {
  if (source === 'none') return { xattrs: relabel(NO_XATTRS, label), modified: true }
  const original = source === 'of-file' ? await read() : source
  const xattrs = relabel(original, label)
  return { xattrs, modified: changed || !sameXattrs(original, xattrs) }
}

/** Also in the same order. */
function sameXattrs(a: Xattrs, b: Xattrs): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every(({ name, value }, index) => {
        const other = b[index]!
        return compareBytes(name, other.name) === 0 && compareBytes(value, other.value) === 0
      }))
  )
}
