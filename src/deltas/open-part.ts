// Opens a part: checks its bytes, takes the compression off within limits, and finds the four fields of its payload.
// What it holds goes to memory, or to a temporary file where it is large. Facts: spec/static-deltas.md#parts

import { OstreeError, prefixed } from '../errors.ts'
import { offsetWidth, readOffset } from '../gvariant/framing.ts'
import { decode } from '../gvariant/schema.ts'
import { type Checksum, checksumFromBytes } from '../objects/checksum.ts'
import type { Xattrs } from '../objects/xattrs.ts'
import type { FileHandle, Platform } from '../platform/types.ts'
import { PART_COMPRESSION, PART_MODES, PART_XATTRS, type PartMode } from './part.ts'
import { inFile, inMemory, type RandomAccess, readWhole } from './random-access.ts'

/** A payload up to this size stays in memory: parts as they are usually made (32 MB) do. */
export const MAX_PAYLOAD_IN_MEMORY = 40 << 20
/** Tables of modes and attributes may not be larger. */
const MAX_TABLES_BYTES = 64 << 20

export interface OpenPartOptions {
  /** Of the part's bytes; `null` where they need not be checked, as those that lie in a superblock. */
  readonly checksum: Checksum | null
  /** The most that it may hold after decompression. */
  readonly maxBytes: number
  /** A name for the temporary file. */
  temporaryPath(): string
  readonly signal?: AbortSignal | undefined
}

export interface OpenPart {
  readonly modes: readonly PartMode[]
  readonly xattrs: readonly Xattrs[]
  /** Where `data` and `operations` lie in `payload`. */
  readonly data: Range
  readonly operations: Range
  readonly payload: RandomAccess
  /** Deletes the temporary file, if there is one. */
  close(): Promise<void>
}

export interface Range {
  readonly start: number
  readonly sizeBytes: number
}

/**
 * The most that an honest part holds: contents are there as they are, or as a patch, which is not much larger; modes,
 * attributes and operations come on top.
 */
export function maxPayloadBytes(unpackedBytes: bigint, objects: number): number {
  return Number(unpackedBytes) * 4 + objects * (128 << 10) + (1 << 20)
}

/**
 * Reads a part to its end. Nothing is done with what it holds before its checksum is known to be right.
 * @throws {@link OstreeError} `FAILED` for a wrong checksum or an unknown compression; `INVALID_FORMAT`
 */
export async function openPart(
  platform: Platform,
  source: AsyncIterable<Uint8Array>,
  options: OpenPartOptions,
): Promise<OpenPart> {
  const { checksum, signal } = options
  const bytes = new PartBytes(platform, source, checksum !== null)
  const payload = new PayloadWriter(platform, options)
  try {
    for await (const piece of await decompressed(platform, bytes)) {
      signal?.throwIfAborted()
      const writing = payload.append(piece)
      if (writing !== undefined) await writing
      const pause = platform.breathe()
      if (pause !== undefined) await pause
    }
    await bytes.finish()
    if (checksum !== null) requireChecksum(checksum, bytes.checksum())
    const held = await payload.finish()
    return { ...(await readFields(held)), payload: held, close: () => payload.discard() }
  } catch (error) {
    await payload.discard()
    throw error
  }
}

function requireChecksum(expected: Checksum, actual: Checksum): void {
  if (expected === actual) return
  const reason = `Checksum mismatch in static delta part; expected=${expected} actual=${actual}`
  throw new OstreeError('FAILED', { reason })
}

async function decompressed(platform: Platform, bytes: PartBytes): Promise<AsyncIterable<Uint8Array>> {
  const compression = await bytes.first()
  switch (compression) {
    case PART_COMPRESSION.none:
      return bytes.rest()
    case PART_COMPRESSION.xz: {
      const unxz = (await platform.xzDecoder?.()) ?? (await import('../compression/xz.ts')).unxz
      return unxz(bytes.rest())
    }
    default:
      throw new OstreeError('FAILED', { reason: `Invalid compression type '${compression}'` })
  }
}

/** The part as it comes: the first byte apart, the rest as a stream, all of it hashed on its way. */
class PartBytes {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #hasher
  #held: Uint8Array | undefined
  #ended = false

  constructor(platform: Platform, source: AsyncIterable<Uint8Array>, hashed: boolean) {
    this.#pieces = source[Symbol.asyncIterator]()
    this.#hasher = hashed ? platform.sha256() : null
  }

  async first(): Promise<number> {
    for (;;) {
      const piece = await this.#next()
      if (piece === undefined) throw new OstreeError('TRUNCATED', { field: 'delta part', offset: 0 })
      if (piece.length === 0) continue
      this.#held = piece.subarray(1)
      return piece[0]!
    }
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#held !== undefined && this.#held.length > 0) yield this.#held
    this.#held = undefined
    for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) yield piece
  }

  /** What stands behind the compressed data is part of what is hashed. */
  async finish(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  checksum(): Checksum {
    return checksumFromBytes(this.#hasher!.digest())
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.#ended) return undefined
    const next = await this.#pieces.next()
    if (next.done === true) {
      this.#ended = true
      return undefined
    }
    this.#hasher?.update(next.value)
    return next.value
  }
}

/** Takes the payload, in memory as long as it is small. */
class PayloadWriter {
  readonly #platform: Platform
  readonly #options: OpenPartOptions
  /** Pages that are never written to cost nothing. */
  #memory: Uint8Array
  #sizeBytes = 0
  #file: { readonly path: string; readonly handle: FileHandle } | undefined

  constructor(platform: Platform, options: OpenPartOptions) {
    this.#platform = platform
    this.#options = options
    this.#memory = new Uint8Array(Math.min(options.maxBytes, MAX_PAYLOAD_IN_MEMORY))
  }

  append(piece: Uint8Array): Promise<void> | undefined {
    const { maxBytes } = this.#options
    const size = this.#sizeBytes + piece.length
    if (size > maxBytes) {
      const reason = `it holds more than ${maxBytes} bytes, the most that its objects can need`
      throw new OstreeError('INVALID_FORMAT', { format: 'delta part', path: '', reason })
    }
    if (this.#file !== undefined || size > this.#memory.length) return this.#appendToFile(piece, size)
    this.#memory.set(piece, this.#sizeBytes)
    this.#sizeBytes = size
    return undefined
  }

  async #appendToFile(piece: Uint8Array, size: number): Promise<void> {
    const file = this.#file ?? (await this.#spill())
    await file.handle.write(piece)
    this.#sizeBytes = size
  }

  async finish(): Promise<RandomAccess> {
    if (this.#file === undefined) return inMemory(this.#memory.subarray(0, this.#sizeBytes))
    return inFile(this.#file.handle, this.#sizeBytes)
  }

  async discard(): Promise<void> {
    this.#memory = new Uint8Array(0)
    if (this.#file === undefined) return
    const { path, handle } = this.#file
    this.#file = undefined
    await handle.close()
    await this.#platform.fs.unlink(path)
  }

  async #spill(): Promise<{ readonly path: string; readonly handle: FileHandle }> {
    const path = this.#options.temporaryPath()
    const handle = await this.#platform.fs.open(path, 'rw', 0o600)
    const file = { path, handle }
    this.#file = file
    await handle.write(this.#memory.subarray(0, this.#sizeBytes))
    this.#memory = new Uint8Array(0)
    return file
  }
}

/**
 * The payload is one tuple of four members of variable size (`PART_PAYLOAD`). Its data may be too large to be decoded in
 * one piece, so the framing is read here.
 */
async function readFields(payload: RandomAccess): Promise<Omit<OpenPart, 'payload' | 'close'>> {
  const { sizeBytes } = payload
  const width = offsetWidth(sizeBytes)
  const end = sizeBytes - 3 * width
  if (width === 0 || end < 0) throw misframed()
  const table = (await payload.read(end, 3 * width)).slice()
  const view = new DataView(table.buffer)
  const [dataEnd, xattrsEnd, modesEnd] = [0, 1, 2].map((index) => readOffset(view, index * width, width)) as [
    number,
    number,
    number,
  ]
  if (!(modesEnd <= xattrsEnd && xattrsEnd <= dataEnd && dataEnd <= end)) throw misframed()
  if (xattrsEnd > MAX_TABLES_BYTES) {
    const reason = `tables of ${xattrsEnd} bytes, more than ${MAX_TABLES_BYTES}`
    throw new OstreeError('INVALID_FORMAT', { format: 'delta part', path: '', reason })
  }
  try {
    return {
      modes: decode(PART_MODES, await readWhole(payload, 0, modesEnd), 'delta part'),
      xattrs: decode(PART_XATTRS, await readWhole(payload, modesEnd, xattrsEnd - modesEnd), 'delta part'),
      data: { start: xattrsEnd, sizeBytes: dataEnd - xattrsEnd },
      operations: { start: dataEnd, sizeBytes: end - dataEnd },
    }
  } catch (error) {
    throw prefixed(error, 'Tables of a delta part')
  }
}

function misframed(): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'delta part', path: '', reason: 'bad framing offsets' })
}
