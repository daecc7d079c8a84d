// Comparing two trees: commits, or directories on disk. Facts: spec/repository.md#diff

import type { Checksum } from '../../objects/checksum.ts'
import type { ObjectType } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Repo } from '../repo.ts'
import { type ChecksumFileOptions, checksumStat, lstatExplained } from '../store/checksum-file.ts'
import { objectPath } from '../store/delete-object.ts'
import { readDirtree } from '../store/read-object.ts'
import { ObjectSet, traverseCommit } from './traverse.ts'
import { commitRoot, type TreeDirectory } from './tree-path.ts'

/** One side: a commit, or an absolute path on disk. */
export type DiffSide = { readonly commit: Checksum } | { readonly path: string }

export interface DiffOptions extends OperationOptions {
  /** Do not look at extended attributes. Default `false`; a repository that has none implies it. */
  readonly ignoreXattrs?: boolean
  /** Owner to assume for files of the right side that lie on disk. */
  readonly uid?: number
  readonly gid?: number
}

export interface DiffResult {
  /** Paths relative to the roots, without a leading slash; a removed directory stands for all below it. */
  readonly modified: readonly string[]
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** A file or directory of one side; `checksum` speaks of a directory's own metadata, not of what is in it. */
interface Node {
  readonly directory: boolean
  checksum(): Promise<Checksum>
  /** By name, in order. */
  children(): Promise<ReadonlyMap<string, Node>>
  /** Two directories with the same key have the same contents. */
  readonly treeChecksum: Checksum | null
}

export async function diff(
  repo: Repo,
  left: DiffSide,
  right: DiffSide,
  options: DiffOptions = {},
): Promise<DiffResult> {
  const hasNoXattrs = repo.config.disableXattrs || repo.mode === 'bare-user-only'
  const ignoreXattrs = options.ignoreXattrs === true || (('commit' in left || 'commit' in right) && hasNoXattrs)
  const owner = {
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  }
  const a = await openSide(repo, left, { ignoreXattrs })
  const b = await openSide(repo, right, { ignoreXattrs, ...owner })
  const result = { modified: [] as string[], removed: [] as string[], added: [] as string[] }
  await compareDirectories(repo, a, b, '', result, options.signal)
  return result
}

async function openSide(repo: Repo, side: DiffSide, options: ChecksumFileOptions): Promise<Node> {
  return 'commit' in side ? treeNode(repo, await commitRoot(repo, side.commit)) : diskNode(repo, side.path, options)
}

function treeNode(repo: Repo, { treeChecksum, metaChecksum }: Omit<TreeDirectory, 'kind'>): Node {
  return {
    directory: true,
    treeChecksum,
    checksum: async () => metaChecksum,
    async children() {
      const tree = await readDirtree(repo.store, treeChecksum)
      const nodes = new Map<string, Node>()
      for (const { name, checksum } of tree.files) nodes.set(name, fileNode(checksum))
      for (const directory of tree.directories) nodes.set(directory.name, treeNode(repo, directory))
      return nodes
    },
  }
}

function fileNode(checksum: Checksum): Node {
  return { directory: false, treeChecksum: null, checksum: async () => checksum, children: async () => new Map() }
}

async function diskNode(repo: Repo, path: string, options: ChecksumFileOptions): Promise<Node> {
  const { platform } = repo
  const stat = await lstatExplained(platform, path)
  return {
    directory: stat.kind === 'directory',
    treeChecksum: null,
    checksum: () => checksumStat(platform, path, stat, options),
    async children() {
      const names = (await platform.fs.readDirectory(path)).map(({ name }) => name).sort()
      const nodes = new Map<string, Node>()
      for (const name of names) {
        nodes.set(name, await diskNode(repo, `${path}/${name}`, options))
        await platform.breathe()
      }
      return nodes
    },
  }
}

async function compareDirectories(
  repo: Repo,
  a: Node,
  b: Node,
  prefix: string,
  result: { modified: string[]; removed: string[]; added: string[] },
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted()
  await repo.platform.breathe()
  if (a.treeChecksum !== null && a.treeChecksum === b.treeChecksum) return
  const left = await a.children()
  const right = await b.children()
  for (const [name, nodeA] of left) {
    const path = prefix + name
    const nodeB = right.get(name)
    if (nodeB === undefined) result.removed.push(path)
    else if (nodeA.directory !== nodeB.directory) result.modified.push(path)
    else {
      if ((await nodeA.checksum()) !== (await nodeB.checksum())) result.modified.push(path)
      if (nodeA.directory) await compareDirectories(repo, nodeA, nodeB, `${path}/`, result, signal)
      await repo.platform.breathe()
    }
  }
  for (const [name, nodeB] of right) if (!left.has(name)) await addAll(nodeB, prefix + name, result.added)
}

async function addAll(node: Node, path: string, added: string[]): Promise<void> {
  added.push(path)
  if (!node.directory) return
  for (const [name, child] of await node.children()) await addAll(child, `${path}/${name}`, added)
}

export interface DiffStats {
  readonly leftObjects: number
  readonly rightObjects: number
  readonly commonObjects: number
  /** Bytes that the common objects take up in the repository. */
  readonly commonBytes: number
}

/** How much of two commits is shared. */
export async function diffStats(
  repo: Repo,
  left: Checksum,
  right: Checksum,
  options: OperationOptions = {},
): Promise<DiffStats> {
  const { signal } = options
  const [a, b] = [new ObjectSet(), new ObjectSet()]
  await traverseCommit(repo, left, a, { signal })
  await traverseCommit(repo, right, b, { signal })
  let commonObjects = 0
  let commonBytes = 0
  for (const type of ['commit', 'dirtree', 'dirmeta', 'file'] as const satisfies readonly ObjectType[]) {
    for (const checksum of a.of(type)) {
      if (!b.has(type, checksum)) continue
      commonObjects++
      commonBytes += (await repo.platform.fs.lstat(objectPath(repo, { checksum, type }))).sizeBytes
      await repo.platform.breathe()
    }
  }
  return { leftObjects: a.size, rightObjects: b.size, commonObjects, commonBytes }
}
