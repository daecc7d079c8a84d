// Fetched content objects on their way into a store: each is checked against its name, then written as the store's mode
// wants it. An archive keeps the compressed bytes as they came. Facts: spec/pull.md#content

import { equalBytes } from '../bytes/compare.ts'
import { OstreeError, prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import {
  decodeArchiveFileHeader,
  decodeFrame,
  encodeArchiveFileHeader,
  type FileInfo,
  FRAME_BYTES,
} from '../objects/file-header.ts'
import { isRegularMode, validateBareUserOnlyMode } from '../objects/file-mode.ts'
import type { ObjectName } from '../objects/object-name.ts'
import type { Awaitable, OperationOptions } from '../operation.ts'
import type { FileHandle, Platform } from '../platform/types.ts'
import type { Job } from '../repo/job.ts'
import { CHUNK_BYTES, type Content, NO_CONTENT, SMALL_CONTENT_BYTES } from '../repo/store/content.ts'
import { LooseStore, type StoreOptions } from '../repo/store/loose-store.ts'
import { exactly, inflateExactly, loadArchiveFile } from '../repo/store/read-object.ts'
import {
  checkChecksum,
  checksumContent,
  discardOnFailure,
  OBJECT_PERMISSIONS,
  type WrittenObject,
  writeContent,
} from '../repo/store/write-object.ts'

/** One object in its compressed form, as an archive repository stores it. */
export interface ReceivedObject {
  readonly checksum: Checksum
  /** Where it lies in the bytes of its batch, or a file that holds it: that one is used up. */
  readonly place: { readonly start: number; readonly end: number } | { readonly path: string }
}

export interface ReceivedBatch {
  readonly store: StoreOptions
  readonly objects: readonly ReceivedObject[]
  readonly bytes: Uint8Array
  /** Refuse files whose mode a bare-user-only repository could not hold. */
  readonly bareUserOnlyFiles: boolean
  /** Store what came as it came, unseen: for an archive repository that trusts its source. */
  readonly unchecked: boolean
}

export interface StoredBatch {
  readonly objects: readonly Pick<WrittenObject, 'existed' | 'unpackedBytes'>[]
}

export const RECEIVE_CONTENT: Job<ReceivedBatch, StoredBatch> = { name: 'receiveContent', run: receiveContent }

async function receiveContent(
  platform: Platform,
  { store: options, objects, bytes, bareUserOnlyFiles, unchecked }: ReceivedBatch,
  { signal }: OperationOptions,
): Promise<StoredBatch> {
  const store = new LooseStore(platform, options)
  const stored: StoredBatch['objects'][number][] = []
  for (const object of objects) {
    signal?.throwIfAborted()
    if (unchecked) stored.push(await storeUnchecked(store, object, bytes))
    else stored.push(await storeChecked(store, object, bytes, bareUserOnlyFiles))
    const pause = platform.breathe()
    if (pause !== undefined) await pause
  }
  return { objects: stored }
}

async function storeUnchecked(
  store: LooseStore,
  { checksum, place }: ReceivedObject,
  bytes: Uint8Array,
): Promise<StoredBatch['objects'][number]> {
  const temporary = store.temporaryPath()
  return discardOnFailure(store, temporary, async () => {
    if ('path' in place) await moveTemporary(store, place.path, temporary)
    else await writeTemporary(store, temporary, bytes.subarray(place.start, place.end))
    return { existed: !(await store.place(temporary, { checksum, type: 'file' })), unpackedBytes: 0 }
  })
}

async function storeChecked(
  store: LooseStore,
  { checksum, place }: ReceivedObject,
  bytes: Uint8Array,
  bareUserOnlyFiles: boolean,
): Promise<StoredBatch['objects'][number]> {
  let arrived: Arrived
  try {
    arrived =
      'path' in place
        ? await arrivedFile(store, place.path)
        : arrivedBytes(store, bytes.subarray(place.start, place.end))
  } catch (error) {
    throw prefixed(error, `Parsing ${checksum}.file`)
  }
  try {
    if (bareUserOnlyFiles) validateBareUserOnlyMode(arrived.info.mode, checksum)
    if (store.mode === 'archive') return await storeArchived(store, checksum, arrived)
    const { existed } = await writeContent(store, arrived.info, await arrived.content(), checksum)
    return { existed, unpackedBytes: bytesOfContent(arrived) }
  } finally {
    if ('path' in place) await store.platform.fs.removeTree(place.path)
  }
}

/** A compressed object that was taken apart; its content is read, and read anew, when asked for. */
interface Arrived {
  readonly info: FileInfo
  /** Inflated. */
  readonly sizeBytes: number
  content(): Awaitable<Content>
  /** Moves the bytes as they are to a temporary file of the store; `false`: the header is not as we would write it. */
  keep(temporary: string): Promise<boolean>
}

/** A pull counts the bytes of regular files alone. */
function bytesOfContent({ info, sizeBytes }: Pick<Arrived, 'info' | 'sizeBytes'>): number {
  return isRegularMode(info.mode) ? sizeBytes : 0
}

/** Compressing again would give other bytes than the source's, for nothing: once they are checked they are kept. */
async function storeArchived(
  store: LooseStore,
  checksum: Checksum,
  { info, sizeBytes, content, keep }: Arrived,
): Promise<StoredBatch['objects'][number]> {
  checkChecksum('file', checksum, await checksumContent(store.platform, info, await content()))
  const unpackedBytes = bytesOfContent({ info, sizeBytes })
  const name: ObjectName = { checksum, type: 'file' }
  if ((await store.locateHere(name)) !== undefined) return { existed: true, unpackedBytes }
  const temporary = store.temporaryPath()
  return discardOnFailure(store, temporary, async () => {
    if (!(await keep(temporary))) {
      const { existed } = await writeContent(store, info, await content(), checksum)
      return { existed, unpackedBytes }
    }
    return { existed: !(await store.place(temporary, name)), unpackedBytes }
  })
}

function arrivedBytes(store: LooseStore, bytes: Uint8Array): Arrived {
  const { platform } = store
  const end = FRAME_BYTES + decodeFrame(bytes, bytes.length)
  if (end > bytes.length) throw new OstreeError('TRUNCATED', { field: 'file header', offset: bytes.length })
  const { sizeBytes, ...info } = decodeArchiveFileHeader(bytes.subarray(FRAME_BYTES, end))
  const body = bytes.subarray(end)
  return {
    info,
    sizeBytes,
    content() {
      if (!isRegularMode(info.mode)) return NO_CONTENT
      if (sizeBytes > SMALL_CONTENT_BYTES) return exactly(platform.inflateRaw(pieces(body)), sizeBytes)
      return inflateExactly(platform, body, sizeBytes)
    },
    async keep(temporary) {
      if (!equalBytes(bytes.subarray(0, end), encodeArchiveFileHeader(info, sizeBytes))) return false
      await writeTemporary(store, temporary, bytes)
      return true
    },
  }
}

async function arrivedFile(store: LooseStore, path: string): Promise<Arrived> {
  const { info, sizeBytes, content } = await loadArchiveFile({ path, store })
  return {
    info,
    sizeBytes,
    content,
    async keep(temporary) {
      const header = encodeArchiveFileHeader(info, sizeBytes)
      const start = new Uint8Array(header.length)
      await store.platform.fs.readStart(path, start)
      if (!equalBytes(start, header)) return false
      await moveTemporary(store, path, temporary)
      return true
    },
  }
}

async function writeTemporary(store: LooseStore, temporary: string, bytes: Uint8Array): Promise<void> {
  const handle = await store.platform.fs.open(temporary, 'wx', OBJECT_PERMISSIONS)
  try {
    await handle.write(bytes)
    await finishArchived(store, handle)
  } finally {
    await handle.close()
  }
}

async function moveTemporary(store: LooseStore, path: string, temporary: string): Promise<void> {
  await store.platform.fs.rename(path, temporary)
  const handle = await store.platform.fs.open(temporary, 'rw')
  try {
    await finishArchived(store, handle)
  } finally {
    await handle.close()
  }
}

async function finishArchived({ options }: LooseStore, handle: FileHandle): Promise<void> {
  await handle.chmod(OBJECT_PERMISSIONS)
  if (options.fsync && options.perObjectFsync) await handle.sync()
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}
