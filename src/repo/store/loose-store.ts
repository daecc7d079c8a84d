// Where loose objects lie: the staging folder of a running transaction, `objects/`, then the parent repository.
// A store is described by plain data, so that worker threads can open the same one. Facts: spec/repository.md#objects

import { toHex } from '../../bytes/hex.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import { formatObjectName, loosePath, type ObjectName } from '../../objects/object-name.ts'
import { type Awaitable, andThen } from '../../operation.ts'
import type { Platform, Stat } from '../../platform/types.ts'
import type { RepoMode } from '../config/repo-mode.ts'

export interface StoreOptions {
  /** The repository's folder. */
  readonly path: string
  readonly mode: RepoMode
  /** `core.disable-xattrs`: neither read nor write attributes of bare objects. */
  readonly disableXattrs: boolean
  /** `archive.zlib-level`, 1 to 9. */
  readonly zlibLevel: number
  /** `core.per-object-fsync`: sync each object as it is written, straight into `objects/`. */
  readonly perObjectFsync: boolean
  /** `core.fsync`. */
  readonly fsync: boolean
  /** `core.payload-link-threshold` in bytes; `Infinity` (the default) makes no payload links. */
  readonly payloadLinkThreshold: number
  /** Folder of the running transaction. */
  readonly staging: string | null
  readonly parent: StoreOptions | null
}

export interface ObjectLocation {
  /** The object's file. */
  readonly path: string
  /** The store that has it: this one or a parent. */
  readonly store: LooseStore
  /** What `lstat` says of the file, where it was asked. */
  readonly stat?: Stat
}

export class LooseStore {
  readonly platform: Platform
  readonly options: StoreOptions
  readonly parent: LooseStore | null
  /** Made when it is asked for: randomness costs the start of a library. */
  #temporaryPrefix: string | undefined
  #temporaryCount = 0
  #sharesExtents: boolean | undefined

  constructor(platform: Platform, options: StoreOptions) {
    this.platform = platform
    this.options = options
    this.parent = options.parent === null ? null : new LooseStore(platform, options.parent)
  }

  get mode(): RepoMode {
    return this.options.mode
  }

  get objectsPath(): string {
    return `${this.options.path}/objects`
  }

  /** Where new objects appear: the staging folder, unless objects are synced one by one or not at all. */
  get destinationPath(): string {
    const { staging, perObjectFsync, fsync } = this.options
    return staging !== null && fsync && !perObjectFsync ? staging : this.objectsPath
  }

  relativePath(name: ObjectName): string {
    return loosePath(name.checksum, name.type, this.options.mode === 'archive')
  }

  /** A fresh name beside the objects to come, on the same file system. */
  temporaryPath(): string {
    const folder = this.options.staging ?? `${this.options.path}/tmp`
    this.#temporaryPrefix ??= `tmp-${toHex(this.platform.randomBytes(6))}-`
    return `${folder}/${this.#temporaryPrefix}${this.#temporaryCount++}`
  }

  /** This store's own file of an object, parents left out. */
  async locateHere(name: ObjectName): Promise<string | undefined> {
    const relative = this.relativePath(name)
    const { fs } = this.platform
    const path = `${this.objectsPath}/${relative}`
    if ((await fs.tryLstat(path)) !== undefined) return path
    if (this.options.staging === null) return undefined
    const staged = `${this.options.staging}/${relative}`
    return (await fs.tryLstat(staged)) === undefined ? undefined : staged
  }

  async locate(name: ObjectName): Promise<ObjectLocation | undefined> {
    const { fs } = this.platform
    const relative = this.relativePath(name)
    for (const folder of [this.objectsPath, this.options.staging]) {
      if (folder === null) continue
      const path = `${folder}/${relative}`
      const stat = await fs.tryLstat(path)
      if (stat !== undefined) return { path, store: this, stat }
    }
    return this.parent === null ? undefined : this.parent.locate(name)
  }

  /** Parents count. */
  has(name: ObjectName): Awaitable<boolean> {
    const { fs } = this.platform
    const { staging } = this.options
    const relative = this.relativePath(name)
    return andThen(fs.tryLstat(`${this.objectsPath}/${relative}`), (stat) => {
      if (stat !== undefined) return true
      if (staging === null) return this.parent?.has(name) ?? false
      return andThen(
        fs.tryLstat(`${staging}/${relative}`),
        (staged) => staged !== undefined || (this.parent?.has(name) ?? false),
      )
    })
  }

  /** Whether files of this store can share extents; tried once. */
  async sharesExtents(): Promise<boolean> {
    this.#sharesExtents ??= await this.#trySharing()
    return this.#sharesExtents
  }

  async #trySharing(): Promise<boolean> {
    const { fs } = this.platform
    const copy = this.temporaryPath()
    try {
      await fs.reflink(`${this.options.path}/config`, copy)
    } catch (error) {
      if (isIoError(error, 'EOPNOTSUPP', 'ENOTSUP', 'EXDEV', 'EINVAL', 'ENOTTY', 'ENOSYS')) return false
      throw error
    } finally {
      await fs.removeTree(copy)
    }
    return true
  }

  /**
   * Moves a finished temporary file to its object's place. Detached metadata, which may have changed, is replaced.
   * @returns `false` when the object was there before; the temporary file is then gone.
   */
  async place(temporary: string, name: ObjectName): Promise<boolean> {
    const { fs } = this.platform
    const relative = this.relativePath(name)
    const folder = `${this.destinationPath}/${relative.slice(0, 2)}`
    const path = `${this.destinationPath}/${relative}`
    const move = async (): Promise<boolean> => {
      if (name.type !== 'commitmeta') return fs.renameNew(temporary, path)
      await fs.rename(temporary, path)
      return true
    }
    let placed: boolean
    try {
      placed = await move()
    } catch (error) {
      // The first object of its folder: rarer than all others, which so need not look.
      if (!isIoError(error, 'ENOENT')) throw error
      await fs.ensureDirectory(folder, 0o777)
      placed = await move()
    }
    if (!placed) await fs.unlink(temporary)
    return placed
  }
}

/** @throws {@link OstreeError} `OBJECT_NOT_FOUND` */
export function objectNotFound(name: ObjectName): OstreeError {
  return name.type === 'file'
    ? new OstreeError('OBJECT_NOT_FOUND', { object: name.checksum, kind: 'content' })
    : new OstreeError('OBJECT_NOT_FOUND', { object: formatObjectName(name), kind: 'metadata' })
}
