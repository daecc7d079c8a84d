// `uncompressed-objects-cache/`: inflated copies of an archive repository's files, for checkouts in user mode to link to.
// Laid out as `objects/` of a bare repository. Facts: spec/repository.md#uncompressed-cache

import { isIoError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { MODE } from '../../objects/file-mode.ts'
import { loosePath } from '../../objects/object-name.ts'
import type { FileSystem } from '../../platform/types.ts'
import type { Repo } from '../repo.ts'
import { chunksOf } from './content.ts'
import type { LooseStore } from './loose-store.ts'
import type { LoadedFile } from './read-object.ts'

export const UNCOMPRESSED_CACHE = 'uncompressed-objects-cache'

const SET_ID_BITS = 0o6000

/** Where the inflated copy of an object is, or would be. */
export function uncompressedCachePath(store: LooseStore, checksum: Checksum): string {
  return `${store.options.path}/${UNCOMPRESSED_CACHE}/${loosePath(checksum, 'file', false)}`
}

/** Inflates a regular file into the cache, with its mode but without set-id bits. One that is there stays. */
export async function addToUncompressedCache(store: LooseStore, checksum: Checksum, loaded: LoadedFile): Promise<void> {
  const { fs } = store.platform
  const path = uncompressedCachePath(store, checksum)
  const temporary = store.temporaryPath()
  try {
    const handle = await fs.open(temporary, 'wx', 0o600)
    try {
      for await (const chunk of chunksOf(await loaded.content())) await handle.write(chunk)
      if (store.options.fsync) await handle.sync()
      await handle.chmod(loaded.info.mode & MODE.permissions & ~SET_ID_BITS)
    } finally {
      await handle.close()
    }
    await fs.ensureDirectory(path.slice(0, path.lastIndexOf('/')), 0o775)
    await linkUnlessThere(fs, temporary, path)
  } finally {
    await fs.removeTree(temporary)
  }
}

async function linkUnlessThere(fs: FileSystem, from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to)
  } catch (error) {
    if (!isIoError(error, 'EEXIST')) throw error
  }
}

/**
 * Deletes the cached copies that no checkout links to any more.
 * @param prefixes - First two digits of the objects to look at, as a checkout's result names them. Default: all.
 * @returns How many were deleted.
 */
export async function cleanUncompressedCache(repo: Repo, prefixes?: Iterable<string>): Promise<number> {
  const { fs } = repo.platform
  const root = `${repo.path}/${UNCOMPRESSED_CACHE}`
  const folders = prefixes ?? ((await fs.tryReadDirectory(root)) ?? []).map(({ name }) => name)
  let deleted = 0
  for (const folder of folders) {
    for (const { name } of (await fs.tryReadDirectory(`${root}/${folder}`)) ?? []) {
      const path = `${root}/${folder}/${name}`
      const stat = await fs.tryLstat(path)
      if (stat?.kind !== 'file' || stat.nlink !== 1) continue
      await fs.unlink(path)
      deleted++
    }
    await repo.platform.breathe()
  }
  return deleted
}
