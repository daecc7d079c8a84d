// Makes a static delta: finds what is new, how it is told best, puts it into parts, and writes these and the superblock.
// Facts: spec/delta-generation.md#generation

import type { ByteOrder } from '../../bytes/byte-order.ts'
import { StringHashOrder } from '../../gvariant/hash-order.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { ObjectType } from '../../objects/object-name.ts'
import type { Awaitable, OperationOptions } from '../../operation.ts'
import { runJob } from '../../repo/job.ts'
import type { Repo } from '../../repo/repo.ts'
import { objectNotFound } from '../../repo/store/loose-store.ts'
import { FileInfoReader } from '../../repo/store/read-file-info.ts'
import { readMetadata } from '../../repo/store/read-object.ts'
import type { Signer } from '../../sign/types.ts'
import { inParallel } from '../in-parallel.ts'
import { type ContentMatch, type FilePair, MATCH_CONTENT, matchBytes } from './match-content.ts'
import { MemoryBudget } from './memory-budget.ts'
import { type CommitContents, findNewObjects, type NewObjects, readContents } from './new-objects.ts'
import { type Plan, type PlanStep, planParts } from './plan-parts.ts'
import { findSimilarFiles, type SizedFile } from './similar-files.ts'
import { WRITE_DELTA_PART, type WrittenPart } from './write-part.ts'
import { type FinishedPart, placeDelta, requireFolder } from './write-superblock.ts'
import { xzBytes, xzLevel } from './xz-level.ts'

export interface GenerateOptions extends OperationOptions<GenerateProgress> {
  /** Make patches for changed files. Default `true`. */
  readonly patches?: boolean
  /** Files that are larger, and that no old version helps with, are fetched one by one; 0: none. Default 4,000,000. */
  readonly minFallbackBytes?: number
  /** An old and a new file that are larger together get no patch. Default 128,000,000. */
  readonly maxPatchedBytes?: number
  /** What a part holds at most, before compression. Default 32,000,000. */
  readonly maxPartBytes?: number
  /** Of some numbers in the superblock. Default `little`. */
  readonly byteOrder?: ByteOrder
  /** Keep the parts in the superblock. Default `false`. */
  readonly inline?: boolean
  /** Where the superblock goes, parts beside it. Default: the delta's place in the repository. */
  readonly filename?: string
  /** Asked for once the superblock is there: each adds a signature, all of one kind. */
  readonly signWith?: () => Awaitable<readonly Signer[]>
}

export type GenerateProgress =
  | {
      readonly kind: 'analysed'
      readonly modified: number
      readonly metadata: number
      readonly regular: number
      readonly symlinks: number
    }
  | ({ readonly kind: 'chunks'; readonly from: Checksum; readonly to: Checksum } & Omit<
      Extract<ContentMatch, { kind: 'chunks' }>,
      'kind'
    >)
  | { readonly kind: 'compared'; readonly chunks: number; readonly modified: number }
  | Exclude<PlanStep, { kind: 'part' }>
  | ({ readonly kind: 'part' } & FinishedPart & { readonly index: number })
  | ({ readonly kind: 'finished' } & GenerateResult)

export interface GenerateResult {
  readonly unpackedBytes: number
  /** Of all parts. */
  readonly sizeBytes: number
  /** What the objects that go as a whole take in the repository. */
  readonly looseBytes: number
  readonly chunked: number
  readonly chunkedBytes: number
  readonly patched: number
}

/** For jobs of all threads together; what each thread and this one need besides comes on top. */
const JOB_BYTES = 190 << 20

/**
 * Makes a delta that leads from one commit (`null`: from nothing) to another. Takes at most about 400 MB, however large
 * the commits and their files are.
 * @throws {@link OstreeError} `OBJECT_NOT_FOUND`; `UNSUPPORTED` where the platform has no xz compression.
 */
export async function generateDelta(
  repo: Repo,
  from: Checksum | null,
  to: Checksum,
  options: GenerateOptions = {},
): Promise<GenerateResult> {
  const { fs } = repo.platform
  const commit = await readMetadata(repo.store, to, 'commit')
  await requireFolder(repo, options)
  const spool = await fs.makeTemporaryDirectory(`${repo.tmpPath}/delta-`)
  try {
    const budget = new MemoryBudget(JOB_BYTES)
    const { objects, modified, names } = await analyse(repo, from, to, options)
    const matches = await matchModified(repo, modified, objects, { spool, budget, options })
    const { maxPartBytes = 32_000_000, minFallbackBytes = 4_000_000, onProgress } = options
    const metadataBytes = await metadataSizes(repo, objects)
    const plan = planParts({ objects, matches, metadataBytes, names, maxPartBytes, minFallbackBytes })
    const looseBytes = await storedBytes(repo, plan.whole)
    const parts = await writeParts(repo, plan, { spool, budget, options })
    const result = { ...summarise(parts, matches), looseBytes }
    const contents = { from, to, spool, commit, parts, fallbacks: plan.fallbacks, files: objects.regular }
    await placeDelta(repo, contents, options, () => onProgress?.({ kind: 'finished', ...result }))
    return result
  } finally {
    await fs.removeTree(spool)
  }
}

/** What one step hands to the next: a folder for temporary files, and the memory that is left. */
interface Workshop {
  readonly spool: string
  readonly budget: MemoryBudget
  readonly options: GenerateOptions
}

interface Modified {
  readonly from: Checksum
  readonly fromBytes: number
  readonly fromReadable: boolean
}

async function analyse(
  repo: Repo,
  from: Checksum | null,
  to: Checksum,
  { signal, onProgress }: GenerateOptions,
): Promise<{ objects: NewObjects; modified: ReadonlyMap<Checksum, Modified>; names: CommitContents['names'] }> {
  const old = from === null ? null : await readContents(repo, from, { signal })
  const fresh = await readContents(repo, to, { signal })
  const reader = new FileInfoReader(repo.store, { xattrs: true })
  const objects = await findNewObjects(fresh, old, to, reader)
  const modified = old === null ? new Map() : await findModified(repo, old, fresh, objects)
  onProgress?.({
    kind: 'analysed',
    modified: modified.size,
    metadata: objects.metadata.length + (objects.newCommit ? 1 : 0),
    regular: objects.regular.size,
    symlinks: objects.symlinks.size,
  })
  return { objects, modified, names: fresh.names }
}

const REGULAR = 0o100000
const TYPE_MASK = 0o170000
const OTHERS_READ = 0o004

async function findModified(
  repo: Repo,
  old: CommitContents,
  fresh: CommitContents,
  objects: NewObjects,
): Promise<Map<Checksum, Modified>> {
  const reader = new FileInfoReader(repo.store, { xattrs: false })
  const readable = new Map<Checksum, { readonly sizeBytes: number; readonly readable: boolean }>()
  const oldFiles: SizedFile[] = []
  for (const [checksum, names] of old.names) {
    const { info, sizeBytes } = await reader.read(checksum)
    if ((info.mode & TYPE_MASK) !== REGULAR) continue
    oldFiles.push({ checksum, names, sizeBytes })
    readable.set(checksum, { sizeBytes, readable: (info.mode & OTHERS_READ) !== 0 })
    await repo.platform.breathe()
  }
  const freshFiles: SizedFile[] = []
  for (const [checksum, names] of fresh.names) {
    const file = objects.regular.get(checksum)
    if (file !== undefined) freshFiles.push({ checksum, names, sizeBytes: file.sizeBytes })
  }
  const modified = new Map<Checksum, Modified>()
  for (const [to, from] of findSimilarFiles(oldFiles, freshFiles)) {
    const { sizeBytes, readable: fromReadable } = readable.get(from)!
    modified.set(to, { from, fromBytes: sizeBytes, fromReadable })
  }
  return modified
}

type Matches = Map<Checksum, { readonly from: Checksum; readonly match: ContentMatch }>

/** Compares every pair. The reference's tables decide the order of the answer. */
async function matchModified(
  repo: Repo,
  modified: ReadonlyMap<Checksum, Modified>,
  objects: NewObjects,
  { spool, budget, options }: Workshop,
): Promise<Matches> {
  const { patches = true, maxPatchedBytes = 128_000_000, signal, onProgress } = options
  const { pool } = repo.platform
  const pairs: FilePair[] = []
  for (const [to, { from, fromBytes, fromReadable }] of modified) {
    // Whoever applies the delta must be able to read the old file, whatever their rights.
    if (!fromReadable) continue
    const toBytes = objects.regular.get(to)!.sizeBytes
    const patch = patches && fromBytes + toBytes <= maxPatchedBytes
    pairs.push({ from, to, fromBytes, toBytes, patch, patchPath: `${spool}/${to}` })
  }
  const found = new Map<Checksum, ContentMatch>()
  const lanes = fairLanes(pairs, pool.size)
  await inParallel(pool.size, lanes, async (lane) => {
    const run = () => runJob(repo.platform, MATCH_CONTENT, { store: repo.store.options, pairs: lane }, { signal })
    const answers = await budget.run(Math.max(...lane.map(matchBytes)), run)
    answers.forEach((match, index) => {
      found.set(lane[index]!.to, match)
    })
  })
  // What the threads have used is given back with them; the next step's need it for something else.
  if (pairs.length > 0) await pool.close()
  const tables = { chunks: new StringHashOrder(), patch: new StringHashOrder(), none: new StringHashOrder() }
  for (const { from, to } of pairs) {
    const match = found.get(to)!
    tables[match.kind].add(to)
    if (match.kind === 'chunks') onProgress?.({ ...match, from, to })
  }
  onProgress?.({ kind: 'compared', chunks: tables.chunks.size, modified: modified.size })
  const ordered = [...tables.chunks, ...tables.patch] as Checksum[]
  return new Map(ordered.map((to) => [to, { from: modified.get(to)!.from, match: found.get(to)! }]))
}

/** Lists that take about as long as each other, each with the largest pairs first. */
function fairLanes(pairs: readonly FilePair[], count: number): FilePair[][] {
  const lanes = Array.from({ length: count }, () => ({ bytes: 0, pairs: [] as FilePair[] }))
  for (const pair of [...pairs].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const lane = lanes.reduce((least, other) => (other.bytes < least.bytes ? other : least))
    lane.pairs.push(pair)
    lane.bytes += sizeOf(pair)
  }
  return lanes.map((lane) => lane.pairs).filter((list) => list.length > 0)
}

const sizeOf = ({ fromBytes, toBytes }: FilePair): number => fromBytes + toBytes

async function metadataSizes(repo: Repo, objects: NewObjects): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const { type, checksum } of objects.metadata) {
    sizes.set(`${type} ${checksum}`, (await readMetadata(repo.store, checksum, type)).length)
    await repo.platform.breathe()
  }
  return sizes
}

/** @param names - `TYPE CHECKSUM`. */
async function storedBytes(repo: Repo, names: readonly string[]): Promise<number> {
  let total = 0
  for (const name of names) {
    const [type, checksum] = name.split(' ') as [ObjectType, Checksum]
    const location = await repo.store.locate({ type, checksum })
    if (location === undefined) throw objectNotFound({ type, checksum })
    total += (location.stat ?? (await repo.platform.fs.lstat(location.path))).sizeBytes
  }
  return total
}

/** Progress is told in the order of the plan, as far as parts are there. */
async function writeParts(repo: Repo, plan: Plan, { spool, budget, options }: Workshop): Promise<FinishedPart[]> {
  const { signal, onProgress } = options
  const written: (FinishedPart | undefined)[] = plan.parts.map(() => undefined)
  let told = 0
  const tell = () => {
    for (let step = plan.steps[told]; step !== undefined; step = plan.steps[told]) {
      if (step.kind === 'part') {
        const part = written[step.index]
        if (part === undefined) return
        onProgress?.({ kind: 'part', index: step.index, ...part })
      } else onProgress?.(step)
      told++
    }
  }
  tell()
  await inParallel(repo.platform.pool.size, plan.parts, async (part, index) => {
    const { modes, xattrs, sources, dataBytes, operations, objects, unpackedBytes } = part
    const level = xzLevel(part.estimatedBytes)
    const path = `${spool}/part-${index}`
    const request = { store: repo.store.options, modes, xattrs, sources, dataBytes, operations, level, path }
    const run = () => runJob(repo.platform, WRITE_DELTA_PART, request, { signal })
    const result: WrittenPart = await budget.run(xzBytes(level, part.estimatedBytes), run)
    written[index] = { ...result, path, objects, unpackedBytes }
    tell()
  })
  return written as FinishedPart[]
}

function summarise(parts: readonly FinishedPart[], matches: Matches): Omit<GenerateResult, 'looseBytes'> {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const found = [...matches.values()].map(({ match }) => match)
  const chunked = found.filter((match) => match.kind === 'chunks')
  return {
    unpackedBytes: sum(parts.map(({ unpackedBytes }) => unpackedBytes)),
    sizeBytes: sum(parts.map(({ sizeBytes }) => sizeBytes)),
    chunked: chunked.length,
    chunkedBytes: sum(chunked.map(({ matchedBytes }) => matchedBytes)),
    patched: found.length - chunked.length,
  }
}
