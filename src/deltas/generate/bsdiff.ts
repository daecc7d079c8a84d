// Differences of binary files after Colin Percival's bsdiff, in the stream layout that bspatch operations read: for each
// step three numbers, then differences to old bytes, then new bytes. Facts: spec/delta-generation.md#bsdiff

import { Scratch } from './scratch.ts'
import { sortSuffixes } from './suffix-array.ts'

const STEP_BYTES = 24
/** A match must beat what the alignment so far gives by more than this. */
const MIN_GAIN = 8

export interface BsdiffOptions {
  /**
   * Where in `old` the step after the last one of this patch reads on; by default where the last one ends, or where the
   * last match was.
   */
  readonly next?: number | undefined
  /** Its arrays are used, and the patch lies in one of them. */
  readonly scratch?: Scratch
}

/** Memory that {@link bsdiff} takes besides its two arguments, the patch included. */
export const bsdiffBytes = (oldBytes: number, freshBytes: number): number =>
  Math.ceil(7.7 * oldBytes + 1.2 * freshBytes)

/** The patch that makes `fresh` out of `old`. */
export function bsdiff(old: Uint8Array, fresh: Uint8Array, options: BsdiffOptions = {}): Uint8Array {
  const { next, scratch = new Scratch() } = options
  const index = scratch.numbers('suffixes', old.length + 1)
  index[0] = old.length
  sortSuffixes(old, index.subarray(1), scratch.bytes('types', old.length))
  return new Differ(old, fresh, index, scratch).run(next)
}

class Differ {
  readonly #old: Uint8Array
  readonly #fresh: Uint8Array
  /** Starts of the suffixes of `old` in order, the empty one first. */
  readonly #index: Int32Array
  readonly #patch: PatchWriter
  /** Where the match that was last looked up begins in `old`. */
  #found = 0

  constructor(old: Uint8Array, fresh: Uint8Array, index: Int32Array, scratch: Scratch) {
    this.#old = old
    this.#fresh = fresh
    this.#index = index
    this.#patch = new PatchWriter(old, fresh, scratch)
  }

  run(next: number | undefined): Uint8Array {
    const old = this.#old
    const fresh = this.#fresh
    let scan = 0
    let length = 0
    let lastScan = 0
    let lastFound = 0
    let shift = 0
    while (scan < fresh.length) {
      let score = 0
      scan += length
      for (let scored = scan; scan < fresh.length; scan++) {
        length = this.#search(scan)
        for (; scored < scan + length; scored++) {
          if (scored + shift < old.length && old[scored + shift] === fresh[scored]) score++
        }
        if ((length === score && length !== 0) || length > score + MIN_GAIN) break
        if (scan + shift < old.length && old[scan + shift] === fresh[scan]) score--
      }
      if (length === score && scan < fresh.length) continue
      const ahead = this.#extendAhead(lastScan, lastFound, scan)
      const behind = scan < fresh.length ? this.#extendBehind(scan, lastScan) : 0
      const [kept, taken] = this.#share(lastScan, lastFound, scan, ahead, behind)
      const goOn = scan === fresh.length && next !== undefined ? next : this.#found - taken
      this.#patch.step(lastScan, lastFound, kept, scan - taken, goOn)
      lastScan = scan - taken
      lastFound = this.#found - taken
      shift = this.#found - scan
    }
    return this.#patch.finish()
  }

  /**
   * The longest match of `fresh` from `scan` on, by halving. Which of several equal ones is found follows from the way of
   * halving, and the reference's is kept: a suffix that is a beginning of what is looked for counts as not smaller.
   */
  #search(scan: number): number {
    const index = this.#index
    const old = this.#old
    const fresh = this.#fresh
    const oldLength = old.length
    const freshLength = fresh.length
    let low = 0
    let high = oldLength
    // What the two ends have in common with the text looked for; all between them have the smaller of it.
    let lowCommon = 0
    let highCommon = 0
    let highKnown = false
    while (high - low >= 2) {
      const middle = low + ((high - low) >> 1)
      const start = index[middle]!
      let common = lowCommon < highCommon ? lowCommon : highCommon
      let a = start + common
      let b = scan + common
      while (a < oldLength && b < freshLength && old[a] === fresh[b]) {
        a++
        b++
      }
      common = b - scan
      if (a < oldLength && b < freshLength && old[a]! < fresh[b]!) {
        low = middle
        lowCommon = common
      } else {
        high = middle
        highCommon = common
        highKnown = true
      }
    }
    if (!highKnown) highCommon = commonLength(old, index[high]!, fresh, scan)
    if (lowCommon > highCommon) {
      this.#found = index[low]!
      return lowCommon
    }
    this.#found = index[high]!
    return highCommon
  }

  /** How far the last match goes on, differences allowed: as long as more than half of the bytes agree. */
  #extendAhead(lastScan: number, lastFound: number, scan: number): number {
    const old = this.#old
    const fresh = this.#fresh
    const limit = Math.min(scan - lastScan, old.length - lastFound)
    let same = 0
    let best = 0
    let length = 0
    for (let i = 0; i < limit; ) {
      if (old[lastFound + i] === fresh[lastScan + i]) same++
      i++
      if (same * 2 - i > best * 2 - length) {
        best = same
        length = i
      }
    }
    return length
  }

  /** The same backwards from the new match. */
  #extendBehind(scan: number, lastScan: number): number {
    const old = this.#old
    const fresh = this.#fresh
    const found = this.#found
    const limit = Math.min(scan - lastScan, found)
    let same = 0
    let best = 0
    let length = 0
    for (let i = 1; i <= limit; i++) {
      if (old[found - i] === fresh[scan - i]) same++
      if (same * 2 - i > best * 2 - length) {
        best = same
        length = i
      }
    }
    return length
  }

  /** Where both reach over the same bytes, the border goes where most of them agree. */
  #share(lastScan: number, lastFound: number, scan: number, ahead: number, behind: number): [number, number] {
    const overlap = lastScan + ahead - (scan - behind)
    if (overlap <= 0) return [ahead, behind]
    const old = this.#old
    const fresh = this.#fresh
    const left = ahead - overlap
    let gain = 0
    let best = 0
    let border = 0
    for (let i = 0; i < overlap; i++) {
      if (fresh[lastScan + left + i] === old[lastFound + left + i]) gain++
      if (fresh[scan - behind + i] === old[this.#found - behind + i]) gain--
      if (gain > best) {
        best = gain
        border = i + 1
      }
    }
    return [left + border, behind - border]
  }
}

function commonLength(old: Uint8Array, oldStart: number, fresh: Uint8Array, freshStart: number): number {
  const limit = Math.min(old.length - oldStart, fresh.length - freshStart)
  let length = 0
  while (length < limit && old[oldStart + length] === fresh[freshStart + length]) length++
  return length
}

class PatchWriter {
  readonly #old: Uint8Array
  readonly #fresh: Uint8Array
  #bytes: Uint8Array
  #size = 0

  constructor(old: Uint8Array, fresh: Uint8Array, scratch: Scratch) {
    this.#old = old
    this.#fresh = fresh
    this.#bytes = scratch.bytes('patch', fresh.length + (fresh.length >> 4) + 64 * STEP_BYTES)
  }

  /**
   * One step: `kept` bytes from `scan` on as differences, the rest up to `nextScan` as they are; then the old side moves
   * to `nextFound`.
   */
  step(scan: number, found: number, kept: number, nextScan: number, nextFound: number): void {
    const added = nextScan - (scan + kept)
    let at = this.#reserve(STEP_BYTES + kept + added)
    const bytes = this.#bytes
    for (const value of [kept, added, nextFound - (found + kept)]) {
      writeNumber(bytes, at, value)
      at += 8
    }
    const old = this.#old
    const fresh = this.#fresh
    for (let i = 0; i < kept; i++) bytes[at++] = fresh[scan + i]! - old[found + i]!
    bytes.set(fresh.subarray(scan + kept, nextScan), at)
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  #reserve(count: number): number {
    const start = this.#size
    this.#size += count
    if (this.#size > this.#bytes.length) {
      const grown = new Uint8Array(this.#size + (this.#size >> 3))
      grown.set(this.#bytes.subarray(0, start))
      this.#bytes = grown
    }
    return start
  }
}

/** 64 bits, little-endian, the sign apart in the highest. */
function writeNumber(bytes: Uint8Array, at: number, value: number): void {
  let rest = Math.abs(value)
  for (let i = 0; i < 8; i++) {
    bytes[at + i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  if (value < 0) bytes[at + 7]! |= 0x80
}
