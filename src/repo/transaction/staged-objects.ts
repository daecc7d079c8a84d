// What an interrupted transaction left in its staging folder is checked before the next one goes on with it: a full disk
// or a killed process may have cut it short, and this or another program may have written it.

import { isOstreeError } from '../../errors.ts'
import { type ObjectName, type ObjectType, parseLoosePath } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import { runJob } from '../job.ts'
import type { Repo } from '../repo.ts'
import { CHECK_OBJECTS, type CheckBatch, validateMetadata } from '../store/check-object.ts'
import { LooseStore } from '../store/loose-store.ts'

/** Objects that one job checks. */
const BATCH_OBJECTS = 128

/** Named after the hash of what they hold; the others are not. */
const HASHED: ReadonlySet<ObjectType> = new Set(['file', 'dirtree', 'dirmeta', 'commit'])

/** Deletes from the staging folder `path` whatever is no sound object; of objects that the repository has, it is silent. */
export async function dropUnsoundStaged(repo: Repo, path: string, options: OperationOptions = {}): Promise<void> {
  const { platform } = repo
  const store = new LooseStore(platform, { ...repo.store.options, staging: path, parent: null })
  const stagedPath = (name: ObjectName) => `${path}/${store.relativePath(name)}`
  const hashed: ObjectName[] = []
  for await (const { entry, name } of stagedEntries(repo, path)) {
    if (name !== null && HASHED.has(name.type) && stagedPath(name) === entry) hashed.push(name)
    else if (name === null || !(await isValidDetached(repo, entry, name))) await platform.fs.removeTree(entry)
  }
  const batches: CheckBatch[] = []
  for (let start = 0; start < hashed.length; start += BATCH_OBJECTS) {
    batches.push({ store: store.options, objects: hashed.slice(start, start + BATCH_OBJECTS) })
  }
  const problems = await Promise.all(batches.map((batch) => runJob(platform, CHECK_OBJECTS, batch, options)))
  for (const { object } of problems.flat()) await platform.fs.removeTree(stagedPath(object))
}

/** Everything in the folders of objects; `name` is `null` for what is called like none. */
async function* stagedEntries(repo: Repo, path: string): AsyncGenerator<{ entry: string; name: ObjectName | null }> {
  const { fs } = repo.platform
  for (const { name: folder, kind } of await fs.readDirectory(path)) {
    if (kind !== 'directory' || !/^[0-9a-f]{2}$/.test(folder)) continue
    for (const { name } of await fs.readDirectory(`${path}/${folder}`)) {
      yield { entry: `${path}/${folder}/${name}`, name: parseLoosePath(folder, name) }
    }
    await repo.platform.breathe()
  }
}

/** Detached metadata and tombstones, as far as their bytes tell. Anything else is made again. */
async function isValidDetached(repo: Repo, entry: string, { type }: ObjectName): Promise<boolean> {
  if (type !== 'commitmeta' && type !== 'tombstoneCommit') return false
  try {
    validateMetadata(type, await repo.platform.fs.readFile(entry))
    return true
  } catch (error) {
    if (isOstreeError(error, 'INVALID_FORMAT')) return false
    throw error
  }
}
