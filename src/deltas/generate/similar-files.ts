// Which new file is probably another version of which old one: they share a name, and their sizes differ by no more than
// 30 %. Facts: spec/delta-generation.md#similar

import { StringHashOrder } from '../../gvariant/hash-order.ts'
import type { Checksum } from '../../objects/checksum.ts'

/** A file object as the comparison sees it. */
export interface SizedFile {
  readonly checksum: Checksum
  readonly sizeBytes: number
  readonly names: ReadonlySet<string>
}

/** Compressed anew, these have nothing in common with what they were. */
const OPAQUE_SUFFIXES = ['xz', 'bz2']
const SIMILARITY = 30 / 100

/**
 * Pairs of new and old files, in the order of the reference's hash table.
 * @param from - Regular files in the order in which a walk meets them, and so `to`.
 */
export function findSimilarFiles(from: readonly SizedFile[], to: readonly SizedFile[]): Map<Checksum, Checksum> {
  const candidates = bySize(from).map(prepare)
  const found = new Map<string, Checksum>()
  let lower = 0
  for (const fresh of bySize(to).map(prepare)) {
    if (!fresh.candidate) continue
    const min = Math.floor(fresh.sizeBytes * (1 - SIMILARITY))
    const max = Math.floor(fresh.sizeBytes * (1 + SIMILARITY))
    search: for (const fuzzy of [false, true]) {
      for (let index = lower; index < candidates.length; index++) {
        const old = candidates[index]!
        if (!old.candidate) continue
        if (old.sizeBytes < min) lower++
        else if (old.sizeBytes > max) break
        else if (shareName(old, fresh, fuzzy)) {
          found.set(fresh.checksum, old.checksum)
          break search
        }
      }
    }
  }
  return new Map(Array.from(new StringHashOrder(found.keys()), (to) => [to as Checksum, found.get(to)!]))
}

/** From the order of a hash table, sorted by size; equal sizes keep it. The difference is one of 32 bits. */
function bySize(files: readonly SizedFile[]): SizedFile[] {
  const byChecksum = new Map<string, SizedFile>(files.map((file) => [file.checksum, file]))
  return Array.from(new StringHashOrder(byChecksum.keys()), (checksum) => byChecksum.get(checksum)!).sort(
    (a, b) => (a.sizeBytes - b.sizeBytes) | 0,
  )
}

interface Prepared extends SizedFile {
  readonly candidate: boolean
  /** Names up to their first dot, of those that have something before it. */
  readonly stems: ReadonlySet<string>
  /** Names without a dot, or with nothing before it. */
  readonly plain: ReadonlySet<string>
}

function prepare(file: SizedFile): Prepared {
  const stems = new Set<string>()
  const plain = new Set<string>()
  for (const name of file.names) {
    const dot = name.indexOf('.')
    if (dot > 0) stems.add(name.slice(0, dot))
    else plain.add(name)
  }
  return { ...file, candidate: isCandidate(file), stems, plain }
}

function isCandidate({ sizeBytes, names }: SizedFile): boolean {
  if (sizeBytes === 0) return false
  for (const name of names) {
    const dot = name.lastIndexOf('.')
    if (dot >= 0 && OPAQUE_SUFFIXES.includes(name.slice(dot + 1))) return false
  }
  return true
}

/** @param fuzzy - Only what stands before the first dot counts, where there is one. */
function shareName(one: Prepared, other: Prepared, fuzzy: boolean): boolean {
  if (!fuzzy) return intersect(one.names, other.names)
  return intersect(one.stems, other.stems) || intersect(one.plain, other.plain)
}

function intersect(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [few, many] = one.size < other.size ? [one, other] : [other, one]
  for (const name of few) if (many.has(name)) return true
  return false
}
