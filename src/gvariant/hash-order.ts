// The order in which GLib's hash tables list string keys. The reference builds some dictionaries from such tables, so
// their bytes depend on it. The order follows from which keys came and went, and when: the class replays that.
// Facts: spec/gvariant.md#hash-order

import { encodeUtf8 } from '../bytes/utf8.ts'

const MIN_SHIFT = 3

interface Node {
  readonly key: string
  readonly hash: number
}

/** A slot that had a key: a search goes on past it, a new key may take it. */
const TOMBSTONE = 'tombstone'
type Slot = Node | typeof TOMBSTONE | undefined

/** The keys of a GHashTable, made with g_str_hash unless another hash is given, in the order of its iterator. */
export class StringHashOrder implements Iterable<string> {
  #slots: Slot[] = emptySlots(MIN_SHIFT)
  #shift = MIN_SHIFT
  #modulus = largestPrimeBelow(2 ** MIN_SHIFT)
  #size = 0
  /** Slots with a key or a tombstone. */
  #occupied = 0
  readonly #hash: (key: string) => number

  constructor(keys: Iterable<string> = [], hash = stringHash) {
    this.#hash = hash
    for (const key of keys) this.add(key)
  }

  get size(): number {
    return this.#size
  }

  /** Adding a key that is there changes nothing. */
  add(key: string): void {
    const hash = this.#hashOf(key)
    const index = this.#find(key, hash)
    const old = this.#slots[index]
    if (isNode(old)) return
    this.#slots[index] = { key, hash }
    this.#size++
    if (old === TOMBSTONE) return
    this.#occupied++
    this.#resizeIfNeeded()
  }

  /** True when the key was there. */
  delete(key: string): boolean {
    const index = this.#find(key, this.#hashOf(key))
    if (!isNode(this.#slots[index])) return false
    this.#slots[index] = TOMBSTONE
    this.#size--
    this.#resizeIfNeeded()
    return true
  }

  /** 0 and 1 mark free slots and tombstones in GLib's table, so keys do not hash to them. */
  #hashOf(key: string): number {
    return Math.max(2, this.#hash(key))
  }

  *[Symbol.iterator](): Generator<string> {
    for (const slot of this.#slots) if (isNode(slot)) yield slot.key
  }

  /** The slot of the key, or else the slot it would take: the first tombstone on the way, or the free one at its end. */
  #find(key: string, hash: number): number {
    let index = firstIndex(hash, this.#modulus)
    let tombstone: number | undefined
    for (let step = 1; ; step++) {
      const slot = this.#slots[index]
      if (slot === undefined) return tombstone ?? index
      if (slot === TOMBSTONE) tombstone ??= index
      else if (slot.hash === hash && slot.key === key) return index
      index = (index + step) % this.#slots.length
    }
  }

  #resizeIfNeeded(): void {
    const slots = this.#slots.length
    const sparse = this.#shift > MIN_SHIFT && Math.floor((slots - 1) / 4) >= this.#size
    const full = slots <= this.#occupied + Math.floor(this.#occupied / 16)
    if (sparse || full) this.#resize()
  }

  /** Moves keys in place: one that lands on a key not yet moved pushes it out, and that one is placed next. */
  #resize(): void {
    const old = this.#slots
    this.#shift = Math.max(MIN_SHIFT, bitLength(this.#size + Math.floor(this.#size / 3)))
    this.#modulus = largestPrimeBelow(2 ** this.#shift)
    const placed = emptySlots(this.#shift)
    const waiting = old.map((slot) => (isNode(slot) ? slot : undefined))
    for (let i = 0; i < old.length; i++) {
      let node = waiting[i]
      waiting[i] = undefined
      while (node !== undefined) {
        const index = this.#freeIndex(placed, node.hash)
        placed[index] = node
        node = waiting[index]
        waiting[index] = undefined
      }
    }
    this.#slots = placed
    this.#occupied = this.#size
  }

  #freeIndex(placed: readonly Slot[], hash: number): number {
    let index = firstIndex(hash, this.#modulus)
    for (let step = 1; placed[index] !== undefined; step++) index = (index + step) % placed.length
    return index
  }
}

/** `entries`, each key once with its last value, in the order that `g_variant_dict_end` writes them. */
export function inHashOrder<V>(entries: Iterable<readonly [string, V]>): [string, V][] {
  const values = new Map(entries)
  return Array.from(new StringHashOrder(values.keys()), (key) => [key, values.get(key)!])
}

/** g_str_hash: 33 times the sum so far plus the next byte, as a signed char, in 32 bits from 5381 on. */
export function stringHash(key: string): number {
  let hash = 5381
  for (const byte of encodeUtf8(key)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0
  return hash
}

function firstIndex(hash: number, modulus: number): number {
  return (Math.imul(hash, 11) >>> 0) % modulus
}

function isNode(slot: Slot): slot is Node {
  return typeof slot === 'object'
}

function emptySlots(shift: number): Slot[] {
  return new Array<Slot>(2 ** shift).fill(undefined)
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value)
}

/** GLib's table has the same moduli written out. */
function largestPrimeBelow(limit: number): number {
  let candidate = limit - 1
  while (!isPrime(candidate)) candidate--
  return candidate
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false
  return true
}
