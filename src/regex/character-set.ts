// Character sets, written for ECMAScript. In Unicode mode sets are spelled for the `u` flag (the `v` flag, which has set
// operations, mismatches repeated classes in V8 11: `/[^]+/v` takes one character); in byte mode each set is worked out
// as 256 bits, with the C locale's classes.

import type { CharacterSet, NamedSet, SetItem } from './syntax-tree.ts'

/** Every newline that PCRE knows in Unicode mode (its newline setting `ANY`). */
export const UNICODE_NEWLINES = '\\n\\v\\f\\r\\x85\\u2028\\u2029'

const ANY = '[\\s\\S]'
const HORIZONTAL = '\\t \\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000'
const LATER_FORMAT = '\\u061c\\u2066-\\u2069'
const FULL_WIDTH_HEX = '\\uff10-\\uff19\\uff21-\\uff26\\uff41-\\uff46'

/** What stands between the brackets of a class for each named set, as far as one class can say it. */
const UNICODE: Readonly<Partial<Record<NamedSet, string>>> = {
  digit: '\\p{Nd}',
  space: `\\p{Z}${HORIZONTAL}${UNICODE_NEWLINES}`,
  word: '\\p{L}\\p{N}\\p{Mn}\\p{Pc}',
  'horizontal-space': HORIZONTAL,
  'vertical-space': UNICODE_NEWLINES,
  newline: UNICODE_NEWLINES,
  alpha: '\\p{L}',
  lower: '\\p{Ll}',
  upper: '\\p{Lu}',
  alnum: '\\p{L}\\p{N}',
  ascii: '\\x00-\\x7f',
  cntrl: '\\p{Cc}',
  punct: '\\p{P}$+<=>\\^`|~',
  xdigit: `0-9A-Fa-f${FULL_WIDTH_HEX}`,
}

/** The sets that take more than a class. */
const UNICODE_CHOICES: Readonly<Partial<Record<NamedSet, string>>> = {
  graph: `[^\\p{Z}\\p{C}]|(?![${LATER_FORMAT}\\u180e])\\p{Cf}`,
  print: `[^\\p{Zl}\\p{Zp}\\p{C}]|(?![${LATER_FORMAT}])\\p{Cf}`,
}

const byteRange = (from: number, to: number) => (byte: number) => byte >= from && byte <= to
const isUpper = byteRange(0x41, 0x5a)
const isLower = byteRange(0x61, 0x7a)
const isDigit = byteRange(0x30, 0x39)
const isAlnum = (byte: number): boolean => isUpper(byte) || isLower(byte) || isDigit(byte)
const isGraph = byteRange(0x21, 0x7e)

const BYTES: Readonly<Record<NamedSet, (byte: number) => boolean>> = {
  digit: isDigit,
  space: (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d),
  word: (byte) => isAlnum(byte) || byte === 0x5f,
  'horizontal-space': (byte) => byte === 0x09 || byte === 0x20 || byte === 0xa0,
  'vertical-space': (byte) => (byte >= 0x0a && byte <= 0x0d) || byte === 0x85,
  newline: (byte) => byte === 0x0a,
  alpha: (byte) => isUpper(byte) || isLower(byte),
  lower: isLower,
  upper: isUpper,
  alnum: isAlnum,
  ascii: byteRange(0x00, 0x7f),
  cntrl: (byte) => byte < 0x20 || byte === 0x7f,
  graph: isGraph,
  print: (byte) => isGraph(byte) || byte === 0x20,
  punct: (byte) => isGraph(byte) && !isAlnum(byte),
  xdigit: (byte) => isDigit(byte) || byteRange(0x41, 0x46)(byte) || byteRange(0x61, 0x66)(byte),
}

/** How one code point is written, inside and outside of classes. */
export function characterSource(code: number): string {
  if (code < 0x80 && /[A-Za-z0-9_]/.test(String.fromCharCode(code))) return String.fromCharCode(code)
  if (code === 0x2f) return '\\/'
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\u{${code.toString(16)}}`
}

/** The single code point of a set that is one plain character. */
export function singleCharacter(set: CharacterSet): number | undefined {
  const [item] = set.items
  if (set.negated || set.items.length !== 1 || item?.kind !== 'range' || item.from !== item.to) return undefined
  return item.from
}

/** A set for the `u` flag. Case is the flag's to ignore, or the set has been widened by `fold-case.ts` before. */
export function unicodeSetSource(set: CharacterSet): string {
  const code = singleCharacter(set)
  if (code !== undefined) return characterSource(code)
  if (set.items.length === 0) return ANY
  const choices: string[] = []
  let inner = ''
  for (const item of set.items) {
    const part = unicodeItem(item, set.caseless)
    if (part.kind === 'inner') inner += part.source
    else choices.push(part.source)
  }
  if (choices.length === 0) return `[${set.negated ? '^' : ''}${inner}]`
  if (inner !== '') choices.unshift(`[${inner}]`)
  const either = choices.join('|')
  if (set.negated) return `(?:(?!${either})${ANY})`
  return choices.length === 1 && /^\[[^[]*\]$/.test(either) ? either : `(?:${either})`
}

/** An item as part of a class, or (where that cannot be) as a choice beside it. */
function unicodeItem(item: SetItem, caseless: boolean): { readonly kind: 'inner' | 'choice'; readonly source: string } {
  if (item.kind === 'range') {
    const from = characterSource(item.from)
    return { kind: 'inner', source: item.from === item.to ? from : `${from}-${characterSource(item.to)}` }
  }
  const choice = item.kind === 'named' ? UNICODE_CHOICES[item.name] : undefined
  if (choice !== undefined) return { kind: 'choice', source: item.negated ? `(?!${choice})${ANY}` : choice }
  const positive = item.kind === 'named' ? (UNICODE[item.name] ?? '') : `\\p{${item.source}}`
  // Without regard to case, PCRE takes upper, lower and title case for one class.
  const inner = caseless && /^\\p\{L[ult]\}$/.test(positive) ? '\\p{Lu}\\p{Ll}\\p{Lt}' : positive
  return item.negated ? { kind: 'choice', source: `[^${inner}]` } : { kind: 'inner', source: inner }
}

/** A set of bytes, with ASCII letters in both cases where it is caseless. */
export function byteSetSource(set: CharacterSet): string {
  if (set.items.length === 0) return ANY
  const member = new Uint8Array(256)
  for (const item of set.items) addBytes(member, item, set.caseless)
  if (set.negated) for (let byte = 0; byte < 256; byte++) member[byte] = member[byte] === 1 ? 0 : 1
  const ranges: string[] = []
  let only: number | undefined
  for (let byte = 0; byte < 256; byte++) {
    if (member[byte] !== 1) continue
    const from = byte
    while (member[byte + 1] === 1) byte += 1
    only = ranges.length === 0 && from === byte ? byte : undefined
    ranges.push(from === byte ? characterSource(from) : `${characterSource(from)}-${characterSource(byte)}`)
  }
  return only === undefined ? `[${ranges.join('')}]` : characterSource(only)
}

function addBytes(member: Uint8Array, item: SetItem, caseless: boolean): void {
  for (let byte = 0; byte < 256; byte++) {
    const letter = caseless && (isUpper(byte) || isLower(byte))
    if (holds(item, byte, caseless) || (letter && holds(item, byte ^ 0x20, caseless))) member[byte] = 1
  }
}

function holds(item: SetItem, byte: number, caseless: boolean): boolean {
  if (item.kind === 'range') return byte >= item.from && byte <= item.to
  if (item.kind === 'property') throw new Error('properties need Unicode mode')
  const name = caseless && (item.name === 'lower' || item.name === 'upper') ? 'alpha' : item.name
  return BYTES[name](byte) !== item.negated
}
