// The sizes of a commit's objects, which `--generate-sizes` adds to its metadata as `ostree.sizes`: for each object its
// checksum, its stored and its unpacked size and its type. Facts: spec/repository.md#sizes

import { encodeVaruint } from '../../bytes/cursor.ts'
import type { Variant } from '../../gvariant/schema.ts'
import { type Checksum, checksumToBytes } from '../../objects/checksum.ts'
import { OBJECT_TYPE, type ObjectType } from '../../objects/object-name.ts'

export interface ObjectSize {
  /** Bytes of the object's file. */
  readonly archived: number
  /** Bytes of the content, or of a symbolic link's target. */
  readonly unpacked: number
}

interface Entry extends ObjectSize {
  readonly type: ObjectType
}

const COUNTED: ReadonlySet<ObjectType> = new Set(['file', 'dirtree', 'dirmeta'])

export class ObjectSizes {
  readonly #entries = new Map<Checksum, Entry>()

  /** The first size that is told of an object stays; commits and what belongs to them are left out. */
  note(type: ObjectType, checksum: Checksum, size: ObjectSize): void {
    if (COUNTED.has(type) && !this.#entries.has(checksum)) this.#entries.set(checksum, { type, ...size })
  }

  clear(): void {
    this.#entries.clear()
  }

  /** The value of `ostree.sizes`, in the order of the checksums; `undefined` where there is nothing to tell. */
  toVariant(): Variant | undefined {
    if (this.#entries.size === 0) return undefined
    const sorted = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))
    return { type: 'aay', value: sorted.map(([checksum, entry]) => encodeEntry(checksum, entry)) }
  }
}

function encodeEntry(checksum: Checksum, { archived, unpacked, type }: Entry): Uint8Array {
  return Uint8Array.of(
    ...checksumToBytes(checksum),
    ...encodeVaruint(archived),
    ...encodeVaruint(unpacked),
    OBJECT_TYPE[type].code,
  )
}
