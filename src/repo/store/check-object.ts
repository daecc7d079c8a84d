// Checking objects: they are there, their bytes hash to their names, and they say what they may say.
// Facts: spec/repository.md#fsck

import { isIoError, isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import { checksumFromBytes } from '../../objects/checksum.ts'
import { decodeCommit, decodeDetachedMetadata } from '../../objects/commit.ts'
import { decodeDirmeta } from '../../objects/dirmeta.ts'
import { decodeDirtree } from '../../objects/dirtree.ts'
import { validateFileMode } from '../../objects/file-mode.ts'
import { formatObjectName, type MetadataType, type ObjectName } from '../../objects/object-name.ts'
import type { Platform } from '../../platform/types.ts'
import type { Job } from '../job.ts'
import { LooseStore, type StoreOptions } from './loose-store.ts'
import { CONTENT_READ_BYTES, invalidObject, loadFile, readMetadata } from './read-object.ts'
import { checkChecksum, checksumContent } from './write-object.ts'

/** Decoding is validating: each throws on what the format forbids. */
const DECODERS: { readonly [T in MetadataType]: (data: Uint8Array) => unknown } = {
  commit: decodeCommit,
  dirtree: decodeDirtree,
  dirmeta: decodeDirmeta,
  tombstoneCommit: decodeDetachedMetadata,
  commitmeta: decodeDetachedMetadata,
}

/** @throws {@link OstreeError} `INVALID_FORMAT` */
export function validateMetadata(type: MetadataType, data: Uint8Array): void {
  DECODERS[type](data)
}

/** @throws {@link OstreeError} `OBJECT_NOT_FOUND`, `CHECKSUM_MISMATCH`, `INVALID_FORMAT` */
export async function checkObject(store: LooseStore, name: ObjectName): Promise<void> {
  if (name.type === 'file') await checkContent(store, name)
  else if (name.type in DECODERS) await checkMetadata(store, name, name.type as MetadataType)
}

async function checkMetadata(store: LooseStore, name: ObjectName, type: MetadataType): Promise<void> {
  const label = formatObjectName(name)
  try {
    const data = await readMetadata(store, name.checksum, type)
    checkChecksum(type, name.checksum, checksumFromBytes(store.platform.sha256Once(data)))
    try {
      validateMetadata(type, data)
    } catch (error) {
      throw invalidObject(name, error)
    }
  } catch (error) {
    throw prefixed(error, `fsck ${label}`)
  }
}

async function checkContent(store: LooseStore, { checksum }: ObjectName): Promise<void> {
  try {
    const file = await loadFile(store, checksum, CONTENT_READ_BYTES)
    validateFileMode(file.info.mode)
    checkChecksum('file', checksum, await checksumContent(store.platform, file.info, await file.content()))
  } catch (error) {
    throw prefixed(error, `fsck content object ${checksum}`)
  }
}

export interface CheckBatch {
  readonly store: StoreOptions
  readonly objects: readonly ObjectName[]
}

export interface ObjectProblem {
  readonly object: ObjectName
  /** It is not there; otherwise it is, and is wrong. */
  readonly missing: boolean
  readonly message: string
}

/** Checks many objects and answers the bad ones. */
export const CHECK_OBJECTS: Job<CheckBatch, ObjectProblem[]> = {
  name: 'checkObjects',
  run: (platform, { store, objects }, { signal }) =>
    checkAll(platform, new LooseStore(platform, store), objects, signal),
}

/** Checks objects one after the other and answers the bad ones. */
export async function checkAll(
  platform: Platform,
  store: LooseStore,
  objects: readonly ObjectName[],
  signal: AbortSignal | undefined,
): Promise<ObjectProblem[]> {
  const problems: ObjectProblem[] = []
  for (const object of objects) {
    signal?.throwIfAborted()
    try {
      await checkObject(store, object)
    } catch (error) {
      if (!(error instanceof OstreeError)) throw error
      // Without the object that holds a file's attributes (bare-split-xattrs), the file itself counts as lost.
      const missing = isOstreeError(error, 'OBJECT_NOT_FOUND') || isIoError(error, 'ENOENT')
      problems.push({ object, missing, message: error.message })
    }
    await platform.breathe()
  }
  return problems
}
