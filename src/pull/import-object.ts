// One object from one repository to another: a hard link where both may share the file, a copy where they cannot, and
// written anew where the modes differ. Facts: spec/repository.md#pull-local

import { isIoError, prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import { BARE_USER_XATTR } from '../objects/file-header.ts'
import { isRegularMode, MODE, validateBareUserOnlyMode } from '../objects/file-mode.ts'
import { formatObjectName, isContent, type MetadataType, type ObjectName } from '../objects/object-name.ts'
import { type Awaitable, andThen, type OperationOptions } from '../operation.ts'
import type { FileSystem, Platform } from '../platform/types.ts'
import { isBare } from '../repo/config/repo-mode.ts'
import type { Job } from '../repo/job.ts'
import { checkObject, validateMetadata } from '../repo/store/check-object.ts'
import { chunksOf } from '../repo/store/content.ts'
import { LooseStore, objectNotFound, type StoreOptions } from '../repo/store/loose-store.ts'
import { PayloadSharing } from '../repo/store/payload-link.ts'
import { CONTENT_READ_BYTES, loadFile, readMetadata, readXattrs } from '../repo/store/read-object.ts'
import { OBJECT_MTIME_SECONDS, writeContent, writeMetadata } from '../repo/store/write-object.ts'

export interface ImportPolicy {
  /** Believe the source; otherwise every object's checksum is computed first. */
  readonly trusted: boolean
  /** Refuse files whose mode a bare-user-only repository could not hold. */
  readonly bareUserOnlyFiles: boolean
  /** Both repositories belong to the same user. */
  readonly sameOwner: boolean
  /** Both lie on one file system. */
  readonly sameDevice: boolean
}

export interface ImportBatch {
  readonly source: StoreOptions
  readonly destination: StoreOptions
  readonly objects: readonly ObjectName[]
  readonly policy: ImportPolicy
}

export interface ImportedObjects {
  /** Bytes of content that were written anew, inflated. */
  readonly writtenBytes: number
  /** Bytes of objects copied as they are, for want of a hard link. */
  readonly copiedBytes: number
}

const NOTHING: ImportedObjects = { writtenBytes: 0, copiedBytes: 0 }

/** Imports many objects that the destination lacks. */
export const IMPORT_OBJECTS: Job<ImportBatch, ImportedObjects> = { name: 'importObjects', run: importObjects }

async function importObjects(
  platform: Platform,
  { source, destination, objects, policy }: ImportBatch,
  { signal }: OperationOptions,
): Promise<ImportedObjects> {
  const stores = { from: new LooseStore(platform, source), to: new LooseStore(platform, destination) }
  return importAll(platform, stores, objects, policy, signal)
}

/** Imports content objects that `to` lacks, in order. */
export async function importAll(
  platform: Platform,
  { from, to }: { readonly from: LooseStore; readonly to: LooseStore },
  objects: readonly ObjectName[],
  policy: ImportPolicy,
  signal: AbortSignal | undefined,
): Promise<ImportedObjects> {
  const total = { writtenBytes: 0, copiedBytes: 0 }
  const links = linksOnly(from, to, policy)
  for (const name of objects) {
    signal?.throwIfAborted()
    const pause = platform.breathe()
    if (pause !== undefined) await pause
    if (links) {
      const linked = tryLink(from, to, name)
      if (linked instanceof Promise ? await linked : linked) continue
    }
    const { writtenBytes, copiedBytes } = await importObject(from, to, name, policy)
    total.writtenBytes += writtenBytes
    total.copiedBytes += copiedBytes
  }
  return total
}

/** Whether all there is to do for a content object, as a rule, is to make a hard link. */
export function linksOnly(from: LooseStore, to: LooseStore, policy: ImportPolicy): boolean {
  const { trusted, bareUserOnlyFiles, sameOwner, sameDevice } = policy
  const looksInside = !trusted || bareUserOnlyFiles || to.options.payloadLinkThreshold !== Number.POSITIVE_INFINITY
  return sameOwner && sameDevice && from.mode === to.mode && !looksInside
}

/** Imports one object; what the destination has already stays. */
export async function importObject(
  from: LooseStore,
  to: LooseStore,
  name: ObjectName,
  policy: ImportPolicy,
): Promise<ImportedObjects> {
  if (isContent(name.type) && (policy.bareUserOnlyFiles || convertsToUserOnly(from, to))) {
    const { info } = await loadFile(from, name.checksum)
    if (policy.bareUserOnlyFiles) validateBareUserOnlyMode(info.mode, name.checksum)
    // A bare-user symbolic link is a regular file, which is no link over there.
    if (convertsToUserOnly(from, to) && !isRegularMode(info.mode)) return rewrite(from, to, name, policy)
  }
  if (!canShare(from, to, name, policy)) return rewrite(from, to, name, policy)
  if (!policy.trusted) await checkObject(from, name)
  try {
    const shared = await share(from, to, name, policy)
    if (shared !== undefined) {
      if (isContent(name.type)) await linkPayload(to, name.checksum)
      return shared
    }
  } catch (error) {
    throw prefixed(error, `Importing ${formatObjectName(name)}`)
  }
  return rewrite(from, to, name, policy)
}

const convertsToUserOnly = (from: LooseStore, to: LooseStore): boolean =>
  from.mode === 'bare-user' && to.mode === 'bare-user-only'

/** Metadata is the same in all modes; content only in the same one. */
function canShare(from: LooseStore, to: LooseStore, name: ObjectName, policy: ImportPolicy): boolean {
  if (!policy.trusted && !policy.sameOwner) return false
  return from.mode === to.mode || !isContent(name.type) || convertsToUserOnly(from, to)
}

/** Links or copies the object's file; `undefined` where that cannot be done. */
async function share(
  from: LooseStore,
  to: LooseStore,
  name: ObjectName,
  policy: ImportPolicy,
): Promise<ImportedObjects | undefined> {
  const { fs } = from.platform
  if (policy.sameOwner && policy.sameDevice && (await tryLink(from, to, name))) return NOTHING
  // A parent's objects are neither linked nor copied: they may be of another mode.
  const source = await from.locateHere(name)
  if (source === undefined) {
    if (from.parent === null) throw objectNotFound(name)
    return undefined
  }
  const temporary = to.temporaryPath()
  const stat = await fs.lstat(source)
  if (stat.kind !== 'file') return undefined
  try {
    await fs.copyFile(source, temporary)
    if (to.mode === 'bare') await fs.lchown(temporary, stat.uid, stat.gid)
    await fs.chmod(temporary, stat.mode & MODE.permissions)
    if (isContent(name.type)) await copyXattrs(from, to, source, temporary)
    if (isBare(to.mode))
      await fs.lutimes(temporary, Date.now() / 1000, isContent(name.type) ? OBJECT_MTIME_SECONDS : stat.mtimeMs / 1000)
    await to.place(temporary, name)
  } catch (error) {
    await fs.removeTree(temporary)
    throw error
  }
  return { writtenBytes: 0, copiedBytes: stat.sizeBytes }
}

/** An object that came as a file gets its payload link, too, where the destination keeps them. */
async function linkPayload(to: LooseStore, checksum: Checksum): Promise<void> {
  if (to.options.payloadLinkThreshold === Number.POSITIVE_INFINITY) return
  const file = await loadFile(to, checksum)
  const sharing = await PayloadSharing.begin(to, file.info)
  if (sharing === null) return
  for await (const chunk of chunksOf(await file.content())) sharing.update(chunk)
  await sharing.link(checksum, file.sizeBytes)
}

/**
 * Links an object's file to its place: one step, so it needs no temporary name. The folder is made when it turns out to
 * be missing, which is cheaper than looking each time.
 * @returns `false` where files cannot be linked, or the source has no such file.
 */
function tryLink(from: LooseStore, to: LooseStore, name: ObjectName): Awaitable<boolean> {
  const { fs } = to.platform
  const source = `${from.objectsPath}/${from.relativePath(name)}`
  const path = `${to.destinationPath}/${to.relativePath(name)}`
  return andThen(linkOutcome(fs, source, path), (first) => {
    if (first !== 'not there') return first === 'linked'
    return andThen(fs.ensureDirectory(path.slice(0, path.lastIndexOf('/')), 0o777), () =>
      andThen(linkOutcome(fs, source, path), (second) => second === 'linked'),
    )
  })
}

type LinkOutcome = 'linked' | 'not there' | 'impossible'

function linkOutcome(fs: FileSystem, source: string, path: string): Awaitable<LinkOutcome> {
  const explain = (error: unknown): LinkOutcome => {
    if (isIoError(error, 'EEXIST')) return 'linked'
    if (isIoError(error, 'EMLINK', 'EXDEV', 'EPERM')) return 'impossible'
    if (isIoError(error, 'ENOENT')) return 'not there'
    throw error
  }
  try {
    const linking = fs.link(source, path)
    return linking instanceof Promise ? linking.then(() => 'linked' as const, explain) : 'linked'
  } catch (error) {
    return explain(error)
  }
}

async function copyXattrs(from: LooseStore, to: LooseStore, source: string, path: string): Promise<void> {
  const { xattrs } = from.platform
  if (xattrs === null) return
  if (from.mode === 'bare') {
    for (const { name, value } of await readXattrs(from.platform, source)) await xattrs.set(path, name, value)
  } else if (from.mode === 'bare-user' && to.mode === 'bare-user') {
    const value = await xattrs.get(source, BARE_USER_XATTR)
    if (value !== undefined) await xattrs.set(path, BARE_USER_XATTR, value)
  }
}

/** Reads the object and writes it as the destination's mode wants it; unless it is trusted, that checks its checksum. */
async function rewrite(
  from: LooseStore,
  to: LooseStore,
  name: ObjectName,
  policy: ImportPolicy,
): Promise<ImportedObjects> {
  if (isContent(name.type)) {
    const file = await loadFile(from, name.checksum, CONTENT_READ_BYTES)
    const options = { believed: policy.trusted, lookFirst: false }
    const { existed } = await writeContent(to, file.info, await file.content(), name.checksum, options)
    // Targets of symbolic links do not count.
    return existed ? NOTHING : { writtenBytes: file.sizeBytes, copiedBytes: 0 }
  }
  const type = name.type as MetadataType
  const bytes = await readMetadata(from, name.checksum, type)
  if (!policy.trusted) validateMetadata(type, bytes)
  await writeMetadata(to, type, bytes, name.checksum)
  return NOTHING
}
