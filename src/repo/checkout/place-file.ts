// How one file of a checkout comes to be: a deletion or device for a whiteout, else a link to its object, a link to the
// object's inflated copy, or a copy.

import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { isSymlinkMode } from '../../objects/file-mode.ts'
import { loosePath } from '../../objects/object-name.ts'
import type { Platform, Stat } from '../../platform/types.ts'
import { LooseStore } from '../store/loose-store.ts'
import { CONTENT_READ_BYTES, type LoadedFile, loadFile } from '../store/read-object.ts'
import { addToUncompressedCache, uncompressedCachePath } from '../store/uncompressed-cache.ts'
import { copyFile, OWNER_READ } from './copy-file.ts'
import { type LinkOutcome, linkFile } from './link-file.ts'
import {
  type CheckoutLabels,
  type FileToPlace,
  isLinkable,
  type PlacementOptions,
  type TargetDirectory,
} from './options.ts'
import { Scratch } from './scratch.ts'
import { applyDeletion, isDeletion, isPassthrough, makePassthrough } from './whiteout.ts'

/** What only the calling thread can offer. */
export interface PlacementHooks {
  readonly labels?: CheckoutLabels
  readonly hostSelinux: boolean
  readonly devinoCache?: Map<string, Checksum>
}

/** What is known of an object without reading more than needed. */
interface Source {
  readonly symlink: boolean
  readonly mode: number
  readonly sizeBytes: number
  readonly loaded: LoadedFile | null
}

export class FilePlacer {
  readonly scratch: Scratch
  /** Objects that were added to the uncompressed cache: the first two digits of their names. */
  readonly updatedCachePrefixes = new Set<string>()
  readonly #platform: Platform
  readonly #store: LooseStore
  readonly #options: PlacementOptions
  readonly #hooks: PlacementHooks

  constructor(platform: Platform, options: PlacementOptions, hooks: PlacementHooks = { hostSelinux: false }) {
    this.#platform = platform
    this.#store = new LooseStore(platform, options.store)
    this.#options = options
    this.#hooks = hooks
    this.scratch = new Scratch(platform.fs)
  }

  /** Places files of one directory, in order. */
  async placeAll(directory: TargetDirectory, files: readonly FileToPlace[], signal?: AbortSignal): Promise<void> {
    const { fs } = this.#platform
    for (const file of files) {
      signal?.throwIfAborted()
      const pause = this.#platform.breathe()
      if (pause !== undefined) await pause
      if (!this.#linksPlainly || directory.existed) {
        await this.place(directory, file)
        continue
      }
      // The bulk of most checkouts, without a promise for each file. (measured: bench/checkout)
      const from = `${this.#store.objectsPath}/${loosePath(file.checksum, 'file', false)}`
      const found = fs.tryLstat(from)
      const stat = found instanceof Promise ? await found : found
      if (stat === undefined || !this.#isPlainLink(stat)) {
        await this.place(directory, file)
        continue
      }
      try {
        const linked = fs.link(from, `${directory.path}/${file.name}`)
        if (linked instanceof Promise) await linked
      } catch (error) {
        if (!isOstreeError(error, 'IO')) throw error
        await this.place(directory, file) // knows what each failure means
      }
    }
  }

  /** Nothing but the object's inode decides whether it is linked. */
  get #linksPlainly(): boolean {
    const { mode, forceCopy, whiteouts, passthroughWhiteouts } = this.#options
    const { mode: repoMode } = this.#store
    const special = forceCopy || whiteouts || passthroughWhiteouts || this.#hooks.devinoCache !== undefined
    return !special && repoMode !== 'bare-user' && isLinkable(repoMode, mode)
  }

  #isPlainLink({ kind, sizeBytes, mode }: Stat): boolean {
    if (this.#options.mode === 'user') return kind === 'file' && sizeBytes > 0 && (mode & OWNER_READ) !== 0
    return kind === 'symlink' || (kind === 'file' && sizeBytes > 0)
  }

  async place(directory: TargetDirectory, file: FileToPlace): Promise<void> {
    const options = this.#options
    const source = await this.#inspect(file.checksum)
    if (!source.symlink && isDeletion(file.name, options)) return applyDeletion(this.#platform, directory, file.name)
    if (!source.symlink && isPassthrough(file.name, options)) {
      const { info } = await this.#load(source, file.checksum)
      return makePassthrough(this.#store, directory, file.name, info, options)
    }
    // Empty files would soon have more links than a file may have; nobody could read the unreadable.
    const empty = !source.symlink && source.sizeBytes === 0
    const unreadable = !source.symlink && options.mode === 'user' && (source.mode & OWNER_READ) === 0
    if (!empty && !unreadable) {
      if (!options.forceCopy && (await this.#linkToObject(directory, file, source))) return
      if (!source.symlink && this.#cacheable && (await this.#linkToCache(directory, file, source))) return
    }
    const loaded = await this.#load(source, file.checksum)
    const { labels, hostSelinux } = this.#hooks
    const label = labels?.label(file.labelPath ?? '/', loaded.info.mode)
    await copyFile({ store: this.#store, loaded, directory, file, label, hostSelinux }, options, this.scratch)
  }

  get #cacheable(): boolean {
    const { mode, uncompressedCache } = this.#options
    return uncompressedCache && mode === 'user' && this.#store.mode === 'archive'
  }

  async #inspect(checksum: Checksum): Promise<Source> {
    const { mode, objectsPath } = this.#store
    const { forceCopy, mode: wanted } = this.#options
    if (!forceCopy && mode !== 'bare-user' && isLinkable(mode, wanted)) {
      // All that a link needs is in the object's own inode.
      const stat = await this.#platform.fs.tryLstat(`${objectsPath}/${loosePath(checksum, 'file', false)}`)
      if (stat?.kind === 'file' || stat?.kind === 'symlink') {
        return { symlink: stat.kind === 'symlink', mode: stat.mode, sizeBytes: stat.sizeBytes, loaded: null }
      }
    }
    const loaded = await this.#loadFile(checksum)
    const { info, sizeBytes } = loaded
    return { symlink: isSymlinkMode(info.mode), mode: info.mode, sizeBytes, loaded }
  }

  async #load(source: Source, checksum: Checksum): Promise<LoadedFile> {
    return source.loaded ?? this.#loadFile(checksum)
  }

  async #loadFile(checksum: Checksum): Promise<LoadedFile> {
    return loadFile(this.#store, checksum, CONTENT_READ_BYTES)
  }

  /** Asks the repository and its parents. `false`: it takes a copy. */
  async #linkToObject(directory: TargetDirectory, file: FileToPlace, source: Source): Promise<boolean> {
    const options = this.#options
    for (let store: LooseStore | null = this.#store; store !== null; store = store.parent) {
      const userRepo = store.mode === 'bare-user' || store.mode === 'bare-user-only'
      const linkable = isLinkable(store.mode, options.mode)
      // Such a repository keeps a symbolic link as a regular file.
      const mustCopy = userRepo && source.symlink
      if (options.requireHardlinks && !linkable && !mustCopy) {
        throw new OstreeError('FAILED', {
          reason: userRepo
            ? 'User repository mode requires user checkout mode to hardlink'
            : 'Bare repository mode cannot hardlink in user checkout mode',
        })
      }
      const cached = store === this.#store && this.#cacheable
      if ((!linkable || mustCopy) && !cached) continue
      const outcome = await this.#link(store, directory, file, true)
      if (outcome === 'linked') await this.#noteDevino(directory, file)
      if (outcome !== 'unsupported') return true
    }
    return false
  }

  async #link(store: LooseStore, directory: TargetDirectory, file: FileToPlace, allowMissing: boolean) {
    const { checksum } = file
    const shownAs = loosePath(checksum, 'file', false)
    const from = store.mode === 'archive' ? uncompressedCachePath(store, checksum) : `${store.objectsPath}/${shownAs}`
    const request = { store, from, shownAs, checksum, directory, name: file.name, allowMissing }
    return linkFile(request, this.#options)
  }

  async #noteDevino(directory: TargetDirectory, file: FileToPlace): Promise<void> {
    const { devinoCache } = this.#hooks
    if (devinoCache === undefined) return
    devinoCache.set(await this.#platform.fs.devino(`${directory.path}/${file.name}`), file.checksum)
  }

  /** Inflates the object into the cache and links to that. */
  async #linkToCache(directory: TargetDirectory, file: FileToPlace, source: Source): Promise<boolean> {
    const { checksum, name } = file
    const loaded = await this.#load(source, checksum)
    try {
      await addToUncompressedCache(this.#store, checksum, loaded)
    } catch (error) {
      throw prefixed(error, `Unpacking loose object ${checksum}`)
    }
    this.updatedCachePrefixes.add(checksum.slice(0, 2))
    let outcome: LinkOutcome
    try {
      outcome = await this.#link(this.#store, directory, file, false)
    } catch (error) {
      throw prefixed(error, `Using new cached uncompressed hardlink of ${checksum} to ${name}`)
    }
    return outcome !== 'unsupported'
  }
}
