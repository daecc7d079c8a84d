// The entropy codes of Zstandard: tables of finite states (FSE) and of Huffman codes, and streams of bits that are read
// from their end. Facts: RFC 8878, sections 4.1 and 4.2.

/** Reads behind the last byte of a block are allowed up to here. */
export const PADDING_BYTES = 8
/** Longest Huffman code. */
const MAX_CODE_BITS = 11
const MAX_WEIGHTS_LOG = 6

/** What is wrong with damaged data is of no use to anybody; where it came from is said by who catches this. */
export class CorruptBlock extends Error {}

export const bitLength = (value: number): number => 32 - Math.clz32(value)

/** Up to 25 bits, `position` counted in bits from the start of `bytes`. */
export function bitsAt(bytes: Uint8Array, position: number, count: number): number {
  const i = position >> 3
  const word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
  return (word >>> (position & 7)) & ((1 << count) - 1)
}

/** Where, in bits, the stream in `bytes[start..end)` ends: its last byte has a 1 above the last bit. */
export function streamEnd(bytes: Uint8Array, start: number, end: number): number {
  const last = end > start ? bytes[end - 1]! : 0
  if (last === 0) throw new CorruptBlock('a stream without an end')
  return (end - 1) * 8 + bitLength(last) - 1
}

/** Decodes a symbol from each state; the next state is `base` plus as many bits as `bits` says. */
export class StateTable {
  log = 0
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
  readonly #counts = new Int16Array(256)
  readonly #maxLog: number
  readonly #maxSymbol: number

  constructor(maxLog: number, maxSymbol: number) {
    this.#maxLog = maxLog
    this.#maxSymbol = maxSymbol
    this.symbols = new Uint8Array(1 << maxLog)
    this.bits = new Uint8Array(1 << maxLog)
    this.bases = new Uint16Array(1 << maxLog)
  }

  static of(log: number, counts: readonly number[]): StateTable {
    const table = new StateTable(log, counts.length - 1)
    table.#counts.set(counts)
    table.#build(log, counts.length)
    return table
  }

  /** One symbol, for no bits at all. */
  repeat(symbol: number): void {
    if (symbol > this.#maxSymbol) throw new CorruptBlock('no such symbol')
    this.log = 0
    this.symbols[0] = symbol
    this.bits[0] = 0
    this.bases[0] = 0
  }

  /** Reads a description in `bytes[start..end)`; answers where it ends. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end) throw new CorruptBlock('no table')
    const log = (bytes[start]! & 15) + 5
    if (log > this.#maxLog) throw new CorruptBlock('a table too large')
    let position = start * 8 + 4
    let left = 1 << log
    let symbol = 0
    while (left > 0) {
      if (symbol > this.#maxSymbol || position >= end * 8) throw new CorruptBlock('a table without an end')
      // A number from 0 to `left + 1`: the small ones are a bit shorter.
      const width = bitLength(left + 1)
      const value = bitsAt(bytes, position, width)
      const half = (1 << (width - 1)) - 1
      const shorter = (1 << width) - 2 - left
      const isShort = (value & half) < shorter
      const count = (isShort ? value & half : value > half ? value - shorter : value) - 1
      position += isShort ? width - 1 : width
      this.#counts[symbol++] = count
      left -= Math.abs(count)
      if (count !== 0) continue
      for (let zeros = 3; zeros === 3; position += 2) {
        zeros = bitsAt(bytes, position, 2)
        if (symbol + zeros > this.#maxSymbol) throw new CorruptBlock('a table without an end')
        this.#counts.fill(0, symbol, symbol + zeros)
        symbol += zeros
      }
    }
    const next = (position + 7) >> 3
    if (left < 0 || next > end) throw new CorruptBlock('a table that does not add up')
    this.#build(log, symbol)
    return next
  }

  #build(log: number, symbolCount: number): void {
    const { symbols, bits, bases } = this
    const counts = this.#counts
    const size = 1 << log
    let high = size - 1
    for (let symbol = 0; symbol < symbolCount; symbol++) if (counts[symbol] === -1) symbols[high--] = symbol
    const step = (size >> 1) + (size >> 3) + 3
    let state = 0
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      for (let i = counts[symbol]!; i > 0; i--) {
        symbols[state] = symbol
        do state = (state + step) & (size - 1)
        while (state > high)
      }
      if (counts[symbol] === -1) counts[symbol] = 1
    }
    for (let i = 0; i < size; i++) {
      const count = counts[symbols[i]!]!++
      const width = log + 1 - bitLength(count)
      bits[i] = width
      bases[i] = (count << width) - size
    }
    this.log = log
  }
}

/** Decodes literals: by the next `log` bits, each entry a symbol and how many bits are its own. */
export class HuffmanTable {
  log = 0
  readonly #entries = new Uint16Array(1 << MAX_CODE_BITS)
  readonly #weights = new Uint8Array(256)
  readonly #states = new StateTable(MAX_WEIGHTS_LOG, 255)

  /** Reads a description in `bytes[start..end)`; answers where it ends. */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end) throw new CorruptBlock('no table')
    const head = bytes[start]!
    const next = start + 1 + (head < 128 ? head : (head - 126) >> 1)
    if (next > end) throw new CorruptBlock('a table too short')
    let count = head - 127
    if (head < 128) count = this.#readWeights(bytes, start + 1, next)
    else for (let i = 0; i < count; i++) this.#weights[i] = (bytes[start + 1 + (i >> 1)]! >> (i & 1 ? 0 : 4)) & 15
    this.#build(count)
    return next
  }

  /** Decodes `count` literals from the stream in `bytes[start..end)`, which has a few bytes of something before it. */
  decode(bytes: Uint8Array, start: number, end: number, out: Uint8Array, offset: number, count: number): void {
    const entries = this.#entries
    const log = this.log
    const mask = (1 << log) - 1
    const first = start * 8
    let position = streamEnd(bytes, start, end)
    for (let i = offset; i < offset + count; i++) {
      // Bits before the stream's start do no harm: they are below those of its last code.
      const from = position - log
      const at = from >> 3
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
      const entry = entries[(word >> (from & 7)) & mask]!
      out[i] = entry >> 4
      position -= entry & 15
      if (position < first) break
    }
    if (position !== first) throw new CorruptBlock('literals of another length')
  }

  /** Two states take turns until the bits are used up. */
  #readWeights(bytes: Uint8Array, start: number, end: number): number {
    const states = this.#states
    const first = states.read(bytes, start, end)
    let position = streamEnd(bytes, first, end)
    const pair: [number, number] = [0, 0]
    const widths: [number, number] = [states.log, states.log]
    for (let count = 0; ; count++) {
      const turn = (count & 1) as 0 | 1
      position -= widths[turn]
      if (position < first * 8) {
        if (count < 2) throw new CorruptBlock('no weights')
        return count
      }
      if (count === 255) throw new CorruptBlock('too many weights')
      const base = count < 2 ? 0 : states.bases[pair[turn]]!
      pair[turn] = base + bitsAt(bytes, position, widths[turn])
      this.#weights[count] = states.symbols[pair[turn]]!
      widths[turn] = states.bits[pair[turn]]!
    }
  }

  #build(count: number): void {
    const weights = this.#weights
    let sum = 0
    for (let i = 0; i < count; i++) {
      if (weights[i]! > MAX_CODE_BITS) throw new CorruptBlock('a code too long')
      sum += (1 << weights[i]!) >> 1
    }
    const log = bitLength(sum)
    const rest = (1 << log) - sum
    // The last weight is not written: it makes the sum a power of two.
    if (log === 0 || log > MAX_CODE_BITS || (rest & (rest - 1)) !== 0) throw new CorruptBlock('weights do not add up')
    weights[count] = bitLength(rest)
    let at = 0
    for (let weight = 1; weight <= log; weight++) {
      for (let symbol = 0; symbol <= count; symbol++) {
        if (weights[symbol] !== weight) continue
        const next = at + (1 << (weight - 1))
        this.#entries.fill((symbol << 4) | (log + 1 - weight), at, next)
        at = next
      }
    }
    this.log = log
  }
}
