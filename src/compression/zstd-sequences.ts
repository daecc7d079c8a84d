// What a sequence of Zstandard is made of, a count of literals, an offset and the length of a match: how each is coded.
// Facts: RFC 8878, sections 3.1.1.3.2.1 and 3.1.1.3.2.2.

import { CorruptBlock, StateTable } from './zstd-entropy.ts'

const ones = (count: number): number[] => Array<number>(count).fill(1)
const twos = (count: number): number[] => Array<number>(count).fill(2)
const rare = (count: number): number[] => Array<number>(count).fill(-1)
const PREDEFINED = {
  literals: [4, 3, ...twos(11), ...ones(3), ...twos(9), 3, 2, ...ones(5), ...rare(4)],
  offsets: [...ones(6), ...twos(3), ...ones(15), ...rare(5)],
  matches: [1, 4, 3, ...twos(6), ...ones(37), ...rare(7)],
}
export const LITERAL_BITS = [
  ...Array<number>(16).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
]
export const MATCH_BITS = [
  ...Array<number>(32).fill(0),
  1,
  1,
  1,
  1,
  2,
  2,
  3,
  3,
  4,
  4,
  5,
  7,
  8,
  9,
  10,
  11,
  12,
  13,
  14,
  15,
  16,
]
export const LITERAL_BASES = basesOf(LITERAL_BITS, 0)
export const MATCH_BASES = basesOf(MATCH_BITS, 3)

function basesOf(bits: readonly number[], first: number): number[] {
  let next = first
  return bits.map((width) => {
    const base = next
    next += 1 << width
    return base
  })
}

/** The codes of one field of sequences: predefined, of this block, or of the last. */
class SequenceCodes {
  readonly #own: StateTable
  readonly #predefined: StateTable
  table: StateTable | undefined

  constructor(maxLog: number, maxSymbol: number, predefined: StateTable) {
    this.#own = new StateTable(maxLog, maxSymbol)
    this.#predefined = predefined
  }

  /** Takes what `mode` says; answers where the table's description ends. */
  read(mode: number, bytes: Uint8Array, start: number, end: number): number {
    if (mode === 0) this.table = this.#predefined
    if (mode === 1) {
      if (start >= end) throw new CorruptBlock('no symbol')
      this.#own.repeat(bytes[start]!)
      this.table = this.#own
      return start + 1
    }
    if (mode !== 2) return start
    const next = this.#own.read(bytes, start, end)
    this.table = this.#own
    return next
  }
}

export const literalCodes = (): SequenceCodes => new SequenceCodes(9, 35, StateTable.of(6, PREDEFINED.literals))
export const offsetCodes = (): SequenceCodes => new SequenceCodes(8, 31, StateTable.of(5, PREDEFINED.offsets))
export const matchCodes = (): SequenceCodes => new SequenceCodes(9, 52, StateTable.of(6, PREDEFINED.matches))
