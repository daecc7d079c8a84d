// Which object goes into which part, and in which order: metadata, files with runs of old ones, patched files, whole files,
// symbolic links. Decided from sizes and names alone. Facts: spec/delta-generation.md#generation

import type { Checksum } from '../../objects/checksum.ts'
import { encodeFileHeader } from '../../objects/file-header.ts'
import type { FileObjectInfo } from '../../repo/store/read-file-info.ts'
import type { ContentMatch } from './match-content.ts'
import type { NewObjects } from './new-objects.ts'
import { PartBuilder } from './part-builder.ts'
import { compressedAsOne } from './xz-level.ts'

export interface PlanInput {
  readonly objects: NewObjects
  readonly metadataBytes: ReadonlyMap<string, number>
  /** What was found of old versions of files, in order. */
  readonly matches: ReadonlyMap<Checksum, { readonly from: Checksum; readonly match: ContentMatch }>
  /** A part is ended before it holds more, unless one object alone is larger. */
  readonly maxPartBytes: number
  /** Larger files that would go as a whole are left to be fetched one by one; 0 leaves none. */
  readonly minFallbackBytes: number
  /** Names of files in the tree. */
  readonly names: ReadonlyMap<Checksum, ReadonlySet<string>>
}

/** What happens on the way, in the order in which the reference does it. */
export type PlanStep =
  | { readonly kind: 'part'; readonly index: number }
  | { readonly kind: 'patched'; readonly done: number; readonly total: number }
  | { readonly kind: 'fallback'; readonly checksum: Checksum; readonly streamBytes: number }

export interface Plan {
  /** At least one; the only one may be empty. */
  readonly parts: readonly PartBuilder[]
  readonly fallbacks: readonly Checksum[]
  /** Objects that go as a whole. */
  readonly whole: readonly string[]
  readonly steps: readonly PlanStep[]
}

/** One object of a part. */
interface Entry {
  add(part: PartBuilder): void
  /** Of a whole file: files of one kind, and versions of one file, sort together. */
  readonly kinship: string | null
}

/** A part that gets its objects one by one, and may still put them into another order. */
class OpenPart {
  builder = new PartBuilder()
  readonly #entries: Entry[] = []

  append(entry: Entry): void {
    this.#entries.push(entry)
    entry.add(this.builder)
  }

  /**
   * A part too large to be compressed as a whole: its files are put so that like stands by like (measured: bench/deltas).
   * What follows from the order (a mode's place, a number's length) changes its size only little.
   */
  close(): void {
    if (compressedAsOne(this.builder.estimatedBytes)) return
    const files = this.#entries.filter(({ kinship }) => kinship !== null)
    files.sort((a, b) => (a.kinship! < b.kinship! ? -1 : a.kinship! > b.kinship! ? 1 : 0))
    this.builder = new PartBuilder()
    let next = 0
    for (const entry of this.#entries) (entry.kinship === null ? entry : files[next++]!).add(this.builder)
  }
}

/** The suffix, without a version behind it, then the name. */
function kinshipOf(names: ReadonlySet<string> | undefined): string {
  const [name = ''] = names ?? []
  const suffix = /\.([^.]*)$/.exec(name.replace(/(\.[0-9]+)+$/, ''))?.[1] ?? ''
  return `${suffix}\0${name}`
}

export function planParts(input: PlanInput): Plan {
  const { objects, matches, names } = input
  const parts = [new OpenPart()]
  const steps: PlanStep[] = []
  const whole: string[] = []
  const fallbacks: Checksum[] = []

  const append: Append = (sizeBytes, add, kinship = null) => {
    let part = parts[parts.length - 1]!
    const { objects: before, estimatedBytes } = part.builder
    if (before.length > 0 && estimatedBytes + sizeBytes > input.maxPartBytes) {
      steps.push({ kind: 'part', index: parts.length - 1 })
      part = new OpenPart()
      parts.push(part)
    }
    part.append({ add, kinship })
  }

  for (const { type, checksum } of objects.metadata) {
    const sizeBytes = input.metadataBytes.get(`${type} ${checksum}`)!
    append(sizeBytes, (part) => part.addMetadata(type, checksum, sizeBytes))
    whole.push(`${type} ${checksum}`)
  }
  for (const [to, { from, match }] of matches) {
    if (match.kind !== 'chunks') continue
    const { info, sizeBytes } = objects.regular.get(to)!
    append(0, (part) => part.addChunks(to, info, sizeBytes, from, match.matches))
  }
  addPatched(input, append, steps)
  const rest: [Checksum, FileObjectInfo][] = []
  for (const [checksum, file] of objects.regular) {
    if (isDifferential(matches.get(checksum)?.match)) continue
    const { sizeBytes } = file
    const streamBytes = encodeFileHeader(file.info).length + sizeBytes
    if (input.minFallbackBytes > 0 && streamBytes > input.minFallbackBytes) {
      fallbacks.push(checksum)
      steps.push({ kind: 'fallback', checksum, streamBytes })
    } else rest.push([checksum, file])
  }
  for (const [checksum, { info, sizeBytes }] of rest) {
    append(sizeBytes, (part) => part.addRegular(checksum, info, sizeBytes), kinshipOf(names.get(checksum)))
    whole.push(`file ${checksum}`)
  }
  for (const [checksum, { info }] of objects.symlinks) {
    append(0, (part) => part.addSymlink(checksum, info))
    whole.push(`file ${checksum}`)
  }
  steps.push({ kind: 'part', index: parts.length - 1 })
  for (const part of parts) part.close()
  return { parts: parts.map(({ builder }) => builder), fallbacks, whole, steps }
}

/** @param sizeBytes - Counted in advance when it is asked whether the part is full. */
type Append = (sizeBytes: number, add: Entry['add'], kinship?: string | null) => void

function addPatched({ objects, matches }: PlanInput, append: Append, steps: PlanStep[]): void {
  const total = [...matches.values()].filter(({ match }) => match.kind === 'patch').length
  const every = Math.floor(total / 10)
  let done = 0
  for (const [to, { from, match }] of matches) {
    if (match.kind !== 'patch') continue
    if (every === 0 || done % every === 0) steps.push({ kind: 'patched', done, total })
    const { info, sizeBytes } = objects.regular.get(to)!
    append(0, (part) => part.addPatched(to, info, sizeBytes, from, match))
    done++
  }
}

const isDifferential = (match: ContentMatch | undefined): boolean => match !== undefined && match.kind !== 'none'
