// Writes one part: its payload is put together from objects and patches, compressed, hashed and written, all as it comes.
// A job for the worker pool. Facts: spec/static-deltas.md#parts

import { OstreeError } from '../../errors.ts'
import { widthFor, writeOffset } from '../../gvariant/framing.ts'
import { encode } from '../../gvariant/schema.ts'
import { type Checksum, checksumFromBytes } from '../../objects/checksum.ts'
import type { Xattrs } from '../../objects/xattrs.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Platform } from '../../platform/types.ts'
import type { Job } from '../../repo/job.ts'
import { type Content, chunksOf, readChunks } from '../../repo/store/content.ts'
import { LooseStore, type StoreOptions } from '../../repo/store/loose-store.ts'
import { loadFile, readMetadata } from '../../repo/store/read-object.ts'
import { PART_COMPRESSION, PART_MODES, PART_XATTRS, type PartMode } from '../part.ts'
import type { DataSource } from './part-builder.ts'

export interface PartRequest {
  readonly store: StoreOptions
  readonly modes: readonly PartMode[]
  readonly xattrs: readonly Xattrs[]
  readonly sources: readonly DataSource[]
  readonly dataBytes: number
  readonly operations: Uint8Array
  /** liblzma's. */
  readonly level: number
  /** Where the part goes; nothing may be there. */
  readonly path: string
}

export interface WrittenPart {
  readonly checksum: Checksum
  readonly sizeBytes: number
}

export const WRITE_DELTA_PART: Job<PartRequest, WrittenPart> = { name: 'writeDeltaPart', run: writePart }

/** What goes into the compressor at once. */
const PIECE_BYTES = 1 << 18
/** A content object is read with its header up to this size. */
const READ_AHEAD_BYTES = 1 << 16

async function writePart(platform: Platform, request: PartRequest, { signal }: OperationOptions): Promise<WrittenPart> {
  const compress = await platform.xzEncoder?.()
  if (compress === undefined) {
    throw new OstreeError('UNSUPPORTED', {
      feature: 'xz compression',
      hint: 'static deltas are made with node-liblzma on Node; install it for this system',
    })
  }
  const handle = await platform.fs.open(request.path, 'wx', 0o644)
  const hash = platform.sha256()
  let sizeBytes = 0
  const write = async (bytes: Uint8Array) => {
    hash.update(bytes)
    await handle.write(bytes)
    sizeBytes += bytes.length
  }
  try {
    await write(Uint8Array.of(PART_COMPRESSION.xz))
    for await (const piece of compress(gathered(payload(platform, request), platform, signal), request.level)) {
      await write(piece)
    }
  } finally {
    await handle.close()
  }
  return { checksum: checksumFromBytes(hash.digest()), sizeBytes }
}

/** `(a(uuu)aa(ayay)ayay)`, its data never in memory as a whole. */
async function* payload(platform: Platform, request: PartRequest): AsyncGenerator<Uint8Array> {
  const store = new LooseStore(platform, request.store)
  const modes = encode(PART_MODES, request.modes)
  const xattrs = encode(PART_XATTRS, request.xattrs)
  yield modes
  yield xattrs
  for (const source of request.sources) yield* read(platform, store, source)
  yield request.operations
  const ends = [modes.length, modes.length + xattrs.length, modes.length + xattrs.length + request.dataBytes]
  const width = widthFor(ends[2]! + request.operations.length, ends.length)
  const offsets = new Uint8Array(width * ends.length)
  const view = new DataView(offsets.buffer)
  ends.reverse().forEach((end, index) => {
    writeOffset(view, index * width, width, end)
  })
  yield offsets
}

async function* read(platform: Platform, store: LooseStore, source: DataSource): AsyncGenerator<Uint8Array> {
  switch (source.kind) {
    case 'bytes':
      yield source.bytes
      return
    case 'metadata':
      yield* exactly([await readMetadata(store, source.checksum, source.type)], source.sizeBytes)
      return
    case 'content':
      yield* exactly(await contentOf(store, source.checksum), source.sizeBytes)
      return
    case 'ranges':
      yield* exactly(pick(await contentOf(store, source.checksum), source.ranges), source.sizeBytes)
      return
    case 'file':
      yield* exactly(readChunks(platform, source.path), source.sizeBytes)
  }
}

async function contentOf(store: LooseStore, checksum: Checksum): Promise<AsyncIterable<Uint8Array>> {
  const file = await loadFile(store, checksum, READ_AHEAD_BYTES)
  const content: Content = await file.content()
  return chunksOf(content)
}

/** Operations already say where everything lies: an object that has changed meanwhile must not go in. */
async function* exactly(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const piece of pieces) {
    seen += piece.length
    if (seen > sizeBytes) break
    yield piece
  }
  if (seen !== sizeBytes) throw new OstreeError('FAILED', { reason: `${sizeBytes} bytes expected, not ${seen}` })
}

/** Runs of a content, in rising order. */
async function* pick(content: AsyncIterable<Uint8Array>, ranges: Float64Array): AsyncGenerator<Uint8Array> {
  let next = 0
  let position = 0
  for await (const piece of content) {
    const end = position + piece.length
    while (next < ranges.length) {
      const start = ranges[next]!
      const stop = start + ranges[next + 1]!
      if (start >= end) break
      yield piece.subarray(Math.max(0, start - position), Math.min(piece.length, stop - position))
      if (stop > end) break
      next += 2
    }
    position = end
  }
}

/** Small pieces together, so that the compressor is not called for each. All lie in one array. */
async function* gathered(
  pieces: AsyncIterable<Uint8Array>,
  platform: Platform,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(PIECE_BYTES)
  let filled = 0
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + buffer.length - filled)
      buffer.set(part, filled)
      filled += part.length
      at += part.length
      if (filled < buffer.length) continue
      signal?.throwIfAborted()
      yield buffer
      filled = 0
      await platform.breathe()
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
}
