// How a new version of a file is told to those who have the old one: as runs of it, as a patch, or not at all. A job for
// the worker pool, many files at once. Facts: spec/delta-generation.md#generation

import type { Checksum } from '../../objects/checksum.ts'
import type { OperationOptions } from '../../operation.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import type { Job } from '../../repo/job.ts'
import { type Content, chunksOf } from '../../repo/store/content.ts'
import { LooseStore, type StoreOptions } from '../../repo/store/loose-store.ts'
import { loadFile } from '../../repo/store/read-object.ts'
import { inFile, type RandomAccess } from '../random-access.ts'
import { bsdiff, bsdiffBytes } from './bsdiff.ts'
import { type ChunkMatches, matchChunks } from './match-chunks.ts'
import { patchByWindows } from './patch-windows.ts'
import { Scratch } from './scratch.ts'

export interface MatchRequest {
  readonly store: StoreOptions
  /** Those with the largest files first: the arrays that they need serve the others. */
  readonly pairs: readonly FilePair[]
}

export interface FilePair {
  readonly from: Checksum
  readonly to: Checksum
  readonly fromBytes: number
  readonly toBytes: number
  /** Make a patch where too few chunks match. */
  readonly patch: boolean
  /** A name for the file that gets the patch. */
  readonly patchPath: string
}

export type ContentMatch =
  | ({ readonly kind: 'chunks' } & ChunkMatches)
  | { readonly kind: 'patch'; readonly path: string; readonly sizeBytes: number }
  | { readonly kind: 'none' }

/** One answer for each pair. */
export const MATCH_CONTENT: Job<MatchRequest, ContentMatch[]> = { name: 'matchContent', run: matchPairs }

/** Fewer matching chunks, in percent of the new file's, are not worth it. */
const MIN_MATCHING_PERCENT = 50
/** Files up to this size are compared as a whole; larger ones in windows of it, which finds a little less. */
const WINDOW_BYTES = 8 << 20

/** The most memory that the job takes for a pair. */
export function matchBytes({ fromBytes, toBytes, patch }: FilePair): number {
  const streaming = 4 << 20
  if (!patch) return streaming
  const [from, to] = isSmall(fromBytes, toBytes) ? [fromBytes, toBytes] : [WINDOW_BYTES, WINDOW_BYTES]
  return streaming + from + to + bsdiffBytes(from, to)
}

const isSmall = (fromBytes: number, toBytes: number): boolean => Math.max(fromBytes, toBytes) <= WINDOW_BYTES

async function matchPairs(
  platform: Platform,
  { store: options, pairs }: MatchRequest,
  { signal }: OperationOptions,
): Promise<ContentMatch[]> {
  const store = new LooseStore(platform, options)
  const scratch = new Scratch()
  const found: ContentMatch[] = []
  for (const pair of pairs) {
    signal?.throwIfAborted()
    found.push(await matchPair(platform, store, pair, scratch, signal))
    await platform.breathe()
  }
  return found
}

async function matchPair(
  platform: Platform,
  store: LooseStore,
  pair: FilePair,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): Promise<ContentMatch> {
  const from = await loadFile(store, pair.from)
  const to = await loadFile(store, pair.to)
  const matches = await matchChunks(
    platform,
    () => from.content(),
    () => to.content(),
  )
  if (Math.floor((matches.matches.length * 100) / matches.total) >= MIN_MATCHING_PERCENT) {
    return { kind: 'chunks', ...matches }
  }
  if (!pair.patch) return { kind: 'none' }
  const { patchPath: path } = pair
  const out = await platform.fs.open(path, 'wx')
  try {
    if (isSmall(from.sizeBytes, to.sizeBytes)) {
      const old = await fill(scratch.bytes('old', from.sizeBytes), await from.content())
      const fresh = await fill(scratch.bytes('fresh', to.sizeBytes), await to.content())
      await out.write(bsdiff(old, fresh, { scratch }))
    } else {
      await patchUnpacked(platform, await from.content(), await to.content(), out, `${path}-unpacked`, scratch, signal)
    }
    return { kind: 'patch', path, sizeBytes: (await out.stat()).sizeBytes }
  } finally {
    await out.close()
  }
}

async function fill(array: Uint8Array, content: Content): Promise<Uint8Array> {
  let filled = 0
  for await (const piece of chunksOf(content)) {
    array.set(piece, filled)
    filled += piece.length
  }
  return array
}

/** Files too large for memory lie in temporary files while they are compared. */
async function patchUnpacked(
  platform: Platform,
  from: Content,
  to: Content,
  out: FileHandle,
  temporary: string,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): Promise<void> {
  const old = await unpack(platform, from, `${temporary}-old`)
  try {
    const fresh = await unpack(platform, to, `${temporary}-new`)
    try {
      for await (const piece of patchByWindows(old, fresh, WINDOW_BYTES, scratch)) {
        signal?.throwIfAborted()
        await out.write(piece)
        await platform.breathe()
      }
    } finally {
      await fresh.close()
      await platform.fs.unlink(`${temporary}-new`)
    }
  } finally {
    await old.close()
    await platform.fs.unlink(`${temporary}-old`)
  }
}

async function unpack(platform: Platform, content: Content, path: string): Promise<RandomAccess> {
  const handle = await platform.fs.open(path, 'rw')
  let sizeBytes = 0
  for await (const piece of chunksOf(content)) {
    await handle.write(piece)
    sizeBytes += piece.length
    await platform.breathe()
  }
  return inFile(handle, sizeBytes)
}
