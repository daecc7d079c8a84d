// A file of a checkout as a copy of its object: made in a scratch folder with owner, attributes and mode, then
// published in one step. Symbolic links are made where they belong.

import { isIoError, prefixed, retold } from '../../errors.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { isSymlinkMode, MODE } from '../../objects/file-mode.ts'
import type { LooseStore } from '../store/loose-store.ts'
import type { LoadedFile } from '../store/read-object.ts'
import { fileExists, wouldBe } from './link-file.ts'
import type { FileToPlace, PlacementOptions, TargetDirectory } from './options.ts'
import type { Scratch } from './scratch.ts'
import { setLabel, setXattrs, withoutLabel } from './set-xattrs.ts'

export interface CopyRequest {
  /** The repository that is checked out; the object may lie in a parent of it. */
  readonly store: LooseStore
  readonly loaded: LoadedFile
  readonly directory: TargetDirectory
  readonly file: FileToPlace
  /** The label from the policy; `null` for none, `undefined` where no policy was asked for. */
  readonly label: string | null | undefined
  /** The running kernel has a policy of its own: see {@link hostHasSelinux}. */
  readonly hostSelinux: boolean
}

/** Set-id bits are not for whoever checks out in user mode; and what nobody may read could not be worked with. */
const SET_ID_BITS = 0o6000
export const OWNER_READ = 0o400

export async function copyFile(request: CopyRequest, options: PlacementOptions, scratch: Scratch): Promise<void> {
  const { loaded, file } = request
  try {
    if (isSymlinkMode(loaded.info.mode)) await makeSymlink(request, options)
    else await copyRegular(request, options, scratch)
  } catch (error) {
    throw prefixed(error, `Copy checkout of ${file.checksum} to ${file.name}`)
  }
}

async function makeSymlink(request: CopyRequest, options: PlacementOptions): Promise<void> {
  const { store, loaded, directory, file } = request
  const { platform } = store
  const { symlinkTarget, uid, gid } = loaded.info
  const path = `${directory.path}/${file.name}`
  try {
    await platform.fs.symlink(symlinkTarget, path)
  } catch (error) {
    if (!isIoError(error, 'EEXIST') || options.overwrite === 'none') throw retold(error, 'symlinkat')
    return meetExistingForSymlink(request, options, path)
  }
  if (request.label && request.hostSelinux) await setLabel(platform, path, request.label)
  if (options.mode === 'user') return
  try {
    await platform.fs.lchown(path, uid, gid)
  } catch (error) {
    throw retold(error, 'fchownat')
  }
  await setXattrs(platform, path, xattrsFor(request), 'lsetxattr')
}

/** As in the reference, a link that replaces something gets no owner or attributes of its own. */
async function meetExistingForSymlink(request: CopyRequest, options: PlacementOptions, path: string): Promise<void> {
  const { fs } = request.store.platform
  const { symlinkTarget } = request.loaded.info
  if (options.overwrite === 'add-files') return
  if (options.overwrite === 'union-identical') {
    const { kind } = await fs.lstat(path)
    if (kind === 'symlink' && (await fs.readlink(path)) === symlinkTarget) return
    throw retold(fileExists(path), 'symlinkat')
  }
  if (options.whiteouts) await fs.removeTree(path)
  else {
    try {
      await fs.unlink(path)
    } catch (error) {
      throw retold(error, `unlinkat(${request.file.name})`)
    }
  }
  try {
    await fs.symlink(symlinkTarget, path)
  } catch (error) {
    throw retold(error, 'symlinkat')
  }
}

async function copyRegular(request: CopyRequest, options: PlacementOptions, scratch: Scratch): Promise<void> {
  const { store, directory, file } = request
  const { fs } = store.platform
  const path = `${directory.path}/${file.name}`
  if (directory.existed && (await mayStay(request, options, path))) return
  const folder = await scratch.folderIn(directory.scratchParent)
  const temporary = `${folder}/${file.name}`
  try {
    await prepare(request, options, temporary)
    await publish(store, directory, options, temporary, path, folder)
  } catch (error) {
    await fs.removeTree(temporary)
    throw error
  }
}

/** Found out before copying, where the reference copies first: the outcome is the same. */
async function mayStay(request: CopyRequest, options: PlacementOptions, path: string): Promise<boolean> {
  if (options.overwrite !== 'add-files' && options.overwrite !== 'union-identical') return false
  const stat = await request.store.platform.fs.tryLstat(path)
  if (stat === undefined) return false
  return options.overwrite === 'add-files' || wouldBe(request.store, path, stat, request.file.checksum)
}

/** Owner, then attributes, then mode: the order in which none undoes another (chown clears set-id bits). */
async function prepare(request: CopyRequest, options: PlacementOptions, path: string): Promise<void> {
  const { store, loaded } = request
  const { platform } = store
  const { info } = loaded
  const copiedMode = await writeBytes(store, loaded, path)
  const user = options.mode === 'user'
  if (request.label && !user) await setLabel(platform, path, request.label)
  if (!user) {
    try {
      await platform.fs.lchown(path, info.uid, info.gid)
    } catch (error) {
      throw retold(error, 'fchown')
    }
    await setXattrs(platform, path, xattrsFor(request), 'fsetxattr')
  }
  const permissions = permissionsFor(info, user)
  if (permissions !== copiedMode || (permissions & SET_ID_BITS) !== 0) {
    try {
      await platform.fs.chmod(path, permissions)
    } catch (error) {
      throw retold(error, 'fchmod')
    }
  }
  if (options.fsync) await syncFile(store, path)
}

function permissionsFor({ mode }: FileInfo, user: boolean): number {
  const permissions = mode & MODE.permissions
  return user ? (permissions & ~SET_ID_BITS) | OWNER_READ : permissions
}

/**
 * The object's file itself where it holds the bare bytes: the system then copies, or shares extents.
 * @returns The permissions that came with them; `null` for none.
 */
async function writeBytes(store: LooseStore, loaded: LoadedFile, path: string): Promise<number | null> {
  const { fs } = store.platform
  const { location } = loaded
  if (location.store.mode !== 'archive') {
    try {
      await fs.copyFile(location.path, path, loaded.sizeBytes)
    } catch (error) {
      throw retold(error, 'regfile copy')
    }
    return location.stat === undefined ? null : location.stat.mode & MODE.permissions
  }
  const handle = await fs.open(path, 'wx', 0o600)
  try {
    const content = await loaded.content()
    if (content instanceof Uint8Array) await handle.write(content)
    else for await (const chunk of content) await handle.write(chunk)
  } finally {
    await handle.close()
  }
  return null
}

async function syncFile({ platform }: LooseStore, path: string): Promise<void> {
  const handle = await platform.fs.open(path, 'r')
  try {
    await handle.sync()
  } catch (error) {
    throw retold(error, 'fsync')
  } finally {
    await handle.close()
  }
}

async function publish(
  { platform }: LooseStore,
  directory: TargetDirectory,
  options: PlacementOptions,
  temporary: string,
  path: string,
  folder: string,
): Promise<void> {
  const { fs } = platform
  if (options.overwrite === 'union-files' && options.whiteouts) await fs.removeTree(path)
  if (!directory.existed || options.overwrite === 'union-files') {
    try {
      return await fs.rename(temporary, path)
    } catch (error) {
      throw retold(
        error,
        `renameat(.${folder.slice(folder.lastIndexOf('/'))}, ${path.slice(path.lastIndexOf('/') + 1)})`,
      )
    }
  }
  try {
    await fs.link(temporary, path)
  } catch (error) {
    if (options.overwrite !== 'add-files' || !isIoError(error, 'EEXIST')) throw retold(error, 'linkat')
  }
  await fs.unlink(temporary)
}

function xattrsFor({ loaded, label, hostSelinux }: CopyRequest): FileInfo['xattrs'] {
  return label !== undefined && hostSelinux ? withoutLabel(loaded.info.xattrs) : loaded.info.xattrs
}
