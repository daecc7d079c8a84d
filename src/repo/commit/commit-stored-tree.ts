// Taking a stored tree into the one that is being put together: by its checksums where nothing about it changes, entry
// by entry where it is merged or modified. Facts: spec/repository.md#commit

import type { Checksum } from '../../objects/checksum.ts'
import { encodeDirmeta } from '../../objects/dirmeta.ts'
import { isSymlinkMode, validateDirectoryMode } from '../../objects/file-mode.ts'
import { NO_XATTRS } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import { loadFile, readDirmeta, readDirtree } from '../store/read-object.ts'
import type { Transaction } from '../transaction/transaction.ts'
import { checksumsOf, type MutableTree, type TreeChecksums } from '../trees/mutable-tree.ts'
import { FileQueue } from './file-queue.ts'
import { applyModifier, type CommitModifier, labelFor, relabel, skipsXattrs } from './modifier.ts'

export interface CommitStoredTreeOptions extends OperationOptions {
  /** `null` takes everything as it is; any other, even one that changes nothing, looks at every file. */
  readonly modifier?: CommitModifier | null
}

/** Overlays the directory `stored` of the repository onto `tree`. */
export async function commitStoredTree(
  transaction: Transaction,
  tree: MutableTree,
  stored: TreeChecksums,
  options: CommitStoredTreeOptions = {},
): Promise<void> {
  const { modifier = null, signal } = options
  await readDirtree(transaction.store, stored.contents)
  await readDirmeta(transaction.store, stored.metadata)
  await FileQueue.run(transaction, signal, async (queue) => {
    if (modifier === null) await merge(transaction, queue, tree, stored)
    else await modify({ transaction, queue, modifier }, tree, stored, '/')
  })
}

async function merge(
  transaction: Transaction,
  queue: FileQueue,
  tree: MutableTree,
  stored: TreeChecksums,
): Promise<void> {
  const { store, repo } = transaction
  if (tree.fillFromDirtree(store, stored)) return
  tree.setMetadataChecksum(stored.metadata)
  const { files, directories } = await readDirtree(store, stored.contents)
  for (const { name, checksum } of files) {
    if ((await store.locateHere({ checksum, type: 'file' })) !== undefined) {
      transaction.stats.contentObjectsTotal++
      await tree.replaceFile(name, checksum)
    } else await addObject(transaction, queue, tree, name, checksum) // a parent repository has it
  }
  for (const entry of directories) {
    await merge(transaction, queue, await tree.ensureDirectory(entry.name), checksumsOf(entry))
  }
  await repo.platform.breathe()
}

async function addObject(
  { store }: Transaction,
  queue: FileQueue,
  tree: MutableTree,
  name: string,
  object: Checksum,
): Promise<void> {
  const { info, sizeBytes } = await loadFile(store, object)
  const { uid, gid, mode, xattrs } = info
  const file = { source: { object }, uid, gid, mode, sizeBytes, xattrs, label: null, known: null, changed: false }
  await queue.add({ ...file, afterwards: 'keep' }, tree, name)
}

interface Context {
  readonly transaction: Transaction
  readonly queue: FileQueue
  readonly modifier: CommitModifier
}

async function modify(context: Context, tree: MutableTree, stored: TreeChecksums, path: string): Promise<void> {
  const { transaction, modifier } = context
  const { store, repo } = transaction
  const dirmeta = await readDirmeta(store, stored.metadata)
  const attributes = applyModifier(repo, modifier, path, dirmeta)
  if (attributes === null) return
  const original = skipsXattrs(repo, modifier) ? NO_XATTRS : dirmeta.xattrs
  const xattrs = relabel(original, labelFor(modifier, path, dirmeta.mode))
  validateDirectoryMode(attributes.mode)
  tree.setMetadataChecksum(await transaction.writeMetadata('dirmeta', encodeDirmeta({ ...attributes, xattrs })))

  const { files, directories } = await readDirtree(store, stored.contents)
  const prefix = path === '/' ? '/' : `${path}/`
  for (const { name, checksum } of files) await modifyFile(context, tree, name, checksum, prefix + name)
  for (const entry of directories) {
    const child = checksumsOf(entry)
    if (applyModifier(repo, modifier, prefix + entry.name, await readDirmeta(store, child.metadata)) === null) continue
    await modify(context, await tree.ensureDirectory(entry.name), child, prefix + entry.name)
  }
}

async function modifyFile(
  { transaction, queue, modifier }: Context,
  tree: MutableTree,
  name: string,
  object: Checksum,
  path: string,
): Promise<void> {
  const { repo, store } = transaction
  const { info, sizeBytes } = await loadFile(store, object)
  const attributes = applyModifier(repo, modifier, path, info)
  if (attributes === null) return
  const { uid, gid, mode } = attributes
  await queue.add(
    {
      source: { object },
      uid,
      gid,
      mode,
      sizeBytes: isSymlinkMode(info.mode) ? 0 : sizeBytes,
      xattrs: skipsXattrs(repo, modifier) ? 'none' : info.xattrs,
      label: labelFor(modifier, path, info.mode),
      known: null,
      changed: uid !== info.uid || gid !== info.gid || mode !== info.mode,
      afterwards: 'keep',
    },
    tree,
    name,
  )
  await repo.platform.breathe()
}
