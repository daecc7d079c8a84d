// What a commit reaches: parents up to a depth, directories, files. Facts: spec/repository.md#reachability

import { isOstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { decodeCommit } from '../../objects/commit.ts'
import type { Dirtree } from '../../objects/dirtree.ts'
import type { ObjectType } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import { listCollectionRefs, listRefs } from '../refs/list-refs.ts'
import type { Repo } from '../repo.ts'
import { readCommitState } from '../store/commit-state.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { readDirtree, tryReadMetadata } from '../store/read-object.ts'

/** Objects by type. A set per type: far less memory than a set of names (measured: bench/repository). */
export class ObjectSet {
  /** How many parents were followed from a commit on: a later visit that asks for no more may stop there. */
  readonly depths = new Map<Checksum, number>()
  readonly #byType = new Map<ObjectType, Set<Checksum>>()

  /** @returns `false` when it was there before. */
  add(type: ObjectType, checksum: Checksum): boolean {
    const set = this.of(type)
    const before = set.size
    return set.add(checksum).size !== before
  }

  has(type: ObjectType, checksum: Checksum): boolean {
    return this.#byType.get(type)?.has(checksum) ?? false
  }

  of(type: ObjectType): Set<Checksum> {
    let set = this.#byType.get(type)
    if (set === undefined) {
      set = new Set()
      this.#byType.set(type, set)
    }
    return set
  }

  get size(): number {
    let size = 0
    for (const set of this.#byType.values()) size += set.size
    return size
  }
}

export interface TraverseOptions extends OperationOptions {
  /** Parents followed behind the commit; `-1` follows all. Default `0`. */
  readonly depth?: number
  /** Count an object that breaks its format as reached, and go no further there. Default `false`. */
  readonly tolerant?: boolean
  /** Stay with commits; do not go into their trees. Default `false`. */
  readonly commitOnly?: boolean
}

/**
 * Adds everything that a commit reaches. A missing parent ends the history; missing directories are passed over in
 * commits that are marked partial.
 * @throws {@link OstreeError} `OBJECT_NOT_FOUND`
 */
export async function traverseCommit(
  repo: Repo,
  start: Checksum,
  reachable: ObjectSet,
  options: TraverseOptions = {},
): Promise<void> {
  const { depth = 0 } = options
  let left = depth < 0 ? Number.POSITIVE_INFINITY : depth
  for (let checksum: Checksum | null = start; checksum !== null; left--) {
    options.signal?.throwIfAborted()
    if (left < 0 || left <= (reachable.depths.get(checksum) ?? -1)) return
    const bytes: Uint8Array | undefined = await tryReadMetadata(repo.store, checksum, 'commit')
    // The history was cut off here, by a shallow pull say.
    if (bytes === undefined) return
    const commit = decodeCommit(bytes)
    reachable.depths.set(checksum, left)
    if (reachable.add('commit', checksum) && options.commitOnly !== true) {
      const partial = (await readCommitState(repo, checksum)) !== 'normal'
      reachable.add('dirmeta', commit.rootTreeMetadata)
      await traverseDirtree(repo, commit.rootTreeContents, reachable, {
        ignoreMissing: partial,
        tolerant: options.tolerant ?? false,
        signal: options.signal,
      })
    }
    checksum = commit.parentChecksum
  }
}

/** Depth first, with a stack of its own: a deep tree cannot overflow the call stack. */
export async function traverseDirtree(
  repo: Repo,
  root: Checksum,
  reachable: ObjectSet,
  options: {
    readonly ignoreMissing?: boolean
    readonly tolerant?: boolean
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<void> {
  const pending: Checksum[] = [root]
  for (let checksum = pending.pop(); checksum !== undefined; checksum = pending.pop()) {
    options.signal?.throwIfAborted()
    if (reachable.has('dirtree', checksum)) continue
    const tree = await readTree(repo.store, checksum, options)
    if (tree === 'missing') continue
    reachable.add('dirtree', checksum)
    if (tree === 'invalid') continue
    for (const file of tree.files) reachable.add('file', file.checksum)
    for (const directory of tree.directories) {
      reachable.add('dirmeta', directory.metaChecksum)
      pending.push(directory.treeChecksum)
    }
    await repo.platform.breathe()
  }
}

async function readTree(
  store: LooseStore,
  checksum: Checksum,
  { ignoreMissing = false, tolerant = false }: { readonly ignoreMissing?: boolean; readonly tolerant?: boolean },
): Promise<Dirtree | 'missing' | 'invalid'> {
  try {
    return await readDirtree(store, checksum)
  } catch (error) {
    if (ignoreMissing && isOstreeError(error, 'OBJECT_NOT_FOUND')) return 'missing'
    if (tolerant && isOstreeError(error, 'INVALID_OBJECT')) return 'invalid'
    throw error
  }
}

/** Everything that refs reach: local ones, remotes' and mirrors'. */
export async function traverseRefs(repo: Repo, reachable: ObjectSet, options: TraverseOptions = {}): Promise<void> {
  const roots = new Set<Checksum>()
  for (const checksum of (await listRefs(repo)).values()) roots.add(checksum as Checksum)
  for (const { checksum } of await listCollectionRefs(repo, { excludeRemotes: true })) roots.add(checksum)
  for (const checksum of roots) await traverseCommit(repo, checksum, reachable, options)
}
