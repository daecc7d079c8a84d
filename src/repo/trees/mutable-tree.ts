// A tree in memory that is being put together: what `commit` overlays directories, tar files and commits in. Parts that
// come from a stored tree are read when they are looked into, and keep their checksum until they change.
// Facts: spec/repository.md#trees

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { type Dirtree, type DirtreeDirectory, EMPTY_DIRTREE, encodeDirtree } from '../../objects/dirtree.ts'
import { validateFileName } from '../../objects/file-name.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { readCommit, readDirtree } from '../store/read-object.ts'
import type { Transaction } from '../transaction/transaction.ts'

/** Checksum of the dirtree without entries. */
export const EMPTY_TREE_CHECKSUM = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'

/** A directory as its parent names it. */
export interface TreeChecksums {
  /** Of its dirtree. */
  readonly contents: Checksum
  /** Of its dirmeta. */
  readonly metadata: Checksum
}

export class MutableTree {
  #parent: MutableTree | null = null
  /** Where the entries are still to be read from. */
  #unread: LooseStore | null = null
  #contents: Checksum | null = null
  #metadata: Checksum | null = null
  readonly #files = new Map<string, Checksum>()
  readonly #directories = new Map<string, MutableTree>()

  /** A stored tree. Nothing is read or checked yet. */
  static fromDirtree(store: LooseStore, { contents, metadata }: TreeChecksums): MutableTree {
    const tree = new MutableTree()
    tree.#unread = store
    tree.#contents = contents
    tree.#metadata = metadata
    return tree
  }

  /** `null` until somebody says what the directory's owner and mode are. */
  get metadataChecksum(): Checksum | null {
    return this.#metadata
  }

  /** `null` where the dirtree has yet to be written: something in it has changed. */
  get contentsChecksum(): Checksum | null {
    return this.#contents
  }

  setMetadataChecksum(checksum: Checksum): void {
    if (checksum === this.#metadata) return
    if (this.#parent !== null) this.#parent.#invalidate()
    this.#metadata = checksum
  }

  /** For {@link writeMutableTree}: the entries are those of this dirtree. */
  setContentsChecksum(checksum: Checksum): void {
    this.#contents = checksum
  }

  /** Checksums of the regular files and symbolic links, by name. */
  async files(): Promise<ReadonlyMap<string, Checksum>> {
    await this.#read()
    return this.#files
  }

  async directories(): Promise<ReadonlyMap<string, MutableTree>> {
    await this.#read()
    return this.#directories
  }

  /** @throws {@link OstreeError} `FAILED` where a directory has that name. */
  async replaceFile(name: string, checksum: Checksum): Promise<void> {
    validateFileName(name)
    await this.#read()
    if (this.#directories.has(name)) fail(`Can't replace directory with file: ${name}`)
    this.#invalidate()
    this.#files.set(name, checksum)
  }

  /** The directory of that name, made when it is missing. @throws {@link OstreeError} `FAILED` where a file has it. */
  async ensureDirectory(name: string): Promise<MutableTree> {
    validateFileName(name)
    await this.#read()
    if (this.#files.has(name)) fail(`Can't replace file with directory: ${name}`)
    const known = this.#directories.get(name)
    if (known !== undefined) return known
    const made = new MutableTree()
    this.#invalidate()
    this.#adopt(name, made)
    return made
  }

  /**
   * The directory that `path` leads to; its last element is not looked at.
   * @param metadata - What missing directories on the way get, and the root if it has none.
   */
  async ensureParents(path: readonly string[], metadata: Checksum): Promise<MutableTree> {
    if (this.#metadata === null) this.setMetadataChecksum(metadata)
    let tree: MutableTree = this
    for (const name of path.slice(0, -1)) {
      const known = (await tree.directories()).has(name)
      const next = await tree.ensureDirectory(name)
      if (!known) next.setMetadataChecksum(metadata)
      tree = next
    }
    return tree
  }

  /**
   * The directory that `path` leads to; its last element is not looked at.
   * @throws {@link OstreeError} `FAILED` where there is none.
   */
  async walk(path: readonly string[]): Promise<MutableTree> {
    let tree: MutableTree = this
    for (const name of path.slice(0, -1)) {
      const next = (await tree.directories()).get(name)
      if (next === undefined) throw noSuchEntry(name)
      tree = next
    }
    return tree
  }

  /** What has that name. @throws {@link OstreeError} `FAILED` where nothing has. */
  async lookup(name: string): Promise<{ readonly file: Checksum } | { readonly directory: MutableTree }> {
    await this.#read()
    const directory = this.#directories.get(name)
    if (directory !== undefined) return { directory }
    const file = this.#files.get(name)
    if (file === undefined) throw noSuchEntry(name)
    return { file }
  }

  /** Takes out a file or a whole directory. @throws {@link OstreeError} `FAILED` where nothing has that name. */
  async remove(name: string, options: { readonly mayBeMissing?: boolean } = {}): Promise<void> {
    validateFileName(name)
    await this.#read()
    if (this.#files.delete(name)) this.#invalidate()
    else if (this.#directories.has(name)) {
      this.#directories.get(name)!.#parent = null
      this.#directories.delete(name)
      this.#invalidate()
    } else if (options.mayBeMissing !== true) throw noSuchEntry(name)
  }

  /**
   * Becomes a stored tree where that needs no merging: this tree or the other has no entries, or they are the same.
   * @returns `false` when the two have to be merged entry by entry; nothing has changed then.
   */
  fillFromDirtree(store: LooseStore, { contents, metadata }: TreeChecksums): boolean {
    if (this.#unread !== null) {
      if (contents !== this.#contents && this.#contents !== EMPTY_TREE_CHECKSUM) {
        if (contents !== EMPTY_TREE_CHECKSUM) return false
        this.setMetadataChecksum(metadata)
        return true
      }
    } else if (this.#files.size + this.#directories.size > 0) return false
    this.#unread = store
    this.setMetadataChecksum(metadata)
    if (this.#contents !== contents) {
      this.#invalidate()
      this.#contents = contents
    }
    return true
  }

  #adopt(name: string, child: MutableTree): void {
    this.#directories.set(name, child)
    child.#parent = this
  }

  /** A changed tree changes every tree above it. */
  #invalidate(): void {
    for (let tree: MutableTree | null = this; tree !== null && tree.#contents !== null; tree = tree.#parent) {
      tree.#contents = null
    }
  }

  async #read(): Promise<void> {
    const store = this.#unread
    if (store === null || this.#contents === null) return
    const { files, directories } = await this.#readEntries(store, this.#contents)
    if (this.#unread !== store) return // another caller was faster
    this.#unread = null
    for (const { name, checksum } of files) this.#files.set(name, checksum)
    for (const entry of directories) this.#adopt(entry.name, MutableTree.fromDirtree(store, checksumsOf(entry)))
  }

  async #readEntries(store: LooseStore, contents: Checksum): Promise<Dirtree> {
    return contents === EMPTY_TREE_CHECKSUM ? EMPTY_DIRTREE : readDirtree(store, contents)
  }
}

export const checksumsOf = ({ treeChecksum, metaChecksum }: DirtreeDirectory): TreeChecksums => ({
  contents: treeChecksum,
  metadata: metaChecksum,
})

/** The root of a stored commit. */
export async function mutableTreeOfCommit(store: LooseStore, commit: Checksum): Promise<MutableTree> {
  const { rootTreeContents, rootTreeMetadata } = await readCommit(store, commit)
  return MutableTree.fromDirtree(store, { contents: rootTreeContents, metadata: rootTreeMetadata })
}

/**
 * Writes the dirtrees of everything that has changed, the deepest first.
 * @throws {@link OstreeError} `FAILED`: a directory that nobody gave an owner and mode.
 */
export async function writeMutableTree(transaction: Transaction, tree: MutableTree): Promise<TreeChecksums> {
  const metadata = tree.metadataChecksum
  if (metadata === null) fail("Can't commit an empty tree")
  if (tree.contentsChecksum !== null) return { contents: tree.contentsChecksum, metadata }

  const directories: DirtreeDirectory[] = []
  for (const [name, child] of await tree.directories()) {
    const written = await writeMutableTree(transaction, child)
    directories.push({ name, treeChecksum: written.contents, metaChecksum: written.metadata })
  }
  const files = Array.from(await tree.files(), ([name, checksum]) => ({ name, checksum }))
  const contents = await transaction.writeMetadata('dirtree', encodeDirtree({ files, directories }))
  tree.setContentsChecksum(contents)
  await transaction.repo.platform.breathe()
  return { contents, metadata }
}

function noSuchEntry(name: string): OstreeError {
  return new OstreeError('FAILED', { reason: `No such file or directory: ${name}` })
}

function fail(reason: string): never {
  throw new OstreeError('FAILED', { reason })
}
