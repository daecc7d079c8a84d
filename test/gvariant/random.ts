// Random types, values, texts and damage for the comparisons with GLib. Everything follows from a seed.

import { alignUp, parseType, type Type } from '../../src/gvariant/type.ts'
import type { Value } from '../../src/gvariant/value.ts'

export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 32 bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  below(limit: number): number {
    return Math.floor((this.bits() / 0x1_0000_0000) * limit)
  }

  chance(probability: number): boolean {
    return this.bits() < probability * 0x1_0000_0000
  }

  pick<T>(items: ArrayLike<T>): T {
    return items[this.below(items.length)]!
  }

  bits64(): bigint {
    return (BigInt(this.bits()) << 32n) | BigInt(this.bits())
  }
}

const LEAVES = 'bynqiuxthdsogv'
const KEYS = 'bynqiuxthdsog'

export function randomType(random: Random, depth: number): string {
  if (depth === 0 || random.chance(0.25)) return random.pick(LEAVES)
  const inner = () => randomType(random, depth - 1)
  switch (random.below(6)) {
    case 0:
    case 1:
      return `a${inner()}`
    case 2:
      return `m${inner()}`
    case 3:
      return `a{${random.pick(KEYS)}${inner()}}`
    case 4:
      return random.chance(0.1) ? `{${random.pick(KEYS)}${inner()}}` : '(sayu)'
    default:
      return `(${Array.from({ length: random.below(5) }, inner).join('')})`
  }
}

/** `containers` levels of arrays, maybes and tuples around one leaf. */
export function deepType(random: Random, containers: number): string {
  let open = ''
  let close = ''
  for (let i = 0; i < containers; i++) {
    const wrapper = random.below(4)
    open += 'am(('[wrapper]
    if (wrapper === 3) open += random.pick(LEAVES)
    if (wrapper >= 2) close = `)${close}`
  }
  return open + random.pick(LEAVES) + close
}

const TEXTS = [
  'a',
  'B',
  '0',
  ' ',
  '/',
  "'",
  '"',
  '\\',
  '\n',
  '\t',
  '\x01',
  '\x7f',
  '\u0085',
  '\u00e9',
  '\u00ad',
  '\u0378',
]
const MORE_TEXTS = ['\u200b', '\u2028', '\ue000', '\ufdd0', '\ufeff', '\uffff', '\u{1f600}', '\u{e0001}', '\u{10ffff}']

function randomText(random: Random): string {
  return Array.from({ length: random.below(random.chance(0.05) ? 300 : 6) }, () =>
    random.pick(random.chance(0.7) ? TEXTS : MORE_TEXTS),
  ).join('')
}

function randomInteger(random: Random, bits: 8 | 16 | 32 | 64, signed: boolean): bigint {
  const raw = random.pick([
    random.bits64(),
    BigInt(random.below(3)),
    -1n,
    1n << BigInt(bits - 1),
    (1n << BigInt(bits - 1)) - 1n,
  ])
  return signed ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw)
}

function randomDouble(random: Random): Value {
  const view = new DataView(new ArrayBuffer(8))
  switch (random.below(5)) {
    case 0:
      return random.pick([
        0,
        -0,
        1,
        -1.5,
        0.1,
        1e17,
        123456789012345680,
        5e-324,
        2 ** -25,
        2 ** -30,
        1e22,
        1e-5,
        0.0001,
      ])
    case 1:
      return random.pick([
        Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        { nanBits: 0xfff8_0000_0000_0000n },
      ])
    case 2:
      return (random.bits() - 0x8000_0000) * 2 ** -random.below(80)
    case 3:
      return random.below(100000) / 100
    default: {
      view.setBigUint64(0, random.bits64())
      const value = view.getFloat64(0)
      return Number.isNaN(value) ? { nanBits: view.getBigUint64(0) } : value
    }
  }
}

/** @param room - Roughly how many parts the value may still have. */
export function randomValue(random: Random, type: Type, room = 60): Value {
  const [first] = type.children
  switch (type.code) {
    case 'b':
      return random.chance(0.5)
    case 'y':
      return Number(randomInteger(random, 8, false))
    case 'n':
      return Number(randomInteger(random, 16, true))
    case 'q':
      return Number(randomInteger(random, 16, false))
    case 'i':
    case 'h':
      return Number(randomInteger(random, 32, true))
    case 'u':
      return Number(randomInteger(random, 32, false))
    case 'x':
      return randomInteger(random, 64, true)
    case 't':
      return randomInteger(random, 64, false)
    case 'd':
      return randomDouble(random)
    case 's':
      return randomText(random)
    case 'o':
      return random.pick(['/', '/a', '/a/b_1', '/org/example/Z9'])
    case 'g':
      return random.pick(['', 's', 'a{sv}', '(ii)ay', 'aaaaav'])
    case 'v': {
      const inner = randomType(random, room > 4 ? 2 : 0)
      return { type: inner, value: randomValue(random, parseType(inner), room / 2) }
    }
    case 'm':
      return random.chance(0.3) ? null : { just: randomValue(random, first!, room) }
    case 'a': {
      const length = room < 1 ? 0 : random.below(Math.min(6, room) + 1)
      if (first!.code === 'y') return randomBytes(random, length * (random.chance(0.05) ? 100 : 2))
      return Array.from({ length }, () => randomValue(random, first!, room / (length + 1)))
    }
    default:
      return type.children.map((member) => randomValue(random, member, room / type.children.length))
  }
}

export function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, () => random.bits())
  if (!random.chance(0.5) || length === 0) return bytes
  return bytes.map((byte, i) => (i === length - 1 ? 0 : (byte % 0x60) + 0x20))
}

/** Some bytes changed, cut off, added, moved or overwritten with numbers that look like framing offsets. */
export function damaged(random: Random, bytes: Uint8Array): Uint8Array {
  let result: Uint8Array = bytes.slice()
  for (let i = random.below(3); i >= 0; i--) {
    switch (random.below(6)) {
      case 0:
        result = result.slice(0, random.below(result.length + 1))
        break
      case 1:
        result = Uint8Array.of(...result, ...randomBytes(random, random.below(9)))
        break
      case 2:
        result = result.slice(Math.min(result.length, random.below(9)))
        break
      default:
        if (result.length === 0) break
        // Towards the end, where offsets and types are, more often than not.
        result[random.chance(0.5) ? random.below(result.length) : Math.max(0, result.length - 1 - random.below(8))] =
          random.pick([random.bits(), random.below(result.length + 2), 0, 255, 0x73, 0x76, 0x28])
    }
  }
  return result
}

/** Pads to the size of a type of fixed size, so that damage reaches the parts. */
export function fittedTo(type: Type, bytes: Uint8Array): Uint8Array {
  if (type.fixedSize === undefined) return bytes
  const fitted = new Uint8Array(alignUp(type.fixedSize, 1))
  fitted.set(bytes.subarray(0, fitted.length))
  return fitted
}

/**
 * A variant that holds a tuple of five variants, of which the third and the fifth are the same bytes: again such a
 * variant, `levels` deep, around the byte 5. It works since the first member ends outside the tuple.
 */
export function overlapping(levels: number): Uint8Array {
  let inner: Uint8Array = Uint8Array.of(5, 0, 0x79)
  for (let level = 0; level < levels; level++) {
    const wide = inner.length + 4 > 0xfe
    const ends = [0, inner.length, 0, wide ? 0xffff : 0xff].flatMap((end) => (wide ? [end & 0xff, end >> 8] : [end]))
    inner = Uint8Array.of(...inner, ...ends, 0, ...new TextEncoder().encode('(vvvvv)'))
  }
  return inner
}
