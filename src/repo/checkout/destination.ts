// The directories of a checkout: made closed to everyone else, filled, and given their owner and mode last. In a union,
// symbolic links in the place of directories are followed only where they stay inside the destination.

import { isIoError, OstreeError, prefixed, retold } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Dirmeta } from '../../objects/dirmeta.ts'
import { MODE } from '../../objects/file-mode.ts'
import type { FileSystem, Platform } from '../../platform/types.ts'
import type { CheckoutMode, OverwriteMode, TargetDirectory } from './options.ts'
import { setLabel, setXattrs, withoutLabel } from './set-xattrs.ts'

export interface DestinationOptions {
  readonly mode: CheckoutMode
  readonly overwrite: OverwriteMode
  readonly whiteouts: boolean
  readonly bareUserOnlyDirs: boolean
  /** Give new directories the modification time 0. */
  readonly setTime: boolean
  readonly fsync: boolean
  /** The device that must be the destination's, too: that of the repository, where links are required. */
  readonly device: string | null
}

/** A directory that is open for files. */
export interface OpenDirectory extends TargetDirectory {
  /** The names that lead to it from the destination; no links among them. */
  readonly components: readonly string[]
  /** A symbolic link led here. */
  readonly viaLink: boolean
}

export interface DirectoryToMake {
  /** `null` for the destination itself. */
  readonly parent: OpenDirectory | null
  /** For the destination, its path as given. */
  readonly name: string
  readonly meta: Dirmeta
  readonly metaChecksum: Checksum
  /** It hides what is there already. */
  readonly opaque: boolean
  /** Its label where the running kernel has a policy; see {@link hostHasSelinux}. */
  readonly label: string | null | undefined
}

/** New directories are for their maker alone until they are done. */
const CLOSED = 0o700
const BARE_USER_ONLY_BITS = 0o775
const MAX_SYMLINKS = 40

export class Destination {
  readonly #platform: Platform
  readonly #root: string
  readonly #options: DestinationOptions
  constructor(platform: Platform, root: string, options: DestinationOptions) {
    this.#platform = platform
    this.#root = root
    this.#options = options
  }

  async enter(request: DirectoryToMake): Promise<OpenDirectory> {
    const { parent, name } = request
    const path = parent === null ? this.#root : `${parent.path}/${name}`
    await this.#clear(path, request.opaque)
    const made = await this.#tryMake(path, parent?.existed ?? true)
    if (!made) return this.#enterExisting(parent, name, path)
    const components = parent === null ? [] : [...parent.components, name]
    const inherited = parent === null || parent.existed ? path : parent.scratchParent
    const directory = { path, existed: false, scratchParent: inherited, components, viaLink: false }
    if (parent === null || parent.existed) await this.#checkDevice(path)
    await this.#setAttributes(path, request)
    return directory
  }

  async #clear(path: string, opaque: boolean): Promise<void> {
    const { fs } = this.#platform
    const { whiteouts, overwrite } = this.#options
    if (opaque) await fs.removeTree(path)
    else if (whiteouts && overwrite === 'union-files') {
      const stat = await fs.tryLstat(path)
      if (stat !== undefined && stat.kind !== 'directory') await fs.removeTree(path)
    }
  }

  /** `false`: something is there, and may stay. */
  async #tryMake(path: string, mayExist: boolean): Promise<boolean> {
    const { fs } = this.#platform
    const union = this.#options.overwrite !== 'none'
    // Looking first is cheaper than an exception for each directory of a second checkout.
    if (union && mayExist && (await fs.tryLstat(path)) !== undefined) return false
    try {
      await fs.mkdir(path, CLOSED)
      return true
    } catch (error) {
      if (union && isIoError(error, 'EEXIST')) return false
      throw retold(error, 'mkdirat')
    }
  }

  async #enterExisting(parent: OpenDirectory | null, name: string, path: string): Promise<OpenDirectory> {
    const { fs } = this.#platform
    const stat = parent === null ? await fs.tryStat(path) : await fs.lstat(path)
    if (stat?.kind === 'directory') {
      await this.#checkDevice(path)
      const components = parent === null ? [] : [...parent.components, name]
      return { path, existed: true, scratchParent: path, components, viaLink: false }
    }
    if (parent === null || stat?.kind !== 'symlink') {
      throw openFailed(stat === undefined ? 'ENOENT' : 'ENOTDIR', name)
    }
    const components = await this.#follow(parent, name, path)
    const target = [this.#root, ...components].join('/')
    await this.#checkDevice(target)
    return { path: target, existed: true, scratchParent: target, components, viaLink: true }
  }

  /**
   * The link-free way to where a link leads. Outside is no place to write to, and while things are being deleted the way
   * could change behind our back.
   */
  async #follow(parent: OpenDirectory, name: string, path: string): Promise<readonly string[]> {
    const { fs } = this.#platform
    if (this.#options.whiteouts) throw refused(name)
    const found = [...parent.components]
    const pending = partsOf(await fs.readlink(path), name)
    for (let links = 1; pending.length > 0; ) {
      const part = pending.pop()!
      if (part === '' || part === '.') continue
      if (part === '..') {
        if (found.pop() === undefined) throw refused(name)
        continue
      }
      const next = [this.#root, ...found, part].join('/')
      const stat = await fs.tryLstat(next)
      if (stat?.kind === 'directory') found.push(part)
      else if (stat?.kind !== 'symlink') throw openFailed(stat === undefined ? 'ENOENT' : 'ENOTDIR', name)
      else if (++links > MAX_SYMLINKS) throw openFailed('ELOOP', name)
      else pending.push(...partsOf(await fs.readlink(next), name))
    }
    return found
  }

  async #checkDevice(path: string): Promise<void> {
    const { device } = this.#options
    if (device === null) return
    const own = await deviceOf(this.#platform.fs, path)
    if (own === device) return
    const reason = `Unable to do hardlink checkout across devices (src=${device} destination=${own})`
    throw new OstreeError('FAILED', { reason })
  }

  async #setAttributes(path: string, { meta, metaChecksum, label }: DirectoryToMake): Promise<void> {
    if (label) await setLabel(this.#platform, path, label)
    if (this.#options.mode === 'user') return
    try {
      const xattrs = label === undefined ? meta.xattrs : withoutLabel(meta.xattrs)
      await setXattrs(this.#platform, path, xattrs, 'fsetxattr')
    } catch (error) {
      throw prefixed(error, `Processing dirmeta ${metaChecksum}`)
    }
  }

  /** Opens a directory to the world. Nothing may be added to it afterwards. */
  async finish(directory: OpenDirectory, meta: Dirmeta): Promise<void> {
    const { mode, bareUserOnlyDirs, setTime, fsync } = this.#options
    if (directory.existed && !fsync) return
    const handle = await this.#platform.fs.open(directory.path, 'r')
    try {
      if (!directory.existed) {
        const permissions = meta.mode & (bareUserOnlyDirs ? BARE_USER_ONLY_BITS : MODE.permissions)
        await attempt('fchmod', () => handle.chmod(permissions))
        if (mode !== 'user') await attempt(undefined, () => handle.chown(meta.uid, meta.gid))
        if (setTime) await attempt(undefined, () => handle.utimes(null, 0))
      }
      if (fsync) await attempt(undefined, () => handle.sync())
    } finally {
      await handle.close()
    }
  }
}

/** The device number that holds `path`, a final link followed. */
export async function deviceOf(fs: FileSystem, path: string): Promise<string> {
  const devino = await fs.devino(`${path}/.`)
  return devino.slice(0, devino.indexOf(':'))
}

/** A link's target in reverse: what comes next stands last. */
function partsOf(target: string, name: string): string[] {
  if (target.startsWith('/')) throw refused(name)
  return target.split('/').reverse()
}

function refused(name: string): OstreeError {
  return new OstreeError('FAILED', {
    reason: `opendir(${name}): Refusing to follow a symbolic link in the destination`,
  })
}

function openFailed(errno: string, name: string): unknown {
  return new OstreeError('IO', { errno, call: 'opendir', path: name })
}

async function attempt(label: string | undefined, action: () => unknown): Promise<void> {
  try {
    await action()
  } catch (error) {
    throw retold(error, label)
  }
}
