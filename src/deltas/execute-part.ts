// Runs the operations of an opened part: object by object, each written through a temporary file and kept only if it hashes
// to its name. Nothing is written that the part's entry does not declare. Facts: spec/static-deltas.md#operations

import { decodeUtf8 } from '../bytes/utf8.ts'
import { OstreeError, prefixed } from '../errors.ts'
import { CHECKSUM_BYTES } from '../objects/checksum.ts'
import type { FileInfo } from '../objects/file-header.ts'
import { isRegularMode, isSymlinkMode } from '../objects/file-mode.ts'
import type { MetadataType, ObjectName } from '../objects/object-name.ts'
import { validateMetadata } from '../repo/store/check-object.ts'
import { NO_CONTENT, SMALL_CONTENT_BYTES } from '../repo/store/content.ts'
import type { LooseStore } from '../repo/store/loose-store.ts'
import { MAX_METADATA_BYTES } from '../repo/store/read-object.ts'
import { type WrittenObject, writeContent, writeMetadata } from '../repo/store/write-object.ts'
import { bspatch, bspatchInMemory } from './bspatch.ts'
import type { OpenPart } from './open-part.ts'
import { OperationReader } from './operation-reader.ts'
import { type DeltaOperation, type FileTarget, invalidRange, OPCODE_NAME, type OperationName } from './operations.ts'
import { readRange, readWhole } from './random-access.ts'
import { openReadSource, type ReadSource } from './read-source.ts'

/** What a part may make: objects that a commit is made of, which all are checked against their names. */
const MADE_TYPES: ReadonlySet<string> = new Set(['file', 'dirtree', 'dirmeta', 'commit'])
const MAX_SYMLINK_BYTES = 4096
/** Files that are made piece by piece are put together in memory up to this size, and larger ones streamed. */
const MAX_MADE_IN_MEMORY = 4 << 20

export interface ExecuteLimits {
  /** Of everything but the targets of symbolic links. */
  readonly unpackedBytes: bigint
}

export interface AppliedObjects {
  readonly metadataWritten: number
  readonly contentWritten: number
  /** Bytes of content that was written, inflated. */
  readonly contentBytesWritten: number
  /** Objects that were there before. */
  readonly existed: number
}

type Operation<N extends OperationName> = Extract<DeltaOperation, { op: N }>

/** Makes the objects of a part. @throws {@link OstreeError} `INVALID_FORMAT`, `CHECKSUM_MISMATCH`, … */
export async function executePart(
  store: LooseStore,
  part: OpenPart,
  objects: readonly ObjectName[],
  limits: ExecuteLimits,
  signal?: AbortSignal,
): Promise<AppliedObjects> {
  const execution = new Execution(store, part, objects, limits)
  try {
    return await execution.run(signal)
  } finally {
    await execution.close()
  }
}

class Execution {
  readonly #store: LooseStore
  readonly #part: OpenPart
  readonly #objects: readonly ObjectName[]
  readonly #reader: OperationReader
  readonly #applied = { metadataWritten: 0, contentWritten: 0, contentBytesWritten: 0, existed: 0 }
  #made = 0
  #budget: bigint
  #source: ReadSource | null = null

  constructor(store: LooseStore, part: OpenPart, objects: readonly ObjectName[], limits: ExecuteLimits) {
    this.#store = store
    this.#part = part
    this.#objects = objects
    this.#reader = new OperationReader(part)
    this.#budget = limits.unpackedBytes
  }

  async run(signal?: AbortSignal): Promise<AppliedObjects> {
    for (;;) {
      signal?.throwIfAborted()
      const operation = await this.#reader.next(this.#objects[this.#made]?.type)
      if (operation === undefined) break
      try {
        await this.#between(operation)
      } catch (error) {
        throw prefixed(error, `opcode ${OPCODE_NAME[operation.op]}`)
      }
      const pause = this.#store.platform.breathe()
      if (pause !== undefined) await pause
    }
    const { length } = this.#objects
    if (this.#made < length) throw invalid(`operations make ${this.#made} of ${length} objects`)
    return this.#applied
  }

  async close(): Promise<void> {
    const source = this.#source
    this.#source = null
    await source?.close()
  }

  /** An operation that stands where no file is open. */
  async #between(operation: DeltaOperation): Promise<void> {
    switch (operation.op) {
      case 'openSpliceAndClose':
        return this.#splice(operation)
      case 'open':
        return this.#openFile(operation)
      case 'setReadSource':
        return this.#setSource(operation)
      case 'unsetReadSource':
        return this.close()
      default:
        throw invalid('no file is open')
    }
  }

  async #splice({ file, size, at }: Operation<'openSpliceAndClose'>): Promise<void> {
    const start = this.#dataRange(at, size)
    const { payload } = this.#part
    if (file === null) await this.#makeMetadata(start, size)
    else {
      const info = this.#fileInfo(file)
      if (isSymlinkMode(info.mode)) await this.#makeSymlink(info, start, size)
      else {
        this.#spend(size)
        const content = size <= SMALL_CONTENT_BYTES ? await payload.read(start, size) : readRange(payload, start, size)
        await this.#makeFile(info, content)
      }
    }
    await this.close()
  }

  async #makeMetadata(start: number, size: number): Promise<void> {
    const name = this.#objects[this.#made]!
    if (!MADE_TYPES.has(name.type)) throw invalid(`a ${name.type} object`)
    if (size > MAX_METADATA_BYTES) throw invalid(`a ${name.type} object of ${size} bytes`)
    this.#spend(size)
    const type = name.type as MetadataType
    const bytes = await readWhole(this.#part.payload, start, size)
    const { existed } = await writeMetadata(this.#store, type, checked(type, bytes), name.checksum)
    if (existed) this.#applied.existed++
    else this.#applied.metadataWritten++
    this.#made++
  }

  async #makeSymlink(info: FileInfo, start: number, size: number): Promise<void> {
    if (size > MAX_SYMLINK_BYTES) throw invalid(`a symbolic link with a target of ${size} bytes`)
    const symlinkTarget = decodeUtf8(await this.#part.payload.read(start, size))
    await this.#makeFile({ ...info, symlinkTarget }, NO_CONTENT)
  }

  async #makeFile(info: FileInfo, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const { checksum } = this.#objects[this.#made]!
    this.#count(await writeContent(this.#store, info, content, checksum))
    this.#made++
  }

  #count({ existed, unpackedBytes }: WrittenObject): void {
    if (existed) {
      this.#applied.existed++
      return
    }
    this.#applied.contentWritten++
    this.#applied.contentBytesWritten += unpackedBytes
  }

  async #openFile({ file, size }: Operation<'open'>): Promise<void> {
    const info = this.#fileInfo(file)
    if (!isRegularMode(info.mode)) throw invalid('only regular files are made piece by piece')
    this.#spend(size)
    const has = await this.#store.has(this.#objects[this.#made]!)
    if (has) {
      for await (const _ of this.#pieces(size, { skip: true }));
      this.#applied.existed++
      this.#made++
    } else await this.#makeFile(info, size <= MAX_MADE_IN_MEMORY ? await this.#gather(size) : this.#pieces(size))
  }

  /** The content of an open file, from its operations up to the one that closes it. */
  async *#pieces(size: number, { skip = false } = {}): AsyncGenerator<Uint8Array> {
    let left = size
    for (;;) {
      const operation = await this.#reader.next(undefined)
      switch (operation?.op) {
        case 'write':
          left = less(left, operation.size)
          if (!skip) yield* this.#write(operation)
          break
        case 'bspatch':
          left = less(left, size)
          if (!skip) yield* this.#patch(operation, size)
          break
        case 'setReadSource':
          if (!skip) await this.#setSource(operation)
          break
        case 'unsetReadSource':
          await this.close()
          break
        case 'close':
          if (left > 0) throw invalid(`a file is closed ${left} bytes too soon`)
          await this.close()
          return
        default:
          throw invalid(operation === undefined ? 'they end inside a file' : 'a file is open already')
      }
    }
  }

  /** {@link #pieces} as one array. */
  async #gather(size: number): Promise<Uint8Array> {
    const whole = new Uint8Array(size)
    let filled = 0
    for await (const piece of this.#pieces(size)) {
      whole.set(piece, filled)
      filled += piece.length
    }
    return whole
  }

  async *#write({ size, at }: Operation<'write'>): AsyncGenerator<Uint8Array> {
    const source = this.#source
    if (source === null) yield* readRange(this.#part.payload, this.#dataRange(at, size), size)
    else if (size > source.sizeBytes - at) {
      throw new OstreeError('FAILED', { reason: `Unexpected EOF reading object ${source.checksum}` })
    } else yield* readRange(source, at, size)
  }

  async *#patch({ size, at }: Operation<'bspatch'>, newBytes: number): AsyncGenerator<Uint8Array> {
    const source = this.#source
    if (source === null) throw invalid('a patch without a read source')
    const start = this.#dataRange(at, size)
    const { payload } = this.#part
    if (source.bytes !== undefined && payload.bytes !== undefined && newBytes <= MAX_MADE_IN_MEMORY) {
      yield bspatchInMemory(source.bytes, payload.bytes.subarray(start, start + size), newBytes)
    } else yield* bspatch(source, payload, { start, sizeBytes: size }, newBytes)
  }

  async #setSource({ at }: Operation<'setReadSource'>): Promise<void> {
    await this.close()
    const start = this.#dataRange(at, CHECKSUM_BYTES)
    this.#source = await openReadSource(this.#store, await this.#part.payload.read(start, CHECKSUM_BYTES))
  }

  /** Where a run of the part's data starts in its payload. */
  #dataRange(at: number, size: number): number {
    const { start, sizeBytes } = this.#part.data
    if (size > sizeBytes - at) throw invalidRange(at, size)
    return start + at
  }

  #fileInfo({ mode, xattrs }: FileTarget): FileInfo {
    const owner = this.#part.modes[mode]
    const attributes = this.#part.xattrs[xattrs]
    if (owner === undefined || attributes === undefined) throw invalid(`no such mode or attributes: ${mode}/${xattrs}`)
    if (!isRegularMode(owner.mode) && !isSymlinkMode(owner.mode)) throw invalid(`a file of mode ${owner.mode}`)
    return { ...owner, symlinkTarget: '', xattrs: attributes }
  }

  /** Counts bytes that an object will have against what the part's entry declares. */
  #spend(size: number): void {
    this.#budget -= BigInt(size)
    if (this.#budget < 0n) throw invalid('objects are larger than declared')
  }
}

function less(left: number, size: number): number {
  if (size > left) throw invalid('more is written than the file holds')
  return left - size
}

function checked(type: MetadataType, bytes: Uint8Array): Uint8Array {
  validateMetadata(type, bytes)
  return bytes
}

function invalid(reason: string): OstreeError {
  return new OstreeError('INVALID_FORMAT', { format: 'delta part', path: 'operations', reason })
}
