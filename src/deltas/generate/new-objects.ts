// What a commit has and another has not, in the order in which the reference's hash tables list it: parts then hold the
// same objects in the same order. Facts: spec/delta-generation.md#generation

import { isOstreeError } from '../../errors.ts'
import { StringHashOrder, stringHash } from '../../gvariant/hash-order.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { isRegularMode } from '../../objects/file-mode.ts'
import { type MetadataType, OBJECT_TYPE, type ObjectType } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Repo } from '../../repo/repo.ts'
import { readCommitState } from '../../repo/store/commit-state.ts'
import type { FileInfoReader, FileObjectInfo } from '../../repo/store/read-file-info.ts'
import { readCommit, readDirtree } from '../../repo/store/read-object.ts'

/** Everything that one commit reaches, parents left out. */
export interface CommitContents {
  /** Names of objects (`TYPE CHECKSUM`), in the order of the reference's table. */
  readonly objects: StringHashOrder
  /** Which names in the tree a file object has, in the order in which a walk meets it first. */
  readonly names: ReadonlyMap<Checksum, ReadonlySet<string>>
}

const keyOf = (type: ObjectType, checksum: Checksum): string => `${OBJECT_TYPE[type].code} ${checksum}`

/** ostree_hash_object_name. */
const hashOfName = (key: string): number => (stringHash(key.slice(2)) + Number(key[0])) >>> 0

export async function readContents(repo: Repo, start: Checksum, options: OperationOptions): Promise<CommitContents> {
  const objects = new StringHashOrder([], hashOfName)
  const names = new Map<Checksum, Set<string>>()
  const commit = await readCommit(repo.store, start)
  const partial = (await readCommitState(repo, start)) !== 'normal'
  const seen = new Set<Checksum>()

  const walk = async (checksum: Checksum): Promise<void> => {
    if (seen.has(checksum)) return
    seen.add(checksum)
    options.signal?.throwIfAborted()
    const tree = await readTree(repo, checksum, partial)
    if (tree === undefined) return
    for (const file of tree.files) {
      objects.add(keyOf('file', file.checksum))
      const known = names.get(file.checksum)
      if (known === undefined) names.set(file.checksum, new Set([file.name]))
      else known.add(file.name)
    }
    for (const { metaChecksum, treeChecksum } of tree.directories) await enter(metaChecksum, treeChecksum)
    await repo.platform.breathe()
  }
  const enter = async (metaChecksum: Checksum, treeChecksum: Checksum): Promise<void> => {
    objects.add(keyOf('dirmeta', metaChecksum))
    await walk(treeChecksum)
    objects.add(keyOf('dirtree', treeChecksum)) // a directory comes after all that is in it
  }

  objects.add(keyOf('commit', start))
  await enter(commit.rootTreeMetadata, commit.rootTreeContents)
  return { objects, names }
}

async function readTree(repo: Repo, checksum: Checksum, partial: boolean) {
  try {
    return await readDirtree(repo.store, checksum)
  } catch (error) {
    if (partial && isOstreeError(error, 'OBJECT_NOT_FOUND')) return undefined
    throw error
  }
}

export interface NewObjects {
  /** The commit, which the superblock holds, is not among them. */
  readonly metadata: readonly { readonly type: MetadataType; readonly checksum: Checksum }[]
  /** The commit is among the new objects. */
  readonly newCommit: boolean
  readonly regular: ReadonlyMap<Checksum, FileObjectInfo>
  readonly symlinks: ReadonlyMap<Checksum, FileObjectInfo>
}

/** @param from - `null` where everything is new. */
export async function findNewObjects(
  to: CommitContents,
  from: CommitContents | null,
  commit: Checksum,
  reader: FileInfoReader,
): Promise<NewObjects> {
  const known = from === null ? null : new Set(from.objects)
  const metadata = new StringHashOrder([], hashOfName)
  const regular = new StringHashOrder()
  const symlinks = new StringHashOrder()
  const infos = new Map<string, FileObjectInfo>()
  for (const key of to.objects) {
    if (known?.has(key)) continue
    const { type, checksum } = parseKey(key)
    if (type !== 'file') {
      metadata.add(key)
      continue
    }
    const file = await reader.read(checksum)
    infos.set(checksum, file)
    if (isRegularMode(file.info.mode)) regular.add(checksum)
    else symlinks.add(checksum)
  }
  const newCommit = metadata.delete(keyOf('commit', commit))
  return {
    newCommit,
    metadata: Array.from(metadata, (key) => parseKey(key) as { type: MetadataType; checksum: Checksum }),
    regular: pick(regular, infos),
    symlinks: pick(symlinks, infos),
  }
}

const TYPES = new Map(Object.entries(OBJECT_TYPE).map(([type, { code }]) => [String(code), type as ObjectType]))

function parseKey(key: string): { type: ObjectType; checksum: Checksum } {
  return { type: TYPES.get(key[0]!)!, checksum: key.slice(2) as Checksum }
}

function pick(order: Iterable<string>, infos: ReadonlyMap<string, FileObjectInfo>): Map<Checksum, FileObjectInfo> {
  return new Map(Array.from(order, (checksum) => [checksum as Checksum, infos.get(checksum)!]))
}
