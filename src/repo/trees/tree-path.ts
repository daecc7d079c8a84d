// Finding a path inside a commit, and walking what is below it. Paths are taken as the reference takes them: `.` and
// `..` are plain names, a link in the middle of a path is not followed, and `//` starts again at the root.
// Facts: spec/repository.md#paths

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Dirmeta } from '../../objects/dirmeta.ts'
import type { Dirtree } from '../../objects/dirtree.ts'
import { isSymlinkMode } from '../../objects/file-mode.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Repo } from '../repo.ts'
import { loadFile, readCommit, readDirmeta, readDirtree } from '../store/read-object.ts'

export interface TreeDirectory {
  readonly kind: 'directory'
  readonly treeChecksum: Checksum
  readonly metaChecksum: Checksum
}

/** A regular file or a symbolic link. */
export interface TreeFile {
  readonly kind: 'file'
  readonly checksum: Checksum
}

export type TreeEntry = TreeDirectory | TreeFile

/** An entry with the path it was found at: absolute, `/` for the root, as messages and lists print it. */
export type LocatedTreeEntry = TreeEntry & { readonly path: string }

/** What {@link walkTree} meets; a directory comes with its objects, which were read to go down into it. */
export type WalkedTreeEntry =
  | (TreeDirectory & { readonly path: string; readonly tree: Dirtree; readonly meta: Dirmeta })
  | (TreeFile & { readonly path: string })

export interface ResolveTreePathOptions {
  /** Goes on to a link's target when the path ends at one; links in the middle are never followed. Default `false`. */
  readonly followSymlinks?: boolean
}

/** Links one after another before giving up, as Linux does. */
const MAX_SYMLINKS = 40

/** The root directory of a commit. @throws {@link OstreeError} `OBJECT_NOT_FOUND` */
export async function commitRoot(repo: Repo, commit: Checksum): Promise<TreeDirectory> {
  const { rootTreeContents, rootTreeMetadata } = await readCommit(repo.store, commit)
  return { kind: 'directory', treeChecksum: rootTreeContents, metaChecksum: rootTreeMetadata }
}

/**
 * @param start - A commit, or the directory that counts as the root.
 * @param path - Relative to the root, with or without a leading slash.
 * @throws {@link OstreeError} `PATH_NOT_FOUND`; `FAILED` "Not a directory" where a file stands in the middle.
 */
export async function resolveTreePath(
  repo: Repo,
  start: Checksum | TreeDirectory,
  path: string,
  options: ResolveTreePathOptions = {},
): Promise<LocatedTreeEntry> {
  const root = typeof start === 'string' ? await commitRoot(repo, start) : start
  let components = resolveRelative([], path)
  for (let links = 0; ; links++) {
    const entry = await find(repo, root, components)
    if (options.followSymlinks !== true || entry.kind === 'directory') return entry
    const { info } = await loadFile(repo.store, entry.checksum)
    if (!isSymlinkMode(info.mode)) return entry
    if (links === MAX_SYMLINKS) throw new OstreeError('IO', { errno: 'ELOOP', call: 'open', path: entry.path })
    components = resolveRelative(components.slice(0, -1), info.symlinkTarget)
  }
}

/** `true` for the failures that say that a path leads nowhere, as opposed to a repository that lacks objects. */
export const isPathNotFound = (error: unknown): error is OstreeError<'PATH_NOT_FOUND'> =>
  isOstreeError(error, 'PATH_NOT_FOUND')

/** Joins as the reference does: an empty component stays and is looked up by that name, except that it starts anew. */
function resolveRelative(base: readonly string[], path: string): string[] {
  let components = [...base]
  for (let rest = path; ; ) {
    if (rest === '/') return []
    if (rest.startsWith('/')) {
      rest = rest.slice(1)
      if (components.length > 0) {
        components = []
        continue
      }
    }
    const slash = rest.indexOf('/')
    if (slash < 0) return [...components, rest]
    components.push(rest.slice(0, slash))
    rest = rest.slice(slash + 1)
  }
}

async function find(repo: Repo, root: TreeDirectory, components: readonly string[]): Promise<LocatedTreeEntry> {
  let entry: TreeEntry = root
  let tree: Dirtree | null = await loadDirectory(repo, root)
  let path = ''
  for (const name of components) {
    if (tree === null) throw new OstreeError('FAILED', { reason: 'Not a directory' })
    path = `${path}/${name}`
    entry = childOf(tree, name, path)
    tree = entry.kind === 'directory' ? await loadDirectory(repo, entry) : null
  }
  return { ...entry, path: path === '' ? '/' : path }
}

/** The directory's metadata must be there, too. */
async function loadDirectory(repo: Repo, directory: TreeDirectory): Promise<Dirtree> {
  const tree = await readDirtree(repo.store, directory.treeChecksum)
  await readDirmeta(repo.store, directory.metaChecksum)
  return tree
}

function childOf(tree: Dirtree, name: string, path: string): TreeEntry {
  const file = tree.files.find((entry) => entry.name === name)
  if (file !== undefined) return { kind: 'file', checksum: file.checksum }
  const directory = tree.directories.find((entry) => entry.name === name)
  if (directory === undefined) throw new OstreeError('PATH_NOT_FOUND', { path })
  return { kind: 'directory', treeChecksum: directory.treeChecksum, metaChecksum: directory.metaChecksum }
}

export interface WalkTreeOptions extends OperationOptions {
  /** Goes down into subdirectories. Default `true`; otherwise only the children of `entry` are met. */
  readonly recursive?: boolean
}

/**
 * Everything below a directory, itself left out, in the order of `ls -R`: a directory's files, then each subdirectory
 * followed by what is in it. Below a file there is nothing.
 * @throws {@link OstreeError} `FAILED` for a directory that contains itself, which only a forged object can.
 */
export async function* walkTree(
  repo: Repo,
  entry: TreeEntry & { readonly path?: string },
  options: WalkTreeOptions = {},
): AsyncGenerator<WalkedTreeEntry> {
  for await (const { directory, prefix, files } of walkDirectories(repo, entry, options)) {
    if (directory !== null) yield directory
    for (const { name, checksum } of files) yield { kind: 'file', checksum, path: `${prefix}/${name}` }
  }
}

/** What one step of {@link walkDirectories} meets. */
export interface WalkedDirectory {
  /** `null` for the directory that the walk starts in. */
  readonly directory: (WalkedTreeEntry & { readonly kind: 'directory' }) | null
  /** Its files' paths are this, a slash and their names. */
  readonly prefix: string
  /** None where the walk does not go down into it. */
  readonly files: Dirtree['files']
}

/** What {@link walkTree} meets, a directory at a time: a step for each file costs as much as reading its header. */
export async function* walkDirectories(
  repo: Repo,
  entry: TreeEntry & { readonly path?: string },
  options: WalkTreeOptions = {},
): AsyncGenerator<WalkedDirectory> {
  if (entry.kind === 'file') return
  const { recursive = true, signal } = options
  const prefix = entry.path === undefined || entry.path === '/' ? '' : entry.path
  const tree = await readDirtree(repo.store, entry.treeChecksum)
  const open: Level[] = [{ checksum: entry.treeChecksum, prefix, tree, next: 0 }]
  const metas = new Map<Checksum, Dirmeta>()
  yield { directory: null, prefix, files: tree.files }
  while (open.length > 0) {
    signal?.throwIfAborted()
    await repo.platform.breathe()
    const level = open[open.length - 1]!
    const directory = level.tree.directories[level.next++]
    if (directory === undefined) {
      open.pop()
      continue
    }
    const { treeChecksum, metaChecksum } = directory
    if (open.some(({ checksum }) => checksum === treeChecksum)) {
      throw new OstreeError('FAILED', { reason: `Directory ${treeChecksum}.dirtree contains itself` })
    }
    const path = `${level.prefix}/${directory.name}`
    const below = await readDirtree(repo.store, treeChecksum)
    const meta = metas.get(metaChecksum) ?? (await readDirmeta(repo.store, metaChecksum))
    if (metas.size < MAX_KEPT_METAS) metas.set(metaChecksum, meta)
    yield {
      directory: { kind: 'directory', treeChecksum, metaChecksum, path, tree: below, meta },
      prefix: path,
      files: recursive ? below.files : [],
    }
    if (recursive) open.push({ checksum: treeChecksum, prefix: path, tree: below, next: 0 })
  }
}

/** Most directories of a tree share a few metadata objects. */
const MAX_KEPT_METAS = 256

/** A directory on the way down; `next` is the subdirectory to go into next. */
interface Level {
  readonly checksum: Checksum
  readonly prefix: string
  readonly tree: Dirtree
  next: number
}
