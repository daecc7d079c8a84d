// The 512-byte header block of tar: where its fields are, its checksum, and how sure one can be that it is one.
// Facts: POSIX.1 (ustar), the GNU tar manual (the old GNU format), libarchive's tests of a block.

import { headerNumber } from './numbers.ts'

export const BLOCK_BYTES = 512

/** How far it is from the end of `count` bytes to the next block. */
export function paddingAfter(count: number): number {
  return (BLOCK_BYTES - (count % BLOCK_BYTES)) % BLOCK_BYTES
}

/** Offset and length of each field. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  linkname: [157, 100],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
  realsize: [483, 12],
} as const
export type HeaderField = keyof typeof FIELDS

const TYPE_OFFSET = 156
/** Old GNU sparse maps: pairs of offset and length, 12 bytes each, then a flag that another block follows. */
const SPARSE_OFFSET = 386
const SPARSE_PAIRS = 4
const SPARSE_EXTENDED_OFFSET = 482
const EXTENSION_PAIRS = 21
const EXTENSION_MORE_OFFSET = 504

export type HeaderFormat = 'gnu' | 'ustar' | 'v7'

export class TarHeader {
  readonly #block: Uint8Array

  /** @param block - 512 bytes, kept and not copied. */
  constructor(block: Uint8Array) {
    this.#block = block
  }

  bytes(field: HeaderField): Uint8Array {
    const [offset, length] = FIELDS[field]
    return this.#block.subarray(offset, offset + length)
  }

  number(field: HeaderField): bigint {
    return headerNumber(this.bytes(field))
  }

  /** A text field up to its first NUL. */
  text(field: HeaderField): Uint8Array {
    return untilNul(this.bytes(field))
  }

  get type(): string {
    return String.fromCharCode(this.#block[TYPE_OFFSET]!)
  }

  get format(): HeaderFormat {
    if (this.#matches(257, 'ustar  \0')) return 'gnu'
    return this.#matches(257, 'ustar') ? 'ustar' : 'v7'
  }

  get isNull(): boolean {
    return this.#block.every((byte) => byte === 0)
  }

  /** True where the checksum is right, counting bytes as unsigned (POSIX) or signed (some old tars). */
  get checksumMatches(): boolean {
    const field = this.bytes('checksum')
    if (!field.every((byte) => byte === 0x20 || byte === 0 || (byte >= 0x30 && byte <= 0x37))) return false
    let sum = 0
    let high = 0
    for (let i = 0; i < BLOCK_BYTES; i++) {
      const byte = i >= 148 && i < 156 ? 0x20 : this.#block[i]!
      sum += byte
      high += byte >> 7
    }
    const expected = Number(headerNumber(field))
    return expected === sum || expected === sum - 256 * high
  }

  /** True where the first header of a stream is plausible enough to take the stream for tar. */
  get isPlausible(): boolean {
    if (this.isNull) return true
    const numbers = ['mode', 'uid', 'gid', 'mtime', 'size', 'deviceMajor', 'deviceMinor'] as const
    return (
      this.checksumMatches &&
      /^[\0-9A-Za-z]$/.test(this.type) &&
      numbers.every((name) => isNumberField(this.bytes(name)))
    )
  }

  /** True where magic and version are exactly those of POSIX or of GNU. */
  get isExactFormat(): boolean {
    return this.#matches(257, 'ustar\u000000') || this.#matches(257, 'ustar  \0')
  }

  get sparsePairs(): readonly SparsePair[] {
    return sparsePairs(this.#block, SPARSE_OFFSET, SPARSE_PAIRS)
  }

  get sparseIsExtended(): boolean {
    return this.#block[SPARSE_EXTENDED_OFFSET] !== 0
  }

  #matches(offset: number, text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.#block[offset + i] !== text.charCodeAt(i)) return false
    return true
  }
}

export interface SparsePair {
  readonly offset: bigint
  readonly length: bigint
}

/** A block that continues the sparse map of an old GNU header. */
export function sparseExtension(block: Uint8Array): { pairs: readonly SparsePair[]; more: boolean } {
  return { pairs: sparsePairs(block, 0, EXTENSION_PAIRS), more: block[EXTENSION_MORE_OFFSET] !== 0 }
}

function sparsePairs(block: Uint8Array, start: number, count: number): SparsePair[] {
  const pairs: SparsePair[] = []
  for (let at = start; at < start + 24 * count && block[at] !== 0; at += 24) {
    pairs.push({
      offset: headerNumber(block.subarray(at, at + 12)),
      length: headerNumber(block.subarray(at + 12, at + 24)),
    })
  }
  return pairs
}

/** Blanks, octal digits, then only blanks and NULs; base 256 can be anything. */
function isNumberField(field: Uint8Array): boolean {
  if (field[0] === 128 || field[0] === 255 || field[0] === 0) return true
  let i = 0
  while (field[i] === 0x20) i++
  while (field[i]! >= 0x30 && field[i]! <= 0x37) i++
  return field.subarray(i).every((byte) => byte === 0x20 || byte === 0)
}

export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0)
  return end === -1 ? bytes : bytes.subarray(0, end)
}
