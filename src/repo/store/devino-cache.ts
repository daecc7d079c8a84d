// Which object a file on disk is a hard link to, by device and inode. Facts: spec/repository.md#devino

import type { Checksum } from '../../objects/checksum.ts'
import { parseLoosePath } from '../../objects/object-name.ts'
import type { Repo } from '../repo.ts'

/** By the text that `FileSystem.devino` answers. */
export type DevinoCache = ReadonlyMap<string, Checksum>

/**
 * Looks at every content object that a checkout may link to, the parents' first. The uncompressed ones that an archive
 * keeps for checkouts do not count, for the reference's command does not look at them either: a checkout that links to
 * them has lost owners and attributes, and the commit would have them back.
 */
export async function scanHardlinks(repo: Repo): Promise<DevinoCache> {
  const cache = new Map<string, Checksum>()
  await scanRepo(repo, cache)
  return cache
}

async function scanRepo(repo: Repo, cache: Map<string, Checksum>): Promise<void> {
  if (repo.parent !== null) await scanRepo(repo.parent, cache)
  const { fs } = repo.platform
  const path = repo.store.objectsPath
  for (const { name: folder, kind } of await fs.readDirectory(path)) {
    if (kind !== 'directory' || folder.length !== 2) continue
    for (const { name } of await fs.readDirectory(`${path}/${folder}`)) {
      const object = name.endsWith('.file') ? parseLoosePath(folder, name) : null
      if (object === null) continue
      cache.set(await fs.devino(`${path}/${folder}/${name}`), object.checksum)
      await repo.platform.breathe()
    }
  }
}
