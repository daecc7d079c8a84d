// Checking out: a commit, or a part of it, as a real directory tree. Facts: spec/repository.md#checkout

import { OstreeError, retold } from '../../errors.ts'
import { resolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { loadFile } from '../store/read-object.ts'
import { commitRoot, type LocatedTreeEntry, resolveTreePath } from '../trees/tree-path.ts'
import { checkoutTree, type TreeCheckoutRequest, type TreeCheckoutResult } from './checkout-tree.ts'
import { type DestinationOptions, deviceOf } from './destination.ts'
import { type CheckoutMode, type CheckoutOptions, isLinkable, type PlacementOptions } from './options.ts'
import { FilePlacer, type PlacementHooks } from './place-file.ts'
import { hostHasSelinux } from './set-xattrs.ts'

export type { CheckoutLabels, CheckoutMode, CheckoutOptions, CheckoutProgress, OverwriteMode } from './options.ts'

export type CheckoutResult = TreeCheckoutResult

/**
 * Makes what a commit holds appear in `destination`, whose parent must exist. What fails or is aborted midway leaves
 * what it made so far, whole files only, in directories that are closed to others.
 * @param rev - A commit, or whatever {@link resolveRev} makes one of.
 * @throws {@link OstreeError} `REF_NOT_FOUND`, `OBJECT_NOT_FOUND`, `PATH_NOT_FOUND`, `IO`; `FAILED` where files cannot
 * be linked but must, or a commit is forged.
 */
export async function checkout(
  repo: Repo,
  rev: string,
  destination: string,
  options: CheckoutOptions = {},
): Promise<CheckoutResult> {
  checkOptions(options)
  const commit = await resolveRev(repo, rev)
  const { subpath = '/', signal } = options
  signal?.throwIfAborted()
  const root = await commitRoot(repo, commit)
  const entry = await resolveTreePath(repo, root, subpath)
  if (entry.kind === 'file') return checkoutFile(repo, entry, destination, options)
  return checkoutTree({ ...(await plan(repo, destination, options)), root: entry })
}

function checkOptions({ forceCopy, requireHardlinks, labels, overwrite }: CheckoutOptions): void {
  const reason =
    forceCopy && requireHardlinks
      ? 'Cannot specify both --require-hardlinks and --force-copy'
      : labels !== undefined && forceCopy !== true
        ? 'labels need forceCopy'
        : overwrite === 'union-identical' && requireHardlinks !== true
          ? '--union-identical requires --require-hardlinks'
          : null
  if (reason !== null) throw new OstreeError('INVALID_ARGUMENT', { reason })
}

async function plan(
  repo: Repo,
  destination: string,
  options: CheckoutOptions,
): Promise<Omit<TreeCheckoutRequest, 'root'>> {
  const { labels, forceCopy = false, requireHardlinks = false, bareUserOnlyDirs = false } = options
  const placement = placementOptions(repo, options)
  const { mode, overwrite, whiteouts, fsync } = placement
  const directories: DestinationOptions = {
    mode,
    overwrite,
    whiteouts,
    fsync,
    bareUserOnlyDirs: bareUserOnlyDirs || repo.mode === 'bare-user-only',
    setTime: !forceCopy,
    device: requireHardlinks ? await deviceOf(repo.platform.fs, repo.path) : null,
  }
  const prefix = labels?.prefix ?? options.subpath ?? '/'
  return {
    repo,
    destination,
    options,
    placement,
    directories,
    hooks: await placementHooks(repo, options),
    copies: forceCopy || !linksSomewhere(repo.store, mode) || (await isElsewhere(repo, destination)),
    labelPrefix: prefix.endsWith('/') ? prefix : `${prefix}/`,
  }
}

function placementOptions(repo: Repo, options: CheckoutOptions): PlacementOptions {
  return {
    store: { ...repo.store.options, fsync: options.fsyncCache ?? repo.config.fsync },
    mode: repo.mode === 'bare-user-only' ? 'user' : (options.mode ?? 'none'),
    overwrite: options.overwrite ?? 'none',
    forceCopy: options.forceCopy ?? false,
    requireHardlinks: options.requireHardlinks ?? false,
    whiteouts: options.whiteouts ?? false,
    passthroughWhiteouts: options.passthroughWhiteouts ?? false,
    uncompressedCache: (options.uncompressedCache ?? false) && repo.config.uncompressedCache,
    fsync: options.fsync ?? false,
  }
}

async function placementHooks(repo: Repo, options: CheckoutOptions): Promise<PlacementHooks> {
  const { labels, devinoCache } = options
  const labelled = labels !== undefined && !repo.config.disableXattrs
  return {
    hostSelinux: labelled && (await hostHasSelinux(repo.platform)),
    ...(labelled && { labels }),
    ...(devinoCache !== undefined && { devinoCache }),
  }
}

/** True where links to objects are to be had without inflating anything. */
function linksSomewhere(store: LooseStore, mode: CheckoutMode): boolean {
  return isLinkable(store.mode, mode) || (store.parent !== null && linksSomewhere(store.parent, mode))
}

/** True on another file system than the repository's, where nothing can be linked. */
async function isElsewhere({ platform, path }: Repo, destination: string): Promise<boolean> {
  const { fs } = platform
  const trimmed = destination.replace(/\/+$/, '')
  const parent = trimmed.includes('/') ? trimmed.slice(0, trimmed.lastIndexOf('/') + 1) : '.'
  for (const place of [destination, parent]) {
    if ((await fs.tryStat(place))?.kind === 'directory')
      return (await deviceOf(fs, place)) !== (await deviceOf(fs, path))
  }
  return false
}

/** One file appears in the destination, which is made for it but stays closed to others; `.` is taken as it is. */
async function checkoutFile(
  repo: Repo,
  entry: LocatedTreeEntry & { readonly kind: 'file' },
  destination: string,
  options: CheckoutOptions,
): Promise<CheckoutResult> {
  const { placement, hooks, labelPrefix } = await plan(repo, destination, options)
  await loadFile(repo.store, entry.checksum)
  if (destination !== '.') await makeUnlessThere(repo, destination)
  const placer = new FilePlacer(repo.platform, placement, hooks)
  try {
    const directory = { path: destination, existed: true, scratchParent: destination }
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    await placer.place(directory, { name, checksum: entry.checksum, labelPath: labelPrefix })
  } finally {
    await placer.scratch.removeAll()
  }
  return { files: 1, directories: 0, updatedCachePrefixes: placer.updatedCachePrefixes }
}

async function makeUnlessThere({ platform }: Repo, destination: string): Promise<void> {
  if ((await platform.fs.tryLstat(destination)) === undefined) {
    try {
      return await platform.fs.mkdir(destination, 0o700)
    } catch (error) {
      throw retold(error, 'mkdirat')
    }
  }
  const stat = await platform.fs.tryStat(destination)
  if (stat?.kind === 'directory') return
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path: destination })
}
