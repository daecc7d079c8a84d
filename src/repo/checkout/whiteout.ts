// Files that stand for deleted ones: container layers' `.wh.NAME`, and overlayfs' character devices 0:0, which a commit
// holds as `.ostree-wh.NAME`.

import { equalBytes } from '../../bytes/compare.ts'
import { isIoError, OstreeError, retold } from '../../errors.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import { MODE } from '../../objects/file-mode.ts'
import { validateFileName } from '../../objects/file-name.ts'
import { encodeXattrs } from '../../objects/xattrs.ts'
import type { Platform } from '../../platform/types.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { readXattrs } from '../store/read-object.ts'
import type { PlacementOptions, TargetDirectory } from './options.ts'
import { setXattrs } from './set-xattrs.ts'

const WHITEOUT_PREFIX = '.wh.'
const PASSTHROUGH_PREFIX = '.ostree-wh.'
/** Its directory hides everything below it. */
export const OPAQUE_MARKER = '.wh..wh..opq'

type WhiteoutOptions = Pick<PlacementOptions, 'whiteouts' | 'passthroughWhiteouts'>

export const isDeletion = (name: string, options: WhiteoutOptions): boolean =>
  options.whiteouts && name.startsWith(WHITEOUT_PREFIX)

export const isPassthrough = (name: string, options: WhiteoutOptions): boolean =>
  options.passthroughWhiteouts && name.startsWith(PASSTHROUGH_PREFIX)

/** Deletes what a `.wh.NAME` names. */
export async function applyDeletion(platform: Platform, directory: TargetDirectory, name: string): Promise<void> {
  const target = name.slice(WHITEOUT_PREFIX.length)
  if (target === '') throw new OstreeError('FAILED', { reason: "Invalid empty whiteout ''" })
  validateFileName(target)
  await platform.fs.removeTree(`${directory.path}/${target}`)
}

/** Makes the device that a `.ostree-wh.NAME` stands for. */
export async function makePassthrough(
  store: LooseStore,
  directory: TargetDirectory,
  name: string,
  info: FileInfo,
  options: PlacementOptions,
): Promise<void> {
  const target = name.slice(PASSTHROUGH_PREFIX.length)
  if (target === '') throw new OstreeError('FAILED', { reason: "Invalid empty overlayfs whiteout ''" })
  validateFileName(target)
  const { platform } = store
  const path = `${directory.path}/${target}`
  try {
    await makeDevice(platform, path, info, options)
  } catch (error) {
    if (!isIoError(error, 'EEXIST') || options.overwrite === 'none') throw error
    if (options.overwrite === 'add-files') return
    if (options.overwrite === 'union-identical') return requireSame(store, path, target, info, options)
    await unlink(platform, path, target)
    await makeDevice(platform, path, info, options)
  }
}

async function makeDevice(platform: Platform, path: string, info: FileInfo, options: PlacementOptions): Promise<void> {
  const { fs } = platform
  const permissions = info.mode & MODE.permissions
  try {
    await fs.makeWhiteout(path, permissions)
  } catch (error) {
    throw retold(error, 'Creating whiteout char device')
  }
  if (options.mode === 'user') return
  await setXattrs(platform, path, info.xattrs, 'lsetxattr')
  try {
    await fs.lchown(path, info.uid, info.gid)
  } catch (error) {
    throw retold(error, 'fchownat')
  }
  await fs.chmod(path, permissions)
}

async function unlink({ fs }: Platform, path: string, name: string): Promise<void> {
  try {
    await fs.unlink(path)
  } catch (error) {
    throw retold(error, `unlinkat(${name})`)
  }
}

async function requireSame(
  store: LooseStore,
  path: string,
  name: string,
  info: FileInfo,
  options: PlacementOptions,
): Promise<void> {
  const { platform } = store
  const fail = (what: string) => {
    throw new OstreeError('FAILED', { reason: `existing destination file ${name} ${what}` })
  }
  const stat = await platform.fs.lstat(path)
  if (store.mode !== 'bare-user-only' && !store.options.disableXattrs) {
    const there = encodeXattrs(await readXattrs(platform, path))
    if (!equalBytes(there, encodeXattrs(info.xattrs))) fail("xattrs don't match")
  }
  if (options.mode === 'user') return
  if (info.gid !== stat.gid) fail(`does not match gid ${info.gid}`)
  if (info.uid !== stat.uid) fail(`does not match uid ${info.uid}`)
  const differs = (info.mode & MODE.permissions) !== (stat.mode & MODE.permissions)
  if (differs) fail(`does not match mode ${info.mode.toString(8)}`)
}
