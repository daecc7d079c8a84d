// A date's text cut into numbers, words and signs. Facts: GNU's date input formats, as the reference reads them.

import { type LocalZoneNames, lookUpWord, type Word } from './words.ts'

export interface WholeNumber {
  readonly kind: 'number'
  /** Written with a sign in front; blanks may stand between. */
  readonly signed: boolean
  readonly negative: boolean
  readonly value: bigint
  /** How many digits were written. */
  readonly digits: number
}

/** A number with a fraction: whole seconds, and nanoseconds that are never negative. */
export interface DecimalNumber {
  readonly kind: 'decimal'
  readonly signed: boolean
  readonly seconds: bigint
  readonly nanoseconds: bigint
}

export type Token =
  | WholeNumber
  | DecimalNumber
  | Word
  | { readonly kind: 'sign'; readonly text: string }
  /** Nothing that a date may hold. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'end' }

const MAX_UNSIGNED = 2n ** 64n - 1n
const MAX_SIGNED = 2n ** 63n - 1n
const BILLION = 1_000_000_000n
/** A longer word is looked up by its beginning. */
const MAX_WORD = 19

/** The tokens of a text, the last of which is the end. */
export function tokenize(text: string, local: LocalZoneNames): Token[] {
  const tokens: Token[] = []
  let rest = text.split('\0', 1).join('')
  for (;;) {
    rest = rest.replace(/^[\t\n\v\f\r ]+/, '')
    const number = /^(?:([-+])[\t\n\v\f\r ]*)?([0-9]+)(?:[.,]([0-9]+))?/.exec(rest)
    const word = /^[A-Za-z][A-Za-z.]*/.exec(rest)?.[0]
    if (number !== null) {
      tokens.push(readNumber(number))
      rest = rest.slice(number[0].length)
    } else if (word !== undefined) {
      tokens.push(lookUpWord(word.slice(0, MAX_WORD), local) ?? { kind: 'unknown' })
      rest = rest.slice(word.length)
    } else if (rest.startsWith('(')) {
      const length = commentLength(rest)
      if (length === undefined) break
      rest = rest.slice(length)
    } else if (/^[-+]/.test(rest)) {
      rest = rest.slice(1) // a sign without a number behind it means nothing
    } else if (rest === '') break
    else {
      tokens.push({ kind: 'sign', text: rest.charAt(0) })
      rest = rest.slice(1)
    }
  }
  tokens.push({ kind: 'end' })
  return tokens
}

/** Up to the parenthesis that closes the first one; `undefined` where none does, which ends the text. */
function commentLength(text: string): number | undefined {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text.charAt(i) === '(') depth += 1
    else if (text.charAt(i) === ')') depth -= 1
    if (depth === 0) return i + 1
  }
  return undefined
}

function readNumber([, sign, whole = '', fraction]: RegExpExecArray): Token {
  const magnitude = BigInt(whole)
  const negative = sign === '-'
  const signed = sign !== undefined
  if (magnitude > MAX_UNSIGNED || magnitude > MAX_SIGNED + (negative ? 1n : 0n)) return { kind: 'unknown' }
  const value = negative ? -magnitude : magnitude
  if (fraction === undefined) return { kind: 'number', signed, negative, value, digits: whole.length }
  let nanoseconds = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  // Whatever is cut off takes a negative number further down.
  if (negative && /[1-9]/.test(fraction.slice(9))) nanoseconds += 1n
  if (!negative || nanoseconds === 0n) return { kind: 'decimal', signed, seconds: value, nanoseconds }
  if (value - 1n < -MAX_SIGNED - 1n) return { kind: 'unknown' }
  return { kind: 'decimal', signed, seconds: value - 1n, nanoseconds: BILLION - nanoseconds }
}
