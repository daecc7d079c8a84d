// How a new version of a file is told to those who have the old one: as runs of it, as a patch, or not at all. A job for
// the worker pool. Facts: spec/static-deltas.md#generation

import type { Checksum } from '../../objects/checksum.ts'
import type { OperationOptions } from '../../operation.ts'
import type { FileHandle, Platform } from '../../platform/types.ts'
import { type Content, chunksOf, collect } from '../../repo/content.ts'
import type { Job } from '../../repo/job.ts'
import { LooseStore, type StoreOptions } from '../../repo/loose-store.ts'
import { loadFile } from '../../repo/read-object.ts'
import { inFile, readWhole } from '../random-access.ts'
import { bsdiff, bsdiffBytes } from './bsdiff.ts'
import { type ChunkMatches, matchChunks } from './match-chunks.ts'

export interface MatchRequest {
  readonly store: StoreOptions
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

export const MATCH_CONTENT: Job<MatchRequest, ContentMatch> = { name: 'matchContent', run: matchContent }

/** Fewer matching chunks, in percent of the new file's, are not worth it. */
const MIN_MATCHING_PERCENT = 50
/** Old files up to this size are compared as a whole; larger ones window by window, which finds a little less. */
const MAX_WHOLE_BYTES = 24 << 20
const WINDOW_BYTES = 12 << 20

/** The most memory that the job takes. */
export function matchBytes({ fromBytes, toBytes, patch }: MatchRequest): number {
  const streaming = 4 << 20
  if (!patch) return streaming
  if (isSmall(fromBytes, toBytes)) return streaming + fromBytes + toBytes + bsdiffBytes(fromBytes, toBytes)
  return streaming + 2 * WINDOW_BYTES + bsdiffBytes(WINDOW_BYTES, WINDOW_BYTES)
}

const isSmall = (fromBytes: number, toBytes: number): boolean => Math.max(fromBytes, toBytes) <= MAX_WHOLE_BYTES

async function matchContent(
  platform: Platform,
  request: MatchRequest,
  { signal }: OperationOptions,
): Promise<ContentMatch> {
  const store = new LooseStore(platform, request.store)
  const from = await loadFile(store, request.from)
  const to = await loadFile(store, request.to)
  const matches = await matchChunks(
    platform,
    () => from.content(),
    () => to.content(),
  )
  if (Math.floor((matches.matches.length * 100) / matches.total) >= MIN_MATCHING_PERCENT) {
    return { kind: 'chunks', ...matches }
  }
  signal?.throwIfAborted()
  if (!request.patch) return { kind: 'none' }
  const { patchPath: path } = request
  const out = await platform.fs.open(path, 'wx')
  try {
    if (isSmall(from.sizeBytes, to.sizeBytes)) {
      await out.write(bsdiff(await collect(await from.content()), await collect(await to.content())))
    } else {
      await patchByWindows(platform, await from.content(), await to.content(), out, `${path}-unpacked`, signal)
    }
    return { kind: 'patch', path, sizeBytes: (await out.stat()).sizeBytes }
  } finally {
    await out.close()
  }
}

/** Compares pieces of the new file with what lies about there in the old one. */
async function patchByWindows(
  platform: Platform,
  from: Content,
  to: Content,
  out: FileHandle,
  temporary: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const old = await unpack(platform, from, `${temporary}-old`)
  try {
    const fresh = await unpack(platform, to, `${temporary}-new`)
    try {
      for (let start = 0; start < fresh.sizeBytes; start += WINDOW_BYTES) {
        signal?.throwIfAborted()
        const size = Math.min(WINDOW_BYTES, fresh.sizeBytes - start)
        const window = windowFor(start, size, fresh.sizeBytes, old.sizeBytes)
        const nextStart = start + size
        const next =
          nextStart === fresh.sizeBytes
            ? undefined
            : windowFor(nextStart, Math.min(WINDOW_BYTES, fresh.sizeBytes - nextStart), fresh.sizeBytes, old.sizeBytes)
        const oldBytes = await readWhole(old, window.start, window.size)
        const freshBytes = await readWhole(fresh, start, size)
        await out.write(bsdiff(oldBytes, freshBytes, next && next.start - window.start))
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

/** The window of the old file around the place that corresponds to one of the new file. */
function windowFor(start: number, size: number, freshBytes: number, oldBytes: number): { start: number; size: number } {
  const width = Math.min(WINDOW_BYTES, oldBytes)
  const middle = Math.floor(((start + size / 2) / freshBytes) * oldBytes)
  return { start: Math.max(0, Math.min(oldBytes - width, middle - Math.floor(width / 2))), size: width }
}

async function unpack(platform: Platform, content: Content, path: string) {
  const handle = await platform.fs.open(path, 'rw')
  let sizeBytes = 0
  for await (const piece of chunksOf(content)) {
    await handle.write(piece)
    sizeBytes += piece.length
    await platform.breathe()
  }
  return inFile(handle, sizeBytes)
}
