// Taking a directory of the host into a tree. This thread walks; the files' bytes are read, hashed and written by the
// pool. Facts: spec/repository.md#commit

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDirmeta } from '../../objects/dirmeta.ts'
import { validateDirectoryMode } from '../../objects/file-mode.ts'
import { NO_XATTRS, type Xattrs } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import type { FileSystem, Stat } from '../../platform/types.ts'
import type { DevinoCache } from '../store/devino-cache.ts'
import { loadFile, readXattrs } from '../store/read-object.ts'
import type { Transaction } from '../transaction/transaction.ts'
import type { MutableTree } from '../trees/mutable-tree.ts'
import { FileQueue } from './file-queue.ts'
import {
  applyModifier,
  type CommitModifier,
  type EntryAttributes,
  labelFor,
  NO_MODIFIER,
  relabel,
  skipsXattrs,
} from './modifier.ts'
import type { FileToWrite } from './write-files.ts'

export interface CommitDirectoryOptions extends OperationOptions {
  readonly modifier?: CommitModifier
  /** What files are known to be links to. */
  readonly devino?: DevinoCache | null
}

/** Overlays all of the directory at `path` onto `tree`. */
export async function commitDirectory(
  transaction: Transaction,
  tree: MutableTree,
  path: string,
  options: CommitDirectoryOptions = {},
): Promise<void> {
  const { modifier = NO_MODIFIER, devino = null, signal } = options
  const { fs } = transaction.repo.platform
  await requireDirectory(fs, path)
  await FileQueue.run(transaction, signal, async (queue) => {
    const walk = new DirectoryWalk(transaction, queue, modifier, devino)
    await walk.directory(tree, path, '/')
    if (modifier.consume === true) {
      await queue.settle()
      for (const emptied of walk.emptied) if (emptied !== '.') await fs.rmdir(emptied)
    }
  })
}

/** A link to a directory counts only with a slash behind it. */
async function requireDirectory(fs: FileSystem, path: string): Promise<void> {
  const stat = await fs.tryLstat(path)
  if (stat?.kind === 'directory') return
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path })
}

/** What the walk does with the files of one directory. */
interface DirectoryContext {
  readonly tree: MutableTree
  /** On the host. */
  readonly path: string
  /** In the tree, with a slash at its end. */
  readonly prefix: string
  readonly afterwards: FileToWrite['afterwards']
}

class DirectoryWalk {
  /** Directories to delete in the end, the deepest first. */
  readonly emptied: string[] = []
  readonly #transaction: Transaction
  readonly #queue: FileQueue
  readonly #modifier: CommitModifier
  readonly #devino: DevinoCache | null
  readonly #skipsXattrs: boolean

  constructor(transaction: Transaction, queue: FileQueue, modifier: CommitModifier, devino: DevinoCache | null) {
    this.#transaction = transaction
    this.#queue = queue
    this.#modifier = modifier
    this.#devino = devino
    this.#skipsXattrs = skipsXattrs(transaction.repo, modifier)
  }

  /** @param treePath - Where in the tree `path` belongs, as filters see it. */
  async directory(tree: MutableTree, path: string, treePath: string): Promise<void> {
    const { platform } = this.#transaction.repo
    const entries = await platform.fs.readDirectory(path)
    const attributes = this.#apply(treePath, await platform.fs.lstat(`${path}/.`))
    if (attributes === null) return
    tree.setMetadataChecksum(await this.#writeDirmeta(path, treePath, attributes))

    const prefix = treePath === '/' ? '/' : `${treePath}/`
    const context: DirectoryContext = { tree, path, prefix, afterwards: await this.#afterwards(path) }
    for (const { name } of entries) {
      const stat = await platform.fs.lstat(`${path}/${name}`)
      if (stat.kind === 'directory') await this.#subdirectory(context, name, stat)
      else if (stat.kind === 'file' || stat.kind === 'symlink') await this.#file(context, name, stat)
      else throw new OstreeError('FAILED', { reason: `Not a regular file or symlink: ${name}` })
      await platform.breathe()
    }
    this.emptied.push(path)
  }

  async #subdirectory({ tree, path, prefix }: DirectoryContext, name: string, stat: Stat): Promise<void> {
    const child = `${path}/${name}`
    if (this.#apply(prefix + name, stat) !== null) {
      await this.directory(await tree.ensureDirectory(name), child, prefix + name)
    } else await this.#discard(child)
  }

  async #file({ tree, path, prefix, afterwards }: DirectoryContext, name: string, stat: Stat): Promise<void> {
    const { fs } = this.#transaction.repo.platform
    const child = `${path}/${name}`
    const known = this.#devino?.get(await fs.devino(child)) ?? null
    if (known !== null && this.#modifier.devinoCanonical === true) {
      await tree.replaceFile(name, known)
      await this.#discard(child)
      this.#transaction.stats.devinoCacheHits++
      return
    }
    const original = await this.#originalOf(stat, known)
    const attributes = this.#apply(prefix + name, original)
    if (attributes === null) return this.#discard(child)
    const file: FileToWrite = {
      source: { path: child },
      ...attributes,
      sizeBytes: stat.kind === 'file' ? stat.sizeBytes : 0,
      xattrs: this.#skipsXattrs ? 'none' : (original.xattrs ?? 'of-file'),
      label: labelFor(this.#modifier, prefix + name, original.mode),
      known,
      changed: !sameAttributes(original, attributes),
      afterwards,
    }
    await this.#queue.add(file, tree, name)
  }

  /**
   * A file of a bare-user checkout has neither the owner nor the attributes of its object, so those are taken from the
   * object itself.
   */
  async #originalOf(stat: Stat, known: Checksum | null): Promise<EntryAttributes & { readonly xattrs?: Xattrs }> {
    const { repo, store } = this.#transaction
    if (known === null || repo.mode !== 'bare-user') return stat
    return (await loadFile(store, known)).info
  }

  #apply(treePath: string, attributes: EntryAttributes): EntryAttributes | null {
    return applyModifier(this.#transaction.repo, this.#modifier, treePath, attributes)
  }

  async #writeDirmeta(path: string, treePath: string, attributes: EntryAttributes): Promise<Checksum> {
    const { platform } = this.#transaction.repo
    const original = this.#skipsXattrs ? NO_XATTRS : await readXattrs(platform, path)
    const xattrs = relabel(original, labelFor(this.#modifier, treePath, attributes.mode))
    validateDirectoryMode(attributes.mode)
    return this.#transaction.writeMetadata('dirmeta', encodeDirmeta({ ...attributes, xattrs }))
  }

  /** Files are adopted from the repository's own file system alone. */
  async #afterwards(path: string): Promise<FileToWrite['afterwards']> {
    if (this.#modifier.consume !== true) return 'keep'
    const { platform, store } = { platform: this.#transaction.repo.platform, store: this.#transaction.store }
    const device = async (of: string) => (await platform.fs.devino(of)).split(':')[0]
    return (await device(`${path}/.`)) === (await device(store.objectsPath)) ? 'adopt' : 'delete'
  }

  /** What is left out, or taken for an object, goes all the same when the directory is consumed. */
  async #discard(path: string): Promise<void> {
    if (this.#modifier.consume === true) await this.#transaction.repo.platform.fs.removeTree(path)
  }
}

const sameAttributes = (a: EntryAttributes, b: EntryAttributes): boolean =>
  a.uid === b.uid && a.gid === b.gid && a.mode === b.mode
