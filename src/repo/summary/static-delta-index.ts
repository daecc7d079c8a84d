// Delta indexes: for each commit that deltas lead to, a file that lists them with the checksums of their superblocks, so that
// a client need not fetch the whole summary. Facts: spec/static-deltas.md#indexes

import { decodeDeltaBase64 } from '../../bytes/base64.ts'
import { compareBytes } from '../../bytes/compare.ts'
import { inHashOrder } from '../../gvariant/hash-order.ts'
import { decode, encode, type Variant } from '../../gvariant/schema.ts'
import { type Checksum, checksumFromBytes, parseChecksum } from '../../objects/checksum.ts'
import { METADATA } from '../../objects/commit.ts'
import { SUMMARY_KEY } from '../../objects/summary.ts'
import { booleanOf } from '../config/config.ts'
import { editConfig } from '../config/edit-config.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { unlinkIfThere } from '../store/delete-object.ts'
import {
  deltaPath,
  formatDeltaName,
  listStaticDeltas,
  parseDeltaName,
  relativeDeltaIndexPath,
  type StaticDeltaName,
} from './static-delta-names.ts'

/** A delta and the SHA-256 of its `superblock` file. */
export interface IndexedDelta extends StaticDeltaName {
  readonly superblock: Checksum
}

const SUFFIX = '.index'
/** A name in base64 without its first two characters, which are its folder's. */
const STEM_LENGTH = 41

/** Commits that have an index. */
export async function listStaticDeltaIndexes(repo: Repo): Promise<Checksum[]> {
  const { fs } = repo.platform
  const root = `${repo.path}/delta-indexes`
  const found: Checksum[] = []
  for (const { name: prefix, kind } of (await fs.tryReadDirectory(root)) ?? []) {
    if (kind !== 'directory' || prefix.length !== 2) continue
    for (const { name, kind: inner } of await fs.readDirectory(`${root}/${prefix}`)) {
      if (inner !== 'file' || name.length !== STEM_LENGTH + SUFFIX.length || !name.endsWith(SUFFIX)) continue
      found.push(checksumFromBytes(decodeDeltaBase64(prefix + name.slice(0, STEM_LENGTH))))
    }
  }
  return found
}

/** The entry of an index, and of a summary, that lists deltas. In the order of a GVariantDict. */
export async function listedDeltas(repo: Repo, deltas: readonly StaticDeltaName[]): Promise<Variant> {
  const entries: (readonly [string, Variant])[] = []
  for (const delta of deltas) {
    const superblock = await repo.platform.fs.readFile(`${deltaPath(repo, delta)}/superblock`)
    entries.push([formatDeltaName(delta), { type: 'ay', value: repo.platform.sha256Once(superblock) }])
  }
  return { type: 'a{sv}', value: inHashOrder(entries) }
}

export const encodeDeltaIndex = (deltas: Variant): Uint8Array =>
  encode(METADATA, [[SUMMARY_KEY.staticDeltas, deltas]], 'delta index')

/**
 * The deltas that an index lists.
 * @throws {@link OstreeError} `INVALID_FORMAT`, `INVALID_CHECKSUM`
 */
export function decodeDeltaIndex(data: Uint8Array): IndexedDelta[] {
  const entry = decode(METADATA, data, 'delta index').find(([key]) => key === SUMMARY_KEY.staticDeltas)
  return entry === undefined ? [] : decodeListedDeltas(entry[1])
}

/** The same of a summary's entry. Values of another type than `ay` are none of ours. */
export function decodeListedDeltas(deltas: Variant): IndexedDelta[] {
  if (deltas.type !== 'a{sv}') return []
  return (deltas.value as readonly (readonly [string, Variant])[]).flatMap(([name, { type, value }]) =>
    type === 'ay' ? [{ ...parseDeltaName(name), superblock: checksumFromBytes(value as Uint8Array) }] : [],
  )
}

export interface ReindexOptions {
  readonly signal?: AbortSignal | undefined
  /** Only the index of this commit. Default: all. */
  readonly to?: string | undefined
}

/**
 * Brings the indexes up to date with the deltas that are there; those of commits without any are deleted.
 * @throws {@link OstreeError} `INVALID_CHECKSUM` for a `to` that is none.
 */
export async function reindexStaticDeltas(repo: Repo, { signal, to }: ReindexOptions = {}): Promise<void> {
  await repo.withLock('shared', { signal }, async () => {
    if (!booleanOf(repo.configFile, 'core', 'indexed-deltas', false)) {
      await editConfig(repo, (config) => config.setBoolean('core', 'indexed-deltas', true))
    }
    const wanted = to === undefined ? null : parseChecksum(to)
    const byTarget = new Map<Checksum, StaticDeltaName[]>()
    for (const target of wanted === null ? await listStaticDeltaIndexes(repo) : [wanted]) byTarget.set(target, [])
    for (const delta of await listStaticDeltas(repo)) {
      if (wanted !== null && delta.to !== wanted) continue
      const deltas = byTarget.get(delta.to)
      if (deltas === undefined) byTarget.set(delta.to, [delta])
      else deltas.push(delta)
    }
    for (const [target, deltas] of byTarget) await writeIndex(repo, target, deltas)
  })
}

async function writeIndex(repo: Repo, target: Checksum, deltas: readonly StaticDeltaName[]): Promise<void> {
  const { fs } = repo.platform
  const path = `${repo.path}/${relativeDeltaIndexPath(target)}`
  if (deltas.length === 0) {
    await unlinkIfThere(repo, path)
    return
  }
  const index = encodeDeltaIndex(await listedDeltas(repo, deltas))
  const existing = await fs.tryReadFile(path)
  if (existing !== undefined && compareBytes(existing, index) === 0) return
  await fs.ensureDirectory(path.slice(0, path.lastIndexOf('/')))
  await replaceFile(repo, path, index)
}
