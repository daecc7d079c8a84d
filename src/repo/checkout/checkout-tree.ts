// The walk through a commit's directories that makes them at the destination: files first, then subdirectories, each
// directory finished after all that is in it. Files go one by one where they are linked, to the pool where they are copied.

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Dirmeta } from '../../objects/dirmeta.ts'
import type { Dirtree } from '../../objects/dirtree.ts'
import type { Repo } from '../repo.ts'
import { readDirmeta, readDirtree } from '../store/read-object.ts'
import type { TreeDirectory } from '../trees/tree-path.ts'
import { Destination, type DestinationOptions, type OpenDirectory } from './destination.ts'
import type { CheckoutOptions, CheckoutProgress, FileToPlace, PlacementOptions } from './options.ts'
import { FilePlacer, type PlacementHooks } from './place-file.ts'
import { PlacementQueue } from './placement-queue.ts'
import { isDeletion, isPassthrough, OPAQUE_MARKER } from './whiteout.ts'

/** So many files are placed when they are met: a small checkout that fails leaves no more than the reference's does. */
const FILES_AT_ONCE = 100
/** A commit has few different ones. */
const KEPT_METAS = 256

export interface TreeCheckoutRequest {
  readonly repo: Repo
  readonly root: TreeDirectory
  readonly destination: string
  readonly options: CheckoutOptions
  readonly placement: PlacementOptions
  readonly directories: DestinationOptions
  readonly hooks: PlacementHooks
  /** Most files will be copied. */
  readonly copies: boolean
  /** The path that the root is labelled by, with a slash at its end. */
  readonly labelPrefix: string
}

export interface TreeCheckoutResult extends CheckoutProgress {
  readonly updatedCachePrefixes: ReadonlySet<string>
}

interface Level {
  readonly treeChecksum: Checksum
  readonly tree: Dirtree
  readonly meta: Dirmeta
  readonly directory: OpenDirectory
  /** Relative to the root, with a slash at both ends. */
  readonly path: string
  next: number
}

export async function checkoutTree(request: TreeCheckoutRequest): Promise<TreeCheckoutResult> {
  const walk = new TreeCheckout(request)
  return walk.run()
}

class TreeCheckout {
  readonly #request: TreeCheckoutRequest
  readonly #destination: Destination
  readonly #placer: FilePlacer
  readonly #queue: PlacementQueue
  readonly #open: Level[] = []
  readonly #openTrees = new Set<Checksum>()
  readonly #metas = new Map<Checksum, Dirmeta>()
  /** Directories that may still be filled by threads. */
  readonly #unfinished: Pick<Level, 'directory' | 'meta'>[] = []
  #queued = false
  /** Everything one after the other from here on. */
  #inOrder = false
  #files = 0
  #directories = 0

  constructor(request: TreeCheckoutRequest) {
    const { repo, destination, options, placement, directories, hooks } = request
    this.#request = request
    this.#destination = new Destination(repo.platform, destination, directories)
    this.#placer = new FilePlacer(repo.platform, placement, hooks)
    this.#queue = new PlacementQueue(this.#placer, repo.platform, placement, options.signal)
    this.#inOrder = !request.copies || repo.platform.pool.size < 2 || hooks.labels !== undefined
  }

  async run(): Promise<TreeCheckoutResult> {
    try {
      await this.#walk()
      await this.#queue.settle()
      await this.#placer.scratch.removeAll() // or the times of their parents would change again
      for (const { directory, meta } of this.#unfinished) {
        await this.#destination.finish(directory, meta)
        await this.#request.repo.platform.breathe()
      }
    } catch (error) {
      await this.#queue.settle() // what fails there came first
      throw error
    } finally {
      await this.#placer.scratch.removeAll()
    }
    const { updatedCachePrefixes } = this.#placer
    return { files: this.#files, directories: this.#directories, updatedCachePrefixes }
  }

  async #walk(): Promise<void> {
    const { repo, root, destination, options } = this.#request
    await this.#enter(null, destination, root, '/')
    for (let level = this.#open.at(-1); level !== undefined; level = this.#open.at(-1)) {
      options.signal?.throwIfAborted()
      await repo.platform.breathe()
      const entry = level.tree.directories[level.next++]
      if (entry !== undefined)
        await this.#enter(level, entry.name, { kind: 'directory', ...entry }, `${level.path}${entry.name}/`)
      else await this.#leave(level)
    }
  }

  async #enter(parent: Level | null, name: string, entry: TreeDirectory, path: string): Promise<void> {
    const { repo, options, hooks, labelPrefix } = this.#request
    const { treeChecksum, metaChecksum } = entry
    if (this.#openTrees.has(treeChecksum)) {
      throw new OstreeError('FAILED', { reason: `Directory ${treeChecksum}.dirtree contains itself` })
    }
    const tree = await readDirtree(repo.store, treeChecksum)
    const meta = await this.#readMeta(metaChecksum)
    if (options.filter !== undefined && !options.filter(path)) return
    requireUniqueNames(tree, treeChecksum)
    const opaque = this.#request.placement.whiteouts && tree.files.some((file) => file.name === OPAQUE_MARKER)
    const label = hooks.hostSelinux ? hooks.labels?.label(labelPrefix + path.slice(1), meta.mode) : undefined
    const directory = await this.#destination.enter({
      parent: parent?.directory ?? null,
      name,
      meta,
      metaChecksum,
      opaque,
      label,
    })
    const level: Level = { treeChecksum, tree, meta, directory, path, next: 0 }
    if (directory.viaLink) {
      // Two ways lead to the same files now: what comes later must win.
      await this.#queue.settle()
      this.#inOrder = true
    }
    this.#directories++
    await this.#placeFiles(level)
    this.#open.push(level)
    this.#openTrees.add(treeChecksum)
  }

  async #readMeta(checksum: Checksum): Promise<Dirmeta> {
    let meta = this.#metas.get(checksum)
    if (meta === undefined) {
      meta = await readDirmeta(this.#request.repo.store, checksum)
      if (this.#metas.size === KEPT_METAS) this.#metas.clear()
      this.#metas.set(checksum, meta)
    }
    return meta
  }

  async #placeFiles(level: Level): Promise<void> {
    const { options, placement, hooks } = this.#request
    const { tree, directory } = level
    const inOrder =
      this.#inOrder || tree.files.some(({ name }) => isDeletion(name, placement) || isPassthrough(name, placement))
    const files = options.filter === undefined && hooks.labels === undefined ? tree.files : this.#selected(level)
    const here = inOrder ? files.length : Math.max(0, Math.min(files.length, FILES_AT_ONCE - this.#files))
    this.#files += files.length
    await this.#placer.placeAll(directory, here === files.length ? files : files.slice(0, here), options.signal)
    await this.#queue.add(directory, files.slice(here))
    if (here < files.length) this.#queued = true
    if (directory.existed) await this.#placer.scratch.removeFrom(directory.path)
    options.onProgress?.({ files: this.#files, directories: this.#directories })
  }

  /** Without those that the filter leaves out, and with what labels are looked up by. */
  #selected({ tree, path }: Level): FileToPlace[] {
    const { options, hooks, labelPrefix } = this.#request
    const { filter = () => true } = options
    return tree.files
      .filter(({ name }) => filter(path + name))
      .map((file) => (hooks.labels ? { ...file, labelPath: labelPrefix + path.slice(1) + file.name } : file))
  }

  async #leave(level: Level): Promise<void> {
    this.#open.pop()
    this.#openTrees.delete(level.treeChecksum)
    if (this.#queued) {
      this.#unfinished.push({ directory: level.directory, meta: level.meta })
      return
    }
    await this.#placer.scratch.removeFrom(level.directory.path)
    await this.#destination.finish(level.directory, level.meta)
  }
}

/** A name that stands for two things could lead the second astray, to where the first one points. */
function requireUniqueNames(tree: Dirtree, checksum: Checksum): void {
  const names = new Set<string>()
  for (const entries of [tree.files, tree.directories]) {
    for (const { name } of entries) {
      if (names.has(name)) throw new OstreeError('FAILED', { reason: `Duplicate name ${name} in ${checksum}.dirtree` })
      names.add(name)
    }
  }
}
