// What follows a backslash. Facts: pcre2pattern(3), and PCRE2 as observed through GLib.

import { type Cursor, quantifierAt } from './cursor.ts'
import { parseProperty } from './properties.ts'
import type { Assertion, NamedSet, SetItem } from './syntax-tree.ts'

export type Escape =
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'set'; readonly item: SetItem }
  | { readonly kind: 'not-newline' }
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | { readonly kind: 'newline-sequence' }
  | { readonly kind: 'backreference'; readonly group: number }
  /** `at`: where the name starts. */
  | { readonly kind: 'named-backreference'; readonly name: string; readonly at: number }

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 }

const SETS: Readonly<Record<string, NamedSet>> = {
  d: 'digit',
  s: 'space',
  w: 'word',
  h: 'horizontal-space',
  v: 'vertical-space',
}

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'subject-start',
  Z: 'last-line-end',
  z: 'subject-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
}

const WITHOUT_EQUAL: Readonly<Record<string, string>> = {
  C: 'the single byte \\C',
  G: 'the match start \\G',
  K: 'the match reset \\K',
  X: 'the grapheme cluster \\X',
}

const MAX_GROUP_NUMBER = 65535
const OCTAL = /[0-7]/
const HEX = /[0-9A-Fa-f]/
const DECIMAL = /[0-9]/

const UNKNOWN_ESCAPE = 'unrecognized character following \\'
export const UNKNOWN_GROUP = 'reference to non-existent subpattern'

/** Reads an escape outside a class; the backslash is behind the cursor. `groups`: how many were opened so far. */
export function parseEscape(cursor: Cursor, groups: number): Escape {
  const letter = cursor.peek()
  const assertion = ASSERTIONS[letter]
  if (assertion !== undefined) {
    cursor.at += 1
    return { kind: 'assertion', what: assertion }
  }
  const missing = WITHOUT_EQUAL[letter]
  if (missing !== undefined) throw cursor.unsupported(missing)
  switch (letter) {
    case 'R':
      cursor.at += 1
      return { kind: 'newline-sequence' }
    case 'N':
      if (isNamedCharacter(cursor)) return { kind: 'character', code: parseNamedCharacter(cursor) }
      cursor.at += 1
      if (cursor.peek() === '{' && quantifierAt(cursor) === null) throw cursor.error(UNKNOWN_ESCAPE, cursor.at + 1)
      return { kind: 'not-newline' }
    case 'g':
      cursor.at += 1
      return parseGroupEscape(cursor, groups)
    case 'k':
      cursor.at += 1
      return parseNamedReference(cursor)
    default:
      break
  }
  const group = parseNumericReference(cursor, groups)
  return group === undefined ? parseSetOrCharacter(cursor) : { kind: 'backreference', group }
}

/** Reads an escape inside a class: a set, or the code of one character. */
export function parseClassEscape(cursor: Cursor): SetItem | number {
  const letter = cursor.peek()
  const start = cursor.at
  if (letter === 'N' && isNamedCharacter(cursor)) return parseNamedCharacter(cursor)
  if (letter === 'N' && cursor.peek(1) === '{') throw cursor.error(UNKNOWN_ESCAPE, start + 2)
  if (letter === 'N') throw cursor.error('\\N is not supported in a class', start + 1)
  if (/[ABCGKRXZz]/.test(letter)) throw cursor.error('invalid escape sequence in character class', start + 1)
  if (/[bgk]/.test(letter)) {
    cursor.at += 1
    return letter === 'b' ? 8 : letter.charCodeAt(0)
  }
  const read = parseSetOrCharacter(cursor)
  return read.kind === 'set' ? read.item : read.code
}

type SetOrCharacter = Extract<Escape, { kind: 'character' | 'set' }>

function parseSetOrCharacter(cursor: Cursor): SetOrCharacter {
  if (cursor.atEnd) throw cursor.error('\\ at end of pattern')
  const letter = cursor.next()
  const set = SETS[letter.toLowerCase()]
  if (set !== undefined) {
    return { kind: 'set', item: { kind: 'named', name: set, negated: letter !== letter.toLowerCase() } }
  }
  if (letter === 'p' || letter === 'P') {
    if (!cursor.mode.unicode) throw cursor.unsupported('a Unicode property')
    return { kind: 'set', item: parseProperty(cursor, letter === 'P') }
  }
  return { kind: 'character', code: parseCharacter(cursor, letter) }
}

function parseCharacter(cursor: Cursor, letter: string): number {
  const control = CONTROLS[letter]
  if (control !== undefined) return control
  if (letter === 'x') return parseHex(cursor)
  if (letter === 'o') return parseBracedOctal(cursor)
  if (letter === 'c') return parseControl(cursor)
  if (OCTAL.test(letter)) return parseOctal(cursor, letter)
  if (/[A-Za-z]/.test(letter)) throw cursor.error(UNKNOWN_ESCAPE)
  return letter.codePointAt(0) ?? 0
}

function parseOctal(cursor: Cursor, first: string): number {
  let digits = first
  while (digits.length < 3 && OCTAL.test(cursor.peek())) digits += cursor.next()
  const code = Number.parseInt(digits, 8)
  if (code > 0xff && !cursor.mode.unicode) throw cursor.error('octal value is greater than \\377')
  return code
}

function parseControl(cursor: Cursor): number {
  if (cursor.atEnd) throw cursor.error('\\c at end of pattern')
  const code = cursor.next().toUpperCase().codePointAt(0) ?? 0
  if (code < 32 || code > 126) throw cursor.error('\\c must be followed by an ASCII character')
  return code ^ 0x40
}

function parseHex(cursor: Cursor): number {
  if (cursor.skip('{')) return parseBraced(cursor, HEX, 16)
  if (!HEX.test(cursor.peek())) throw missingDigits(cursor)
  let digits = cursor.next()
  if (HEX.test(cursor.peek())) digits += cursor.next()
  return Number.parseInt(digits, 16)
}

function parseBracedOctal(cursor: Cursor): number {
  if (!cursor.skip('{')) throw cursor.error('missing opening brace after \\o')
  return parseBraced(cursor, OCTAL, 8)
}

/** `\N{U+41}` */
function isNamedCharacter(cursor: Cursor): boolean {
  return cursor.mode.unicode && /^\{[ \t]*U\+/.test(cursor.characters.slice(cursor.at + 1, cursor.at + 40).join(''))
}

function parseNamedCharacter(cursor: Cursor): number {
  cursor.at += 2
  cursor.skipBlanks()
  cursor.skip('U+')
  return parseBraced(cursor, HEX, 16)
}

/** A code point and the closing brace of `\x{…}` or `\o{…}`. */
function parseBraced(cursor: Cursor, digit: RegExp, base: number): number {
  const { unicode } = cursor.mode
  cursor.skipBlanks()
  if (cursor.atEnd || cursor.peek() === '}') throw missingDigits(cursor)
  const limit = unicode ? 0x10ffff : 0xff
  let code = 0
  while (!cursor.atEnd && digit.test(cursor.peek())) {
    code = code * base + Number.parseInt(cursor.next(), base)
    if (code > limit) {
      cursor.take(digit)
      throw cursor.error('character value in \\x{...} sequence is too large')
    }
  }
  cursor.skipBlanks()
  if (unicode && code >= 0xd800 && code <= 0xdfff) {
    throw cursor.error('disallowed Unicode code point (>= 0xd800 && <= 0xdfff)')
  }
  if (cursor.skip('}')) return code
  const at = cursor.atEnd ? cursor.at : cursor.at + 1
  if (base === 8) throw cursor.error('non-octal character in \\o{} (closing brace missing?)', at)
  throw cursor.error('character value in \\x{...} sequence is too large', at)
}

function missingDigits(cursor: Cursor): Error {
  return cursor.error('digits missing after \\x or in \\x{} or \\o{} or \\N{U+}')
}

/** `\1` and the like; `undefined` where the digits spell an octal character. */
function parseNumericReference(cursor: Cursor, groups: number): number | undefined {
  const first = cursor.peek()
  if (!/[1-9]/.test(first)) return undefined
  const start = cursor.at
  const number = Number(cursor.take(DECIMAL))
  if (number < 10 || first >= '8' || number <= groups) {
    if (number > MAX_GROUP_NUMBER) throw cursor.error('number is too big')
    return number
  }
  cursor.at = start
  return undefined
}

/** What follows `\g`: a number, or in braces a number or a name. */
function parseGroupEscape(cursor: Cursor, groups: number): Escape {
  if (cursor.peek() === '<' || cursor.peek() === "'") throw cursor.unsupported('the subroutine call \\g')
  const braced = cursor.peek() === '{'
  const start = cursor.at
  if (braced) {
    cursor.at += 1
    cursor.skipBlanks()
  }
  const sign = /[+-]/.test(cursor.peek()) ? cursor.next() : ''
  const digits = cursor.take(DECIMAL)
  if (digits === '') {
    cursor.at = start
    if (braced) return parseNamedReference(cursor)
    throw cursor.error(
      '\\g is not followed by a braced, angle-bracketed, or quoted name or number, or by a plain number',
    )
  }
  const number = Number(digits)
  if (number > MAX_GROUP_NUMBER) throw cursor.error('number is too big')
  if (sign !== '' && number === 0) throw cursor.error('a numbered reference must not be zero')
  const group = sign === '' ? number : sign === '+' ? groups + number : groups + 1 - number
  if (group <= 0 && sign === '-') throw cursor.error(UNKNOWN_GROUP, start)
  if (braced) {
    cursor.skipBlanks()
    if (!cursor.skip('}')) throw cursor.error('syntax error in subpattern number (missing terminator?)')
  }
  if (group <= 0) throw cursor.error(UNKNOWN_GROUP)
  return { kind: 'backreference', group }
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '<': '>', "'": "'" }

function parseNamedReference(cursor: Cursor): Escape {
  const closing = CLOSING[cursor.peek()]
  if (closing === undefined) {
    throw cursor.error('\\k is not followed by a braced, angle-bracketed, or quoted name')
  }
  return { kind: 'named-backreference', ...parseGroupName(cursor, closing) }
}

/** A group's name and the `closing` behind it; the cursor stands on the opening. */
export function parseGroupName(cursor: Cursor, closing: string): { readonly name: string; readonly at: number } {
  cursor.at += 1
  if (closing === '}') cursor.skipBlanks()
  const at = cursor.at
  if (cursor.atEnd) throw cursor.error('missing subpattern name after (?&')
  if (/\p{Nd}/u.test(cursor.peek())) throw cursor.error('subpattern name must start with a non-digit', at + 1)
  const name = cursor.take(cursor.mode.unicode ? /[\p{L}\p{Nd}_]/u : /\w/)
  if (new TextEncoder().encode(name).length > 128) {
    throw cursor.error('subpattern name is too long (maximum 32 characters)')
  }
  if (name === '') throw cursor.error('missing subpattern name after (?&')
  if (closing === '}') cursor.skipBlanks()
  if (!cursor.skip(closing)) throw cursor.error('missing terminator in subpattern name')
  return { name, at }
}
