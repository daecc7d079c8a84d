// Summaries of remotes as they were last fetched, with what tells their servers which version that was: the ETag in
// `user.etag`, Last-Modified as the file's time. Facts: spec/summary.md#cache

import { equalBytes } from '../../bytes/compare.ts'
import { encodeUtf8, tryDecodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, isOstreeError } from '../../errors.ts'
import { replaceFile } from '../../repo/replace-file.ts'
import type { Repo } from '../../repo/repo.ts'
import type { CacheValidators } from './types.ts'
import { NO_VALIDATORS } from './validators.ts'

/** `summary` and `summary.sig`, which are cached together. */
export type SummaryFile = '' | '.sig'

const ETAG_XATTR = 'user.etag'

export class SummaryCache {
  readonly #repo: Repo
  readonly #folder: string | null
  readonly #remote: string

  /** @param cacheDir - `null`: nothing is cached. */
  constructor(repo: Repo, cacheDir: string | null, remote: string) {
    this.#repo = repo
    this.#folder = cacheDir === null ? null : `${cacheDir}/summaries`
    this.#remote = remote
  }

  async read(file: SummaryFile): Promise<Uint8Array | undefined> {
    const path = this.#path(file)
    return path === null ? undefined : this.#repo.platform.fs.tryReadFile(path)
  }

  /** Of the cached file; without one, none. */
  async validators(file: SummaryFile): Promise<CacheValidators> {
    const { fs, xattrs } = this.#repo.platform
    const path = this.#path(file)
    const stat = path === null ? undefined : await fs.tryStat(path)
    if (path === null || stat === undefined) return NO_VALIDATORS
    const etag = xattrs === null ? undefined : await orNothing(() => xattrs.get(path, ETAG_XATTR))
    return { etag: etagText(etag), lastModified: Math.floor(stat.mtimeMs / 1000) }
  }

  /** The cached summary, where it was cached with this very signature file. */
  async summaryOfSignature(signature: Uint8Array): Promise<Uint8Array | undefined> {
    const cached = await this.read('.sig')
    if (cached === undefined || !equalBytes(cached, signature)) return undefined
    const summary = await this.read('')
    const path = this.#path('.sig')
    if (summary === undefined && path !== null) await this.#repo.platform.fs.unlink(path)
    return summary
  }

  /** Keeps both. @throws {@link OstreeError} `IO` */
  async store(files: readonly (readonly [SummaryFile, Uint8Array, CacheValidators])[]): Promise<void> {
    if (this.#folder === null) return
    await this.#repo.platform.fs.ensureDirectory(this.#folder)
    for (const [file, bytes, validators] of files) {
      const path = `${this.#folder}/${this.#remote}${file}`
      await replaceFile(this.#repo, path, bytes)
      await this.#keepValidators(path, validators)
    }
  }

  async #keepValidators(path: string, { etag, lastModified }: CacheValidators): Promise<void> {
    const { fs, xattrs } = this.#repo.platform
    if (xattrs !== null && etag !== null) await orNothing(() => xattrs.set(path, ETAG_XATTR, encodeUtf8(etag)))
    if (lastModified !== null && lastModified > 0) await fs.lutimes(path, Date.now() / 1000, lastModified)
  }

  #path(file: SummaryFile): string | null {
    return this.#folder === null ? null : `${this.#folder}/${this.#remote}${file}`
  }
}

/** Where a repository caches what may be fetched again; `null` where it must not, or cannot. */
export function defaultCacheDir(repo: Repo): string | null {
  return repo.writable && repo.platform.environment('OSTREE_SKIP_CACHE') === undefined ? `${repo.tmpPath}/cache` : null
}

function etagText(bytes: Uint8Array | undefined): string | null {
  if (bytes === undefined || bytes.length === 0 || bytes.includes(0)) return null
  return tryDecodeUtf8(bytes) ?? null
}

/** A cache without its validators only costs a download: a host or file system without them is no failure. */
async function orNothing<T>(access: () => T): Promise<Awaited<T> | undefined> {
  try {
    return await access()
  } catch (error) {
    if (isIoError(error) || isOstreeError(error, 'UNSUPPORTED')) return undefined
    throw error
  }
}
