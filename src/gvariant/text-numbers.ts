// Numbers in the text format, as strtoull and strtod of C take them. Facts: spec/gvariant.md#numbers

import type { OddNan } from './value.ts'

export interface ParsedInteger {
  /** Unsigned 64 bits: a minus sign wraps around. */
  readonly value: bigint
  /** Where in the text the number ends. */
  readonly end: number
  readonly overflow: boolean
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn

/** What one base looks like: its digits, and its prefix in JavaScript where that is not the same. */
const BASES = [
  { start: /^0x(?=[0-9a-f])/i, digits: /^[0-9a-f]*/i, prefix: '0x' },
  { start: /^0b(?=[01])/i, digits: /^[01]*/, prefix: '0b' },
  { start: /^(?=0)/, digits: /^[0-7]*/, prefix: '0o' },
  { start: /^/, digits: /^[0-9]*/, prefix: '' },
] as const
/** More than the digits of any 64-bit number; keeps longer ones from a slow conversion. */
const MAX_DIGITS = 64

/** `0x` is hexadecimal, `0b` binary (as in newer C libraries), `0` octal. One sign may come first. */
export function parseInteger(text: string): ParsedInteger {
  const sign = /^[-+]?/.exec(text)?.[0] ?? ''
  const unsigned = text.slice(sign.length)
  const base = BASES.find(({ start }) => start.test(unsigned)) ?? BASES[3]
  const prefixLength = base.start.exec(unsigned)?.[0].length ?? 0
  const digits = base.digits.exec(unsigned.slice(prefixLength))?.[0] ?? ''
  if (digits === '') return { value: 0n, end: 0, overflow: false }
  const end = sign.length + prefixLength + digits.length
  const significant = digits.replace(/^0+(?=.)/, '')
  const value = significant.length > MAX_DIGITS ? MAX_U64 + 1n : BigInt(base.prefix + significant)
  if (value > MAX_U64) return { value: MAX_U64, end, overflow: true }
  return { value: sign === '-' ? BigInt.asUintN(64, -value) : value, end, overflow: false }
}

export interface ParsedDouble {
  readonly value: number | OddNan
  readonly end: number
  /** The value is infinite only for want of range, or lost digits below the smallest normal number. */
  readonly outOfRange: boolean
}

const HEX_FLOAT = /^([-+]?)0x(?=\.?[0-9a-f])([0-9a-f]*)\.?([0-9a-f]*)(?:p([-+]?[0-9]+))?/i
const DECIMAL = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?/i
const WORD = /^([-+]?)(infinity|inf|nan)/i
const NEGATIVE_NAN: OddNan = { nanBits: 0xfff8_0000_0000_0000n }

/** The longest number at the start of the text; `end` is 0 where there is none. */
export function parseDouble(text: string): ParsedDouble {
  const [word, sign, name] = WORD.exec(text) ?? []
  if (word !== undefined && name !== undefined)
    return { value: namedValue(sign, name), end: word.length, outOfRange: false }
  const hexadecimal = HEX_FLOAT.exec(text)
  if (hexadecimal !== null) return parseHexFloat(hexadecimal)
  const decimal = DECIMAL.exec(text)?.[0]
  if (decimal === undefined) return { value: 0, end: 0, outOfRange: false }
  const value = Number(decimal)
  return { value, end: decimal.length, outOfRange: isOutOfRange(value, () => decimalFraction(decimal)) }
}

function namedValue(sign: string | undefined, name: string): number | OddNan {
  const negative = sign === '-'
  if (/^nan/i.test(name)) return negative ? NEGATIVE_NAN : Number.NaN
  return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A number as `numerator * 2^twos * 10^tens`, the numerator not negative. */
interface Exact {
  readonly numerator: bigint
  readonly twos: number
  readonly tens: number
}

const MIN_NORMAL = 2 ** -1022

/** C says so of overflow, and of results below the normal range that had to be rounded. */
function isOutOfRange(value: number, exactly: () => Exact): boolean {
  const magnitude = Math.abs(value)
  if (magnitude === 0) return false // the caller keeps a result of zero in any case
  if (magnitude > MIN_NORMAL) return magnitude === Number.POSITIVE_INFINITY
  // At the lower edge of the normal range the result counts as too small unless rounding it to 53 bits, with no lower
  // limit to its exponent, would reach the edge as well.
  const exact = exactly()
  if (magnitude === MIN_NORMAL) return compareScaled(exact, 1076, 2n ** 54n - 1n) < 0
  return compareScaled(exact, 1074, BigInt(magnitude / Number.MIN_VALUE)) !== 0
}

/** The sign of `exact * 2^scale - integer`. */
function compareScaled({ numerator, twos, tens }: Exact, scale: number, integer: bigint): number {
  let left = numerator
  let right = integer
  if (twos + scale >= 0) left <<= BigInt(twos + scale)
  else right <<= BigInt(-twos - scale)
  if (tens >= 0) left *= 10n ** BigInt(tens)
  else right *= 10n ** BigInt(-tens)
  return left < right ? -1 : left > right ? 1 : 0
}

function decimalFraction(text: string): Exact {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace(/^[-+]/, '').split('.')
  return { numerator: BigInt(whole + fraction), twos: 0, tens: Number(exponent) - fraction.length }
}

function parseHexFloat(match: RegExpExecArray): ParsedDouble {
  const [text, sign, whole = '', fraction = '', exponent = '0'] = match
  const numerator = BigInt(`0x${whole}${fraction}`)
  const twos = clamp(Number(exponent)) - 4 * fraction.length
  const magnitude = scaledDouble(numerator, twos)
  const outOfRange = isOutOfRange(magnitude, () => ({ numerator, twos, tens: 0 }))
  return { value: sign === '-' ? -magnitude : magnitude, end: text.length, outOfRange }
}

/** Exponents beyond this give zero or infinity with any mantissa that fits in memory. */
function clamp(exponent: number): number {
  return Math.max(-0x8000_0000, Math.min(0x7fff_ffff, exponent))
}

/** `numerator * 2^twos`, rounded once, half to even. */
function scaledDouble(numerator: bigint, twos: number): number {
  if (numerator === 0n) return 0
  const bits = numerator.toString(2).length
  const topExponent = bits - 1 + twos
  if (topExponent > 1023) return Number.POSITIVE_INFINITY
  if (topExponent < -1076) return 0
  const precision = topExponent >= -1022 ? 53 : 53 - (-1022 - topExponent)
  const excess = bits - precision
  const rounded = excess > 0 ? roundShift(numerator, BigInt(excess)) : numerator
  const exponent = excess > 0 ? twos + excess : twos
  // Both factors and both products are exact; one factor alone could be below the smallest number.
  const half = Math.trunc(exponent / 2)
  return Number(rounded) * 2 ** half * 2 ** (exponent - half)
}

function roundShift(value: bigint, shift: bigint): bigint {
  const quotient = value >> shift
  const rest = value - (quotient << shift)
  const half = 1n << (shift - 1n)
  return rest > half || (rest === half && quotient % 2n === 1n) ? quotient + 1n : quotient
}
