// The staging folder of a transaction: `tmp/staging-BOOTID-XXXXXX`, with a lock file beside it. One that an interrupted
// transaction of this boot left is used again, objects included; those of other boots may hold data that never reached
// the disk, and are deleted. Facts: spec/repository.md#transactions

import { isIoError, prefixed } from '../../errors.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'

const PREFIX = 'staging-'
const LOCK_PERMISSIONS = 0o660
const DIRECTORY_PERMISSIONS = 0o775

export interface StagingFolder {
  readonly path: string
  /** It was there before, with whatever an earlier transaction had written. */
  readonly resumed: boolean
  /** Deletes the folder, then gives up its lock. */
  remove(): Promise<void>
  /** Leaves the folder for a later transaction. */
  release(): Promise<void>
}

async function stagingPrefix(platform: Platform): Promise<string> {
  return `${PREFIX}${platform.environment('OSTREE_BOOTID') ?? (await platform.bootId())}-`
}

/** Takes a folder's lock, `NAME-lock`; `null` when it is taken or the folder has gone. */
async function lockFolder(platform: Platform, path: string): Promise<FileHandle | null> {
  const { fs, locks } = platform
  const lockPath = `${path}-lock`
  const handle = await fs.open(lockPath, 'rw', LOCK_PERMISSIONS)
  const locked = locks === null || (await locks.tryLock(handle, 'exclusive'))
  if (locked && (await fs.tryLstat(path))?.kind === 'directory') return handle
  // A lock for a folder that is gone must not be left lying about.
  if (locked) await removeIfThere(platform, lockPath)
  await handle.close()
  return null
}

async function removeIfThere(platform: Platform, path: string): Promise<void> {
  try {
    await platform.fs.unlink(path)
  } catch (error) {
    if (!isIoError(error, 'ENOENT')) throw error
  }
}

async function unlockFolder(platform: Platform, path: string, lock: FileHandle): Promise<void> {
  await removeIfThere(platform, `${path}-lock`)
  await lock.close()
}

/** Finds or makes a staging folder below `tmp` and locks it. */
export async function allocateStaging(platform: Platform, tmpPath: string): Promise<StagingFolder> {
  const { fs } = platform
  const prefix = await stagingPrefix(platform)
  for (const entry of await fs.readDirectory(tmpPath)) {
    if (entry.kind !== 'directory' || !entry.name.startsWith(prefix)) continue
    const path = `${tmpPath}/${entry.name}`
    const lock = await lockFolder(platform, path)
    if (lock === null) continue
    const now = Date.now() / 1000
    await fs.lutimes(path, now, now)
    return stagingFolder(platform, path, lock, true)
  }
  for (;;) {
    const path = await fs.makeTemporaryDirectory(`${tmpPath}/${prefix}`)
    await fs.chmod(path, DIRECTORY_PERMISSIONS & ~0o022)
    const lock = await lockFolder(platform, path)
    if (lock !== null) return stagingFolder(platform, path, lock, false)
  }
}

function stagingFolder(platform: Platform, path: string, lock: FileHandle, resumed: boolean): StagingFolder {
  return {
    path,
    resumed,
    async remove() {
      await platform.fs.removeTree(path)
      await unlockFolder(platform, path, lock)
    },
    async release() {
      await unlockFolder(platform, path, lock)
    },
  }
}

/**
 * Deletes what is dead below `tmp`: staging folders of other boots that nobody holds, and anything else older than
 * `expirySeconds`. The cache stays.
 * @param dropCurrent - Delete free staging folders of this boot as well (space ran out).
 */
export async function cleanUpTemporaryFiles(
  platform: Platform,
  tmpPath: string,
  options: { readonly expirySeconds: number; readonly dropCurrent?: boolean },
): Promise<void> {
  const { fs } = platform
  const current = await stagingPrefix(platform)
  const nowMs = Date.now()
  for (const { name } of await fs.readDirectory(tmpPath)) {
    if (name === 'cache') continue
    const path = `${tmpPath}/${name}`
    const stat = await fs.tryLstat(path)
    if (stat === undefined) continue
    if (name.startsWith(PREFIX) && stat.kind === 'directory') {
      if (name.startsWith(current) && options.dropCurrent !== true) continue
      await removeFreeStaging(platform, path)
    } else if (stat.mtimeMs <= nowMs && nowMs - stat.mtimeMs > options.expirySeconds * 1000) {
      await fs.removeTree(path)
    }
  }
}

async function removeFreeStaging(platform: Platform, path: string): Promise<void> {
  try {
    const lock = await lockFolder(platform, path)
    if (lock === null) return
    await platform.fs.removeTree(path)
    await unlockFolder(platform, path, lock)
  } catch (error) {
    throw prefixed(error, `Cleaning up txn dir ${path.slice(path.lastIndexOf('/') + 1)}`)
  }
}
