// Dirtrees as nearly all of them are, read in one pass: a command that reads thousands ends before the codec, which runs
// through a dozen functions for each entry, is warm. Whatever is unusual is left to the codec. (measured: bench/reading)
// Facts: spec/objects.md#dirtree

import { toHex } from '../bytes/hex.ts'
import { offsetWidth, readOffset, widthFor } from '../gvariant/framing.ts'
import { CHECKSUM_BYTES, type Checksum } from './checksum.ts'
import type { Dirtree } from './dirtree.ts'

/** Up to here an entry's own framing offsets take one byte each. */
const MAX_ENTRY_BYTES = 0xff
const SLASH = 0x2f
const FIRST_NON_ASCII = 0x80

/** @returns `undefined` for what only the codec can read, or reject. */
export function quickDirtree(data: Uint8Array): Dirtree | undefined {
  const width = offsetWidth(data.length)
  const end = data.length - width
  if (width === 0 || widthFor(end, 1) !== width) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const filesEnd = readOffset(view, end, width)
  if (filesEnd > end) return undefined
  const reader = new EntryReader(data, view)
  const files: Dirtree['files'][number][] = []
  const directories: Dirtree['directories'][number][] = []
  const complete =
    reader.read(0, filesEnd, 1, (name, at) => files.push({ name, checksum: reader.checksum(at) })) &&
    reader.read(filesEnd, end, 2, (name, at) => {
      const treeChecksum = reader.checksum(at)
      directories.push({ name, treeChecksum, metaChecksum: reader.checksum(at + CHECKSUM_BYTES) })
    })
  return complete ? { files, directories } : undefined
}

class EntryReader {
  readonly #data: Uint8Array
  readonly #view: DataView
  /** All of the data: one call in place of one for each checksum. */
  readonly #hex: string

  constructor(data: Uint8Array, view: DataView) {
    this.#data = data
    this.#view = view
    this.#hex = toHex(data)
  }

  checksum(at: number): Checksum {
    return this.#hex.slice(2 * at, 2 * (at + CHECKSUM_BYTES)) as Checksum
  }

  /**
   * The array in `data[start, end)`, of a name and `checksums` checksums each.
   * @param take - Gets the name and where the first checksum starts.
   */
  read(start: number, end: number, checksums: 1 | 2, take: (name: string, at: number) => void): boolean {
    const size = end - start
    if (size === 0) return true
    const width = offsetWidth(size)
    const bodySize = readOffset(this.#view, end - width, width)
    const count = (size - bodySize) / width
    if (width === 0 || bodySize >= size || widthFor(bodySize, count) !== width || !Number.isInteger(count)) return false
    const bodyEnd = start + bodySize
    let position = start
    for (let entry = bodyEnd; entry < end; entry += width) {
      const entryEnd = start + readOffset(this.#view, entry, width)
      if (entryEnd > bodyEnd || entryEnd - position > MAX_ENTRY_BYTES) return false
      const nameEnd = entryEnd - checksums * (CHECKSUM_BYTES + 1)
      const name = this.#name(position, nameEnd)
      if (name === undefined || !this.#framed(position, nameEnd, entryEnd, checksums)) return false
      take(name, nameEnd)
      position = entryEnd
    }
    return true
  }

  /** Framing offsets stand behind the entry, the first one last. */
  #framed(start: number, nameEnd: number, end: number, checksums: 1 | 2): boolean {
    const data = this.#data
    if (data[end - 1] !== nameEnd - start) return false
    return checksums === 1 || data[end - 2] === nameEnd + CHECKSUM_BYTES - start
  }

  /** An ASCII name and its NUL. */
  #name(start: number, end: number): string | undefined {
    const data = this.#data
    const length = end - 1 - start
    if (length < 1 || data[end - 1] !== 0) return undefined
    const codes = new Array<number>(length)
    for (let i = 0; i < length; i++) {
      const byte = data[start + i]!
      if (byte === 0 || byte === SLASH || byte >= FIRST_NON_ASCII) return undefined
      codes[i] = byte
    }
    const name = String.fromCharCode.apply(null, codes)
    return name === '.' || name === '..' ? undefined : name
  }
}
