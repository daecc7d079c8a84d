// Which object a file on disk is a hard link to, by device and inode. Facts: spec/repository.md#devino

import type { Checksum } from '../objects/checksum.ts'
import { parseLoosePath } from '../objects/object-name.ts'
import type { Repo } from './repo.ts'

/** By the text that `FileSystem.devino` answers. */
export type DevinoCache = ReadonlyMap<string, Checksum>

/**
 * Looks at every content object that a checkout may link to, the parents' first: objects of a bare repository, and the
 * uncompressed ones that an archive keeps for checkouts.
 */
export async function scanHardlinks(repo: Repo): Promise<DevinoCache> {
  const cache = new Map<string, Checksum>()
  await scanRepo(repo, cache)
  return cache
}

async function scanRepo(repo: Repo, cache: Map<string, Checksum>): Promise<void> {
  if (repo.parent !== null) await scanRepo(repo.parent, cache)
  if (repo.mode === 'archive') await scanFolder(repo, `${repo.path}/uncompressed-objects-cache`, cache)
  await scanFolder(repo, repo.store.objectsPath, cache)
}

async function scanFolder(repo: Repo, path: string, cache: Map<string, Checksum>): Promise<void> {
  const { fs } = repo.platform
  for (const { name: folder, kind } of (await fs.tryReadDirectory(path)) ?? []) {
    if (kind !== 'directory' || folder.length !== 2) continue
    for (const { name } of await fs.readDirectory(`${path}/${folder}`)) {
      const object = name.endsWith('.file') ? parseLoosePath(folder, name) : null
      if (object === null) continue
      cache.set(await fs.devino(`${path}/${folder}/${name}`), object.checksum)
      await repo.platform.breathe()
    }
  }
}
