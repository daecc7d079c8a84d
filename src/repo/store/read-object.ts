// Reading objects back: metadata bytes, and content objects in each repository mode.
// Facts: spec/repository.md#reading

import { decodeUtf8 } from '../../bytes/utf8.ts'
import { isOstreeError, OstreeError, prefixed, retold } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { type Commit, decodeCommit, decodeDetachedMetadata, type Metadata } from '../../objects/commit.ts'
import { type Dirmeta, decodeDirmeta } from '../../objects/dirmeta.ts'
import { type Dirtree, decodeDirtree } from '../../objects/dirtree.ts'
import {
  BARE_USER_XATTR,
  decodeArchiveFileHeader,
  decodeBareUserMetadata,
  decodeFrame,
  type FileInfo,
  FRAME_BYTES,
} from '../../objects/file-header.ts'
import { isRegularMode, isSymlinkMode } from '../../objects/file-mode.ts'
import { formatObjectName, type MetadataType, type ObjectName } from '../../objects/object-name.ts'
import { canonicalXattrs, decodeXattrs, NO_XATTRS, type Xattrs } from '../../objects/xattrs.ts'
import type { FileHandle, Platform, Stat } from '../../platform/types.ts'
import { type Content, contentOfFile, NO_CONTENT, readChunks, SMALL_CONTENT_BYTES } from './content.ts'
import { type LooseStore, type ObjectLocation, objectNotFound } from './loose-store.ts'

/** Metadata objects may not be larger (the reference's limit too). */
export const MAX_METADATA_BYTES = 128 * 1024 * 1024

export async function tryReadMetadata(
  store: LooseStore,
  checksum: Checksum,
  type: MetadataType,
): Promise<Uint8Array | undefined> {
  const { fs } = store.platform
  const relative = store.relativePath({ checksum, type })
  const bytes = await fs.tryReadFile(`${store.objectsPath}/${relative}`)
  if (bytes !== undefined) return bytes
  const { staging } = store.options
  const staged = staging === null ? undefined : await fs.tryReadFile(`${staging}/${relative}`)
  if (staged !== undefined) return staged
  return store.parent === null ? undefined : tryReadMetadata(store.parent, checksum, type)
}

/** @throws {@link OstreeError} `OBJECT_NOT_FOUND` */
export async function readMetadata(store: LooseStore, checksum: Checksum, type: MetadataType): Promise<Uint8Array> {
  const bytes = await tryReadMetadata(store, checksum, type)
  if (bytes === undefined) throw objectNotFound({ checksum, type })
  return bytes
}

export const readCommit = (store: LooseStore, checksum: Checksum): Promise<Commit> =>
  readDecoded(store, checksum, 'commit', decodeCommit)

export const readDirtree = (store: LooseStore, checksum: Checksum): Promise<Dirtree> =>
  readDecoded(store, checksum, 'dirtree', decodeDirtree)

export const readDirmeta = (store: LooseStore, checksum: Checksum): Promise<Dirmeta> =>
  readDecoded(store, checksum, 'dirmeta', decodeDirmeta)

async function readDecoded<T>(
  store: LooseStore,
  checksum: Checksum,
  type: MetadataType,
  decode: (data: Uint8Array) => T,
): Promise<T> {
  const bytes = await readMetadata(store, checksum, type)
  try {
    return decode(bytes)
  } catch (error) {
    throw invalidObject({ checksum, type }, error)
  }
}

/** A decoder's error, said of the object whose bytes it read; any other error as it is. */
export function invalidObject(name: ObjectName, error: unknown): unknown {
  const object = formatObjectName(name)
  if (isOstreeError(error, 'INVALID_FORMAT')) {
    const { path, reason } = error.details
    return new OstreeError('INVALID_OBJECT', { object, path, reason }, { cause: error })
  }
  return error
}

/** What a commit's `.commitmeta` says; `undefined` where there is none. */
export async function readDetachedMetadata(store: LooseStore, checksum: Checksum): Promise<Metadata | undefined> {
  const bytes = await tryReadMetadata(store, checksum, 'commitmeta')
  return bytes === undefined ? undefined : decodeDetachedMetadata(bytes)
}

/** Enough for nearly every header. */
const HEADER_READ_BYTES = 4096
/** What to read of a compressed object at once where its content is wanted, too: all of most. (measured: bench/checkout) */
export const CONTENT_READ_BYTES = 1 << 17

export interface LoadedFile {
  readonly info: FileInfo
  /** Inflated size; 0 for a symbolic link. */
  readonly sizeBytes: number
  readonly location: ObjectLocation
  /** The file's bytes; none for a symbolic link. Each call reads anew. */
  content(): Promise<Content>
}

/**
 * @param readAheadBytes - How much of a compressed object is read with its header: more where its content is wanted, too.
 * @throws {@link OstreeError} `OBJECT_NOT_FOUND`, or `INVALID_FORMAT` for a header that is none.
 */
export async function loadFile(
  store: LooseStore,
  checksum: Checksum,
  readAheadBytes = HEADER_READ_BYTES,
): Promise<LoadedFile> {
  const name: ObjectName = { checksum, type: 'file' }
  const location = await store.locate(name)
  if (location === undefined) {
    const error = objectNotFound(name)
    throw store.mode === 'archive' ? error : prefixed(error, `Opening content object ${checksum}`)
  }
  if (location.store.mode === 'archive') return loadArchiveFile(location, readAheadBytes)
  try {
    return await loadBareFile(location, checksum)
  } catch (error) {
    throw prefixed(error, `Opening content object ${checksum}`)
  }
}

/** {@link loadFile} for the file of a repository that is not `archive`. */
export async function loadBareFile(location: ObjectLocation, checksum: Checksum): Promise<LoadedFile> {
  const { path, store } = location
  const { fs } = store.platform
  const stat = location.stat ?? (await fs.lstat(path))
  if (stat.kind !== 'file' && stat.kind !== 'symlink') {
    throw new OstreeError('FAILED', { reason: 'Not a regular file or symlink' })
  }
  if (store.mode === 'bare-user') return loadBareUserFile(location, stat)
  const symlink = stat.kind === 'symlink'
  const owned = store.mode !== 'bare-user-only'
  const info: FileInfo = {
    uid: owned ? stat.uid : 0,
    gid: owned ? stat.gid : 0,
    mode: stat.mode,
    symlinkTarget: symlink ? await fs.readlink(path) : '',
    xattrs: await readObjectXattrs(store, checksum, path),
  }
  const sizeBytes = symlink ? 0 : stat.sizeBytes
  return {
    info,
    sizeBytes,
    location,
    content: async () => (symlink ? NO_CONTENT : contentOfFile(store.platform, path, sizeBytes)),
  }
}

async function readObjectXattrs(store: LooseStore, checksum: Checksum, path: string): Promise<Xattrs> {
  switch (store.mode) {
    case 'bare':
      return store.options.disableXattrs ? NO_XATTRS : readXattrs(store.platform, path)
    case 'bare-split-xattrs': {
      const link = store.relativePath({ checksum, type: 'fileXattrsLink' })
      try {
        return decodeXattrs(await store.platform.fs.readFile(`${store.objectsPath}/${link}`))
      } catch (error) {
        throw retold(error, `openat(${link})`)
      }
    }
    default:
      return NO_XATTRS
  }
}

/**
 * A file's attributes in canonical order. Those with an empty value are left out, as the reference does.
 * @throws {@link OstreeError} `UNSUPPORTED` where the host has none.
 */
export async function readXattrs(platform: Platform, path: string): Promise<Xattrs> {
  if (platform.xattrs === null) {
    throw new OstreeError('UNSUPPORTED', {
      feature: 'reading extended attributes',
      hint: 'commit with --no-xattrs, or set disable-xattrs=true in the [core] group of the repository config',
    })
  }
  const list = (await platform.xattrs.read(path)).filter(([, value]) => value.length > 0)
  return list.length === 0 ? NO_XATTRS : canonicalXattrs(list.map(([name, value]) => ({ name, value })))
}

async function loadBareUserFile(location: ObjectLocation, stat: Stat): Promise<LoadedFile> {
  const { path, store } = location
  const { fs, xattrs } = store.platform
  const value = await xattrs?.get(path, BARE_USER_XATTR)
  if (value === undefined) {
    throw new OstreeError('IO', { errno: 'ENODATA', call: `fgetxattr`, path: BARE_USER_XATTR })
  }
  const meta = decodeBareUserMetadata(value)
  const base = { uid: meta.uid, gid: meta.gid, mode: meta.mode, xattrs: canonicalXattrs(meta.xattrs) }
  if (isSymlinkMode(meta.mode)) {
    // The target is kept as the file's bytes, with a NUL behind it.
    const bytes = await fs.readFile(path)
    const end = bytes.indexOf(0)
    const symlinkTarget = decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end))
    return { info: { ...base, symlinkTarget }, sizeBytes: 0, location, content: async () => NO_CONTENT }
  }
  const sizeBytes = stat.sizeBytes
  return {
    info: { ...base, symlinkTarget: '' },
    sizeBytes,
    location,
    content: async () => contentOfFile(store.platform, path, sizeBytes),
  }
}

/** {@link loadFile} for the file of an archive. */
export async function loadArchiveFile(
  location: ObjectLocation,
  readAheadBytes = HEADER_READ_BYTES,
): Promise<LoadedFile> {
  const { path, store } = location
  const { fs } = store.platform
  const handle = await fs.open(path, 'r')
  try {
    const { sizeBytes: storedBytes } = location.stat ?? (await handle.stat())
    const first = await readAt(handle, 0, Math.min(storedBytes, readAheadBytes))
    const headerBytes = decodeFrame(first, storedBytes)
    const end = FRAME_BYTES + headerBytes
    const header =
      end <= first.length ? first.subarray(FRAME_BYTES, end) : await readAt(handle, FRAME_BYTES, headerBytes)
    const { sizeBytes, ...info } = decodeArchiveFileHeader(header)
    const whole = first.length === storedBytes ? first : null
    return {
      info,
      sizeBytes: isRegularMode(info.mode) ? sizeBytes : 0,
      location,
      content: async () =>
        isRegularMode(info.mode) ? inflateBody(store, path, end, whole, sizeBytes, storedBytes) : NO_CONTENT,
    }
  } finally {
    await handle.close()
  }
}

async function inflateBody(
  store: LooseStore,
  path: string,
  start: number,
  whole: Uint8Array | null,
  sizeBytes: number,
  storedBytes: number,
): Promise<Content> {
  const { platform } = store
  if (sizeBytes <= SMALL_CONTENT_BYTES && storedBytes <= 2 * SMALL_CONTENT_BYTES) {
    const stored = whole ?? (await platform.fs.readFile(path))
    return inflateExactly(platform, stored.subarray(start), sizeBytes)
  }
  return exactly(platform.inflateRaw(readChunks(platform, path, start)), sizeBytes)
}

/** A small object's body at once. @throws {@link OstreeError} `INVALID_FORMAT`: it is not of the declared size. */
export function inflateExactly(platform: Platform, body: Uint8Array, sizeBytes: number): Uint8Array {
  const content = platform.inflateRawOnce(body, sizeBytes)
  if (content.length !== sizeBytes) throw wrongSize(content.length, sizeBytes)
  return content
}

/** Passes a stream on, and fails as soon as it is longer, or in the end shorter, than declared. */
export async function* exactly(source: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.length
    if (seen > sizeBytes) throw wrongSize(seen, sizeBytes)
    yield chunk
  }
  if (seen !== sizeBytes) throw wrongSize(seen, sizeBytes)
}

function wrongSize(actual: number, expected: number): OstreeError {
  return new OstreeError('INVALID_FORMAT', {
    format: 'content object',
    path: 'size',
    reason: `${actual} bytes, where its header says ${expected}`,
  })
}

async function readAt(handle: FileHandle, position: number, count: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(count)
  let filled = 0
  while (filled < count) {
    const read = await handle.read(buffer.subarray(filled), position + filled)
    if (read === 0) throw new OstreeError('TRUNCATED', { field: 'file header', offset: position + filled })
    filled += read
  }
  return buffer
}
