// Writing one object: hashed first, written under a temporary name, given its final owner, mode and attributes, then
// moved into place in one step. Facts: spec/repository.md#writing

import { encodeUtf8 } from '../../bytes/utf8.ts'
import { OstreeError, prefixed } from '../../errors.ts'
import { type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import {
  BARE_USER_XATTR,
  encodeArchiveFileHeader,
  encodeBareUserMetadata,
  encodeFileHeader,
  type FileInfo,
} from '../../objects/file-header.ts'
import { isRegularMode, isSymlinkMode, MODE, validateBareUserOnlyMode } from '../../objects/file-mode.ts'
import { type MetadataType, OBJECT_TYPE, type ObjectName, type ObjectType } from '../../objects/object-name.ts'
import type { FileHandle, Hasher, Platform } from '../../platform/types.ts'
import { type Content, chunksOf, NO_CONTENT } from './content.ts'
import type { LooseStore } from './loose-store.ts'
import { PayloadSharing } from './payload-link.ts'

export interface WrittenObject {
  readonly checksum: Checksum
  /** It was there before; nothing was written. */
  readonly existed: boolean
  /** Bytes of the file's content, inflated. */
  readonly unpackedBytes: number
  /** Bytes of the object's file; 0 when it existed. */
  readonly storedBytes: number
}

/** What every bare object's modification time is, in seconds. */
export const OBJECT_MTIME_SECONDS = 0
/** Of everything but the files of bare repositories. */
export const OBJECT_PERMISSIONS = 0o644

export function checkChecksum(type: ObjectType, expected: Checksum | undefined, actual: Checksum): void {
  if (expected !== undefined && expected !== actual) {
    throw new OstreeError('CHECKSUM_MISMATCH', { type: OBJECT_TYPE[type].suffix, expected, actual })
  }
}

/**
 * Stores a metadata object unless it is there.
 * @param expected - Fails with `CHECKSUM_MISMATCH` when the bytes hash to something else. A tombstone and a
 * commitmeta are named by the commit they speak of: for them it is the name, and required.
 */
export async function writeMetadata(
  store: LooseStore,
  type: MetadataType,
  bytes: Uint8Array,
  expected?: Checksum,
): Promise<WrittenObject> {
  const { fs } = store.platform
  const named = type === 'tombstoneCommit' || type === 'commitmeta'
  const checksum = named && expected !== undefined ? expected : checksumFromBytes(store.platform.sha256Once(bytes))
  if (!named) checkChecksum(type, expected, checksum)
  const name: ObjectName = { checksum, type }
  if (type !== 'commitmeta' && (await store.locateHere(name)) !== undefined) {
    return { checksum, existed: true, unpackedBytes: bytes.length, storedBytes: 0 }
  }
  const temporary = store.temporaryPath()
  await discardOnFailure(store, temporary, async () => {
    const handle = await fs.open(temporary, 'wx', OBJECT_PERMISSIONS)
    try {
      await handle.write(bytes)
      await handle.chmod(OBJECT_PERMISSIONS)
      await syncIfAsked(store, handle)
    } finally {
      await handle.close()
    }
    await store.place(temporary, name)
  })
  if (type === 'commit') await removeTombstone(store, checksum)
  return { checksum, existed: false, unpackedBytes: bytes.length, storedBytes: bytes.length }
}

/** A commit that comes back is no longer dead. */
async function removeTombstone(store: LooseStore, checksum: Checksum): Promise<void> {
  const tombstone = `${store.objectsPath}/${store.relativePath({ checksum, type: 'tombstoneCommit' })}`
  if ((await store.platform.fs.tryLstat(tombstone)) !== undefined) await store.platform.fs.unlink(tombstone)
}

/** SHA-256 of a content object: its framed header, then its bytes. */
export async function checksumContent(platform: Platform, info: FileInfo, content: Content): Promise<Checksum> {
  const hasher = startHash(platform, info)
  if (content instanceof Uint8Array) hasher.update(content)
  else for await (const chunk of content) hasher.update(chunk)
  return checksumFromBytes(hasher.digest())
}

export interface WriteContentOptions {
  /** The content is not hashed: it is stored under the name that is expected, as the reference does for a trusted source. */
  readonly believed?: boolean
  /** Look whether the object is there before anything is written. `false` where it is known to be missing. Default `true`. */
  readonly lookFirst?: boolean
}

/**
 * Stores a regular file or symbolic link unless it is there.
 * @throws {@link OstreeError} `CHECKSUM_MISMATCH`; `FAILED` for a mode that the repository cannot hold.
 */
export async function writeContent(
  store: LooseStore,
  info: FileInfo,
  content: Content,
  expected?: Checksum,
  options: WriteContentOptions = {},
): Promise<WrittenObject> {
  try {
    return await writeContentObject(store, info, content, expected, options)
  } catch (error) {
    throw prefixed(error, 'Writing content object')
  }
}

async function writeContentObject(
  store: LooseStore,
  info: FileInfo,
  content: Content,
  expected: Checksum | undefined,
  options: WriteContentOptions,
): Promise<WrittenObject> {
  if (!isRegularMode(info.mode) && !isSymlinkMode(info.mode)) {
    throw new OstreeError('FAILED', { reason: `Unsupported file mode ${info.mode}` })
  }
  if (
    store.mode === 'bare-split-xattrs' &&
    store.platform.environment('OSTREE_EXP_WRITE_BARE_SPLIT_XATTRS') === undefined
  ) {
    throw new OstreeError('FAILED', { reason: 'Not allowed due to repo mode' })
  }
  const bytes = isSymlinkMode(info.mode) ? NO_CONTENT : content
  if (bytes instanceof Uint8Array) return writeSmall(store, info, bytes, expected, options)
  return writeStream(store, info, bytes, expected, options)
}

/** Hashes first, so that nothing is written or compressed for an object that is there. */
async function writeSmall(
  store: LooseStore,
  info: FileInfo,
  bytes: Uint8Array,
  expected: Checksum | undefined,
  { believed = false, lookFirst = true }: WriteContentOptions,
): Promise<WrittenObject> {
  const checksum = believed && expected !== undefined ? expected : await checksumContent(store.platform, info, bytes)
  checkChecksum('file', expected, checksum)
  const name: ObjectName = { checksum, type: 'file' }
  const unpackedBytes = isSymlinkMode(info.mode) ? encodeUtf8(info.symlinkTarget).length : bytes.length
  const sharing = await PayloadSharing.begin(store, info)
  sharing?.update(bytes)
  if (lookFirst && (await store.locateHere(name)) !== undefined) {
    await sharing?.link(checksum, bytes.length)
    return { checksum, existed: true, unpackedBytes, storedBytes: 0 }
  }
  if (store.mode === 'bare-user-only') validateBareUserOnlyMode(info.mode, checksum)

  const temporary = store.temporaryPath()
  return discardOnFailure(store, temporary, async () => {
    const storedBytes = await writeTemporary(store, temporary, info, bytes, await sharing?.source())
    const existed = !(await store.place(temporary, name))
    await sharing?.link(checksum, bytes.length)
    return { checksum, existed, unpackedBytes, storedBytes }
  })
}

/** @param shared - A file with the same bytes, whose extents to share. */
async function writeTemporary(
  store: LooseStore,
  path: string,
  info: FileInfo,
  bytes: Uint8Array,
  shared: string | undefined,
): Promise<number> {
  const { fs } = store.platform
  if (isSymlinkMode(info.mode) && (store.mode === 'bare' || store.mode === 'bare-user-only')) {
    await fs.symlink(info.symlinkTarget, path)
    if (store.mode === 'bare') {
      await fs.lchown(path, info.uid, info.gid)
      await writeXattrs(store, path, info)
    }
    return 0
  }
  if (shared !== undefined) {
    await fs.reflink(shared, path)
    await finishPath(store, path, info)
    return 0
  }
  const handle = await fs.open(path, 'wx', 0o600)
  try {
    const stored = storedForm(store, info, bytes)
    for (const part of stored) await handle.write(part)
    await finishFile(store, handle, path, info)
    return stored.reduce((total, part) => total + part.length, 0)
  } finally {
    await handle.close()
  }
}

function storedForm(store: LooseStore, info: FileInfo, bytes: Uint8Array): readonly Uint8Array[] {
  if (store.mode === 'archive') {
    if (isSymlinkMode(info.mode)) return [encodeArchiveFileHeader(info, 0)]
    const body = store.platform.deflateRawOnce(bytes, store.options.zlibLevel)
    return [encodeArchiveFileHeader(info, bytes.length), body]
  }
  if (isSymlinkMode(info.mode) && store.mode === 'bare-user') return [encodeUtf8(`${info.symlinkTarget}\0`)]
  return [bytes] // bare-split-xattrs has no writer yet: the reference's attempt, which is on request, stores no target
}

/** One pass over content that does not fit in memory: hashed, and written or deflated, at once. */
async function writeStream(
  store: LooseStore,
  info: FileInfo,
  content: AsyncIterable<Uint8Array>,
  expected: Checksum | undefined,
  { believed = false, lookFirst = true }: WriteContentOptions,
): Promise<WrittenObject> {
  const { fs } = store.platform
  const temporary = store.temporaryPath()
  return discardOnFailure(store, temporary, async () => {
    const hasher = believed && expected !== undefined ? null : startHash(store.platform, info)
    const sharing = await PayloadSharing.begin(store, info)
    let unpackedBytes = 0
    const hashed = (async function* () {
      for await (const chunk of content) {
        hasher?.update(chunk)
        sharing?.update(chunk)
        unpackedBytes += chunk.length
        yield chunk
      }
    })()
    const handle = await fs.open(temporary, 'wx', 0o600)
    let storedBytes = 0
    try {
      storedBytes =
        store.mode === 'archive'
          ? await writeDeflated(store, handle, info, hashed, () => unpackedBytes)
          : await writeAll(handle, hashed)
      const checksum = hasher === null ? expected! : checksumFromBytes(hasher.digest())
      checkChecksum('file', expected, checksum)
      if (lookFirst && (await store.locateHere({ checksum, type: 'file' })) !== undefined) {
        await fs.unlink(temporary)
        await sharing?.link(checksum, unpackedBytes)
        return { checksum, existed: true, unpackedBytes, storedBytes: 0 }
      }
      if (store.mode === 'bare-user-only') validateBareUserOnlyMode(info.mode, checksum)
      const shared = await sharing?.source()
      if (shared === undefined) await finishFile(store, handle, temporary, info)
      else {
        await fs.unlink(temporary)
        await fs.reflink(shared, temporary)
        await finishPath(store, temporary, info)
      }
      const existed = !(await store.place(temporary, { checksum, type: 'file' }))
      await sharing?.link(checksum, unpackedBytes)
      return { checksum, existed, unpackedBytes, storedBytes: existed ? 0 : storedBytes }
    } finally {
      await handle.close()
    }
  })
}

/** The header stands first but holds the size, which is known last: it is written again, same length, at the end. */
async function writeDeflated(
  store: LooseStore,
  handle: FileHandle,
  info: FileInfo,
  content: AsyncIterable<Uint8Array>,
  unpackedBytes: () => number,
): Promise<number> {
  const { platform, options } = store
  const draft = encodeArchiveFileHeader(info, 0)
  await handle.write(draft)
  const bodyBytes = await writeAll(handle, platform.deflateRaw(content, options.zlibLevel))
  await handle.write(encodeArchiveFileHeader(info, unpackedBytes()), 0)
  return draft.length + bodyBytes
}

async function writeAll(handle: FileHandle, content: AsyncIterable<Uint8Array>): Promise<number> {
  let total = 0
  for await (const chunk of chunksOf(content)) {
    await handle.write(chunk)
    total += chunk.length
  }
  return total
}

async function finishPath(store: LooseStore, path: string, info: FileInfo): Promise<void> {
  const handle = await store.platform.fs.open(path, 'rw')
  try {
    await finishFile(store, handle, path, info)
  } finally {
    await handle.close()
  }
}

/** Owner, mode, attributes and time, in the order in which none undoes another (chown clears set-id bits). */
async function finishFile(store: LooseStore, handle: FileHandle, path: string, info: FileInfo): Promise<void> {
  switch (store.mode) {
    case 'bare':
      await handle.chown(info.uid, info.gid)
      await handle.chmod(info.mode & MODE.permissions)
      await writeXattrs(store, path, info)
      break
    case 'bare-user':
      await writeBareUserMetadata(store, path, info)
      await handle.chmod(isRegularMode(info.mode) ? (info.mode & 0o775) | 0o400 : OBJECT_PERMISSIONS)
      break
    case 'bare-user-only':
      await handle.chmod(info.mode & MODE.permissions)
      break
    default:
      await handle.chmod(OBJECT_PERMISSIONS)
  }
  if (store.mode !== 'archive') await handle.utimes(null, OBJECT_MTIME_SECONDS)
  await syncIfAsked(store, handle)
}

async function writeXattrs(store: LooseStore, path: string, info: FileInfo): Promise<void> {
  if (info.xattrs.length === 0) return
  const access = requireXattrs(store)
  for (const { name, value } of info.xattrs) await access.set(path, name, value)
}

async function writeBareUserMetadata(store: LooseStore, path: string, info: FileInfo): Promise<void> {
  try {
    await requireXattrs(store).set(path, BARE_USER_XATTR, encodeBareUserMetadata(info))
  } catch (error) {
    throw prefixed(error, 'Writing bareuser metadata')
  }
}

function requireXattrs(store: LooseStore) {
  const { xattrs } = store.platform
  if (xattrs === null) {
    throw new OstreeError('UNSUPPORTED', {
      feature: 'writing extended attributes',
      hint: 'use a repository in archive or bare-user-only mode on this system',
    })
  }
  return xattrs
}

async function syncIfAsked(store: LooseStore, handle: FileHandle): Promise<void> {
  if (store.options.fsync && store.options.perObjectFsync) await handle.sync()
}

function startHash(platform: Platform, info: FileInfo): Hasher {
  const hasher = platform.sha256()
  hasher.update(encodeFileHeader(info))
  return hasher
}

/** Runs `write`; when it fails, no temporary file is left. */
export async function discardOnFailure<T>(store: LooseStore, temporary: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    await store.platform.fs.removeTree(temporary)
    throw error
  }
}
