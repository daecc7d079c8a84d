// One part of a delta in the making: its tables, its operations, and where its data comes from. The data itself is read
// only when the part is written, on another thread. Facts: spec/static-deltas.md#parts

import { Sink } from '../../gvariant/sink.ts'
import { type Checksum, checksumToBytes } from '../../objects/checksum.ts'
import type { FileInfo } from '../../objects/file-header.ts'
import type { MetadataType, ObjectName } from '../../objects/object-name.ts'
import { encodeXattrs, type Xattrs } from '../../objects/xattrs.ts'
import { type DeltaOperation, encodeOperation, type FileTarget } from '../operations.ts'
import type { PartMode } from '../part.ts'
import type { ChunkMatch } from './match-chunks.ts'

/** A run of a part's data. */
export type DataSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'metadata'; readonly type: MetadataType; readonly checksum: Checksum; readonly sizeBytes: number }
  | { readonly kind: 'content'; readonly checksum: Checksum; readonly sizeBytes: number }
  /** Pieces of a content object: starts and sizes in turn. */
  | { readonly kind: 'ranges'; readonly checksum: Checksum; readonly ranges: Float64Array; readonly sizeBytes: number }
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number }

const MODE_BYTES = 12

export class PartBuilder {
  readonly objects: ObjectName[] = []
  readonly modes: PartMode[] = []
  readonly xattrs: Xattrs[] = []
  readonly sources: DataSource[] = []
  dataBytes = 0
  /** Of the contents of its objects. */
  unpackedBytes = 0
  #tablesBytes = 0
  readonly #operations = new Sink()
  readonly #modePlaces = new Map<string, number>()
  readonly #xattrPlaces = new Map<string, number>()

  /** About what the part will hold; decides when the next one begins. */
  get estimatedBytes(): number {
    return this.dataBytes + this.#operations.size + this.#tablesBytes
  }

  get operations(): Uint8Array {
    return this.#operations.finish()
  }

  addMetadata(type: MetadataType, checksum: Checksum, sizeBytes: number): void {
    this.#begin({ type, checksum }, sizeBytes)
    const at = this.#data({ kind: 'metadata', type, checksum, sizeBytes })
    this.#operate({ op: 'openSpliceAndClose', file: null, size: sizeBytes, at })
  }

  addRegular(checksum: Checksum, info: FileInfo, sizeBytes: number): void {
    this.#begin({ type: 'file', checksum }, sizeBytes)
    const file = this.#target(info)
    const at = this.#data({ kind: 'content', checksum, sizeBytes })
    this.#operate({ op: 'openSpliceAndClose', file, size: sizeBytes, at })
  }

  addSymlink(checksum: Checksum, info: FileInfo): void {
    this.#begin({ type: 'file', checksum }, 0)
    const file = this.#target(info)
    const bytes = new TextEncoder().encode(info.symlinkTarget)
    const at = this.#data({ kind: 'bytes', bytes })
    this.#operate({ op: 'openSpliceAndClose', file, size: bytes.length, at })
  }

  /** A file of runs of an old one and of bytes of its own. */
  addChunks(
    checksum: Checksum,
    info: FileInfo,
    sizeBytes: number,
    from: Checksum,
    matches: readonly ChunkMatch[],
  ): void {
    this.#begin({ type: 'file', checksum }, sizeBytes)
    const file = this.#target(info)
    const source = this.#data({ kind: 'bytes', bytes: checksumToBytes(from) })
    this.#operate({ op: 'open', file, size: sizeBytes })
    const ranges: number[] = []
    let ownBytes = 0
    let written = 0
    let fromOld = false
    const writeOwn = (end: number) => {
      const size = end - written
      if (size === 0) return
      if (fromOld) this.#operate({ op: 'unsetReadSource' })
      fromOld = false
      this.#operate({ op: 'write', size, at: this.dataBytes + ownBytes })
      ranges.push(written, size)
      ownBytes += size
      written = end
    }
    for (const match of matches) {
      writeOwn(match.to)
      if (!fromOld) this.#operate({ op: 'setReadSource', at: source })
      fromOld = true
      this.#operate({ op: 'write', size: match.sizeBytes, at: match.from })
      written += match.sizeBytes
    }
    if (fromOld) this.#operate({ op: 'unsetReadSource' })
    fromOld = false
    writeOwn(sizeBytes)
    if (ownBytes > 0) {
      this.#data({ kind: 'ranges', checksum, ranges: Float64Array.from(ranges), sizeBytes: ownBytes })
    }
    this.#operate({ op: 'close' })
  }

  /** A file of an old one and a patch. */
  addPatched(
    checksum: Checksum,
    info: FileInfo,
    sizeBytes: number,
    from: Checksum,
    patch: { readonly path: string; readonly sizeBytes: number },
  ): void {
    this.#begin({ type: 'file', checksum }, sizeBytes)
    const file = this.#target(info)
    this.#operate({ op: 'setReadSource', at: this.#data({ kind: 'bytes', bytes: checksumToBytes(from) }) })
    this.#operate({ op: 'open', file, size: sizeBytes })
    const at = this.#data({ kind: 'file', path: patch.path, sizeBytes: patch.sizeBytes })
    this.#operate({ op: 'bspatch', at, size: patch.sizeBytes })
    this.#operate({ op: 'close' })
    this.#operate({ op: 'unsetReadSource' })
  }

  #begin(object: ObjectName, sizeBytes: number): void {
    this.objects.push(object)
    this.unpackedBytes += sizeBytes
  }

  /** Answers where in the data it begins. */
  #data(source: DataSource): number {
    const at = this.dataBytes
    this.sources.push(source)
    this.dataBytes += source.kind === 'bytes' ? source.bytes.length : source.sizeBytes
    return at
  }

  #operate(operation: DeltaOperation): void {
    this.#operations.append(encodeOperation(operation))
  }

  /** Places of the file's mode and attributes in the tables, where each stands once. */
  #target({ uid, gid, mode, xattrs }: FileInfo): FileTarget {
    return {
      mode: this.#place(this.#modePlaces, `${uid} ${gid} ${mode}`, MODE_BYTES, () =>
        this.modes.push({ uid, gid, mode }),
      ),
      xattrs: this.#xattrsPlace(xattrs),
    }
  }

  #xattrsPlace(xattrs: Xattrs): number {
    const encoded = encodeXattrs(xattrs)
    const key = Array.from(encoded, (byte) => String.fromCharCode(byte)).join('')
    return this.#place(this.#xattrPlaces, key, encoded.length, () => this.xattrs.push(xattrs))
  }

  #place(places: Map<string, number>, key: string, sizeBytes: number, append: () => void): number {
    const known = places.get(key)
    if (known !== undefined) return known
    const place = places.size
    append()
    places.set(key, place)
    this.#tablesBytes += sizeBytes
    return place
  }
}
