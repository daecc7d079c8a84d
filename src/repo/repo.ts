// The handle on a repository: its config, its object store, its lock. Facts: spec/repository.md#layout

import { isIoError, OstreeError, prefixed } from '../errors.ts'
import { KeyFile } from '../keyfile/key-file.ts'
import type { LockKind, Platform } from '../platform/types.ts'
import { parseRemotes, parseRepoConfig, type RemoteConfig, type RepoConfig } from './config/config.ts'
import type { RepoMode } from './config/repo-mode.ts'
import { RepoLock } from './lock.ts'
import { LooseStore, type StoreOptions } from './store/loose-store.ts'

export interface OpenRepoOptions {
  /** Overrides `core.fsync`; `false` leaves writing to disk to the system. */
  readonly fsync?: boolean
  /** Overrides `core.per-object-fsync`. */
  readonly perObjectFsync?: boolean
  /** A folder of `*.conf` files that define more remotes. Default: `/etc/ostree/remotes.d` for `/ostree/repo`. */
  readonly remotesConfigDir?: string
}

const SYSTEM_REPO = '/ostree/repo'
const SYSTEM_REMOTES = '/etc/ostree/remotes.d'

export class Repo {
  readonly platform: Platform
  /** As it was given; messages use it. */
  readonly path: string
  readonly config: RepoConfig
  /** The config file as read, for options that only one operation asks for. */
  readonly configFile: KeyFile
  readonly store: LooseStore
  readonly parent: Repo | null
  readonly remotes: ReadonlyMap<string, RemoteConfig>
  /** Why nothing can be written, as an errno; `null` where it can. */
  readonly writeRefusal: string | null
  readonly #lock: RepoLock

  /** Use {@link openRepo}. */
  constructor(fields: {
    readonly platform: Platform
    readonly path: string
    readonly config: RepoConfig
    readonly configFile: KeyFile
    readonly parent: Repo | null
    readonly remotes: ReadonlyMap<string, RemoteConfig>
    readonly writeRefusal: string | null
  }) {
    this.platform = fields.platform
    this.path = fields.path
    this.config = fields.config
    this.configFile = fields.configFile
    this.parent = fields.parent
    this.remotes = fields.remotes
    this.writeRefusal = fields.writeRefusal
    this.store = new LooseStore(this.platform, storeOptions(this))
    this.#lock = new RepoLock(this.platform, this.path, this.config.lockTimeout)
  }

  /** Someone who may not write may still read; locks are then neither possible nor needed. */
  get writable(): boolean {
    return this.writeRefusal === null
  }

  get mode(): RepoMode {
    return this.config.mode
  }

  get tmpPath(): string {
    return `${this.path}/tmp`
  }

  /** The same repository, with another answer to whether writing waits for the disk. */
  withFsync(fsync: boolean): Repo {
    return fsync === this.config.fsync ? this : new Repo({ ...this, config: { ...this.config, fsync } })
  }

  /** The same repository, knowing one more remote, which no config has. */
  withRemote(remote: RemoteConfig): Repo {
    return new Repo({ ...this, remotes: new Map([...this.remotes, [remote.name, remote]]) })
  }

  /** Takes the repository lock while `work` runs. Locks nest; see {@link RepoLock}. */
  async withLock<T>(
    kind: LockKind,
    options: { readonly signal?: AbortSignal | undefined },
    work: () => Promise<T>,
  ): Promise<T> {
    if (!this.writable) return work()
    await this.#lock.push(kind, options.signal)
    try {
      return await work()
    } finally {
      await this.#lock.pop(kind)
    }
  }

  /** For holders with a lifetime of their own, such as a transaction: pair it with {@link unlock}. */
  async lock(kind: LockKind, signal?: AbortSignal): Promise<void> {
    if (this.writable) await this.#lock.push(kind, signal)
  }

  async unlock(kind: LockKind): Promise<void> {
    if (this.writable) await this.#lock.pop(kind)
  }
}

function storeOptions(repo: Repo): StoreOptions {
  const { config } = repo
  return {
    path: repo.path,
    mode: config.mode,
    disableXattrs: config.disableXattrs,
    zlibLevel: config.zlibLevel,
    perObjectFsync: config.perObjectFsync,
    fsync: config.fsync,
    payloadLinkThreshold: config.payloadLinkThreshold,
    staging: null,
    parent: repo.parent === null ? null : repo.parent.store.options,
  }
}

/**
 * Opens the repository in a folder. Makes its `tmp` anew when it is missing and the folder is writable.
 * @throws {@link OstreeError} `IO` `ENOENT` where there is none; `INVALID_ARGUMENT` for a config that makes no sense.
 */
export async function openRepo(platform: Platform, path: string, options: OpenRepoOptions = {}): Promise<Repo> {
  try {
    return await open(platform, path, options)
  } catch (error) {
    throw prefixed(error, 'opening repo')
  }
}

async function open(platform: Platform, path: string, options: OpenRepoOptions): Promise<Repo> {
  const { fs } = platform
  await requireDirectory(platform, path, path)
  await requireDirectory(platform, `${path}/objects`, 'objects')
  const writeRefusal = await fs.writeRefusal(`${path}/objects`)
  if (writeRefusal === null) await prepareTmp(platform, path)
  else await requireDirectory(platform, `${path}/tmp`, 'tmp')

  const configFile = await readConfigFile(platform, path)
  const parsed = parseRepoConfig(configFile)
  const config: RepoConfig = {
    ...parsed,
    fsync: options.fsync ?? parsed.fsync,
    perObjectFsync: options.perObjectFsync ?? parsed.perObjectFsync,
  }
  const parent = config.parentPath === null ? null : await openParent(platform, config.parentPath)
  const remotes = new Map<string, RemoteConfig>()
  try {
    addRemotes(remotes, parseRemotes(configFile, null))
    for (const folder of await remoteFolders(platform, path, options)) await addRemotesIn(platform, remotes, folder)
  } catch (error) {
    throw prefixed(error, 'Reloading remotes')
  }
  return new Repo({ platform, path, config, configFile, parent, remotes, writeRefusal })
}

async function requireDirectory(platform: Platform, path: string, shown: string): Promise<void> {
  const stat = await platform.fs.tryStat(path)
  if (stat?.kind === 'directory') return
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path: shown })
}

async function prepareTmp(platform: Platform, path: string): Promise<void> {
  await platform.fs.ensureDirectory(`${path}/tmp`, 0o775)
  if (platform.environment('OSTREE_SKIP_CACHE') === undefined) {
    await platform.fs.ensureDirectory(`${path}/tmp/cache`, 0o775)
  }
}

async function readConfigFile(platform: Platform, path: string): Promise<KeyFile> {
  const bytes = await platform.fs.tryReadFile(`${path}/config`)
  if (bytes === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path: 'config' })
  try {
    return KeyFile.parse(bytes)
  } catch (error) {
    throw prefixed(error, "Couldn't parse config file")
  }
}

/** As in the reference, a relative path counts from the current directory. */
async function openParent(platform: Platform, parentPath: string): Promise<Repo> {
  try {
    return await openRepo(platform, parentPath)
  } catch (error) {
    throw prefixed(error, `While checking parent repository '${parentPath}'`)
  }
}

function addRemotes(known: Map<string, RemoteConfig>, more: readonly RemoteConfig[]): void {
  for (const remote of more) {
    if (known.has(remote.name)) {
      throw new OstreeError('FAILED', { reason: `Multiple specifications found for remote "${remote.name}"` })
    }
    known.set(remote.name, remote)
  }
}

/** The system's repository has a folder of remotes of its own; another one only where the caller names it. */
export async function remoteFolders(platform: Platform, path: string, options: OpenRepoOptions): Promise<string[]> {
  if (options.remotesConfigDir !== undefined) return [options.remotesConfigDir]
  if ((await platform.fs.tryStat(SYSTEM_REPO)) === undefined) return []
  return (await platform.fs.devino(SYSTEM_REPO)) === (await platform.fs.devino(path)) ? [SYSTEM_REMOTES] : []
}

async function addRemotesIn(platform: Platform, known: Map<string, RemoteConfig>, folder: string): Promise<void> {
  const entries = (await platform.fs.tryReadDirectory(folder)) ?? []
  for (const { name, kind } of entries) {
    if (kind !== 'file' || !name.endsWith('.conf')) continue
    const path = `${folder}/${name}`
    try {
      addRemotes(known, parseRemotes(KeyFile.parse(await platform.fs.readFile(path)), path))
    } catch (error) {
      if (isIoError(error, 'ENOENT')) continue
      throw prefixed(error, `Failed to parse ${path}`)
    }
  }
}
