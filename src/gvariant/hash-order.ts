// The order in which GLib walks a hash table of strings. A dictionary that the reference builds in a GVariantDict ends
// up in the order of that table, and the order is part of the bytes that are hashed. Facts: spec/gvariant.md#hash-order

import { encodeUtf8 } from '../bytes/utf8.ts'

const MIN_SHIFT = 3
/** By the table's size, a power of two: the largest prime below it, which takes a hash to its first slot. */
const PRIME_BELOW = [1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139]
/** 0 and 1 mark slots that are free and slots whose entry was removed. */
const FIRST_REAL_HASH = 2

/** The times-33 hash over signed bytes. */
function hashString(text: string): number {
  let hash = 5381
  for (const byte of encodeUtf8(text)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) >>> 0
  return Math.max(hash, FIRST_REAL_HASH)
}

class Table {
  readonly slots: (string | undefined)[]
  readonly #mask: number
  readonly #prime: number

  constructor(shift: number) {
    this.slots = new Array<string | undefined>(2 ** shift)
    this.#mask = 2 ** shift - 1
    this.#prime = PRIME_BELOW[shift]!
  }

  /** Puts a key into its slot; `false` when it has one. */
  put(key: string): boolean {
    let slot = (Math.imul(hashString(key), 11) >>> 0) % this.#prime
    for (let step = 1; this.slots[slot] !== undefined; step++) {
      if (this.slots[slot] === key) return false
      slot = (slot + step) & this.#mask
    }
    this.slots[slot] = key
    return true
  }
}

/** How a table that got `keys` one after the other is walked; a key that comes again stays where it is. */
export function hashTableOrder(keys: Iterable<string>): string[] {
  let table = new Table(MIN_SHIFT)
  let count = 0
  for (const key of keys) {
    if (!table.put(key)) continue
    count++
    if (table.slots.length > count + Math.floor(count / 16)) continue
    const grown = new Table(Math.max(MIN_SHIFT, bitLength(Math.floor(count * 1.333))))
    for (const old of table.slots) if (old !== undefined) grown.put(old)
    table = grown
  }
  return table.slots.filter((key) => key !== undefined)
}

const bitLength = (value: number): number => 32 - Math.clz32(value)

/** Entries as a GVariantDict gives them back: in table order, and of two with one key the later value. */
export function inVariantDictOrder<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  const values = new Map(entries)
  return hashTableOrder(entries.map(([key]) => key)).map((key) => [key, values.get(key) as T] as const)
}
