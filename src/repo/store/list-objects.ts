// Walking the loose objects of a repository. Facts: spec/repository.md#objects

import type { Checksum } from '../../objects/checksum.ts'
import { type ObjectName, type ObjectType, parseLoosePath } from '../../objects/object-name.ts'
import type { Repo } from '../repo.ts'

/** What stands on its own; a tombstone, a commitmeta or an xattr object belongs to one of these. */
const LISTED: ReadonlySet<ObjectType> = new Set(['file', 'dirtree', 'dirmeta', 'commit', 'payloadLink'])

/** Every loose object of this repository, parents left out, folder by folder. */
export async function* listObjects(repo: Repo): AsyncGenerator<ObjectName> {
  yield* listObjectsWith(repo, '')
}

/** The commits whose checksum starts with `prefix`, parents' included. */
export async function* listCommits(repo: Repo, prefix = ''): AsyncGenerator<Checksum> {
  const seen = new Set<Checksum>()
  for (let current: Repo | null = repo; current !== null; current = current.parent) {
    for await (const { checksum, type } of listObjectsWith(current, prefix)) {
      if (type !== 'commit' || seen.has(checksum)) continue
      seen.add(checksum)
      yield checksum
    }
  }
}

async function* listObjectsWith(repo: Repo, prefix: string): AsyncGenerator<ObjectName> {
  const { fs } = repo.platform
  const { objectsPath } = repo.store
  // Content in the other form, left by a conversion say, is none of this repository's.
  const foreign = repo.mode === 'archive' ? '.file' : '.filez'
  const folders = (await fs.readDirectory(objectsPath))
    .filter(
      ({ name }) =>
        /^[0-9a-f]{2}$/.test(name) && (prefix.length < 2 ? name.startsWith(prefix) : prefix.startsWith(name)),
    )
    .map(({ name }) => name)
    .sort()
  for (const folder of folders) {
    for (const { name } of await fs.readDirectory(`${objectsPath}/${folder}`)) {
      if (name.endsWith(foreign)) continue
      const object = parseLoosePath(folder, name)
      if (object !== null && LISTED.has(object.type) && object.checksum.startsWith(prefix)) yield object
    }
    await repo.platform.breathe()
  }
}
