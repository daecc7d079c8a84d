// Turns the text format into a syntax tree; types are still open there. Facts: spec/gvariant.md#reading-text

import { concatBytes } from '../bytes/compare.ts'
import { encodeUtf8, tryDecodeUtf8 } from '../bytes/utf8.ts'
import { type TextRange, type TokenStream, textError } from './text-tokens.ts'
import { type LeafCode, leafType, MAX_DEPTH, type Type, tryParseType } from './type.ts'

type NodeShape =
  | { readonly kind: 'array' | 'tuple'; readonly children: readonly Node[] }
  | { readonly kind: 'variant'; readonly child: Node }
  | { readonly kind: 'dictionary'; readonly keys: readonly Node[]; readonly values: readonly Node[] }
  /** `{key, value}`: one entry that is no dictionary. */
  | { readonly kind: 'entry'; readonly key: Node; readonly value: Node }
  | { readonly kind: 'maybe'; readonly child: Node | null }
  /** `undefined`: the escapes spell something that is not UTF-8. */
  | { readonly kind: 'string'; readonly text: string | undefined }
  | { readonly kind: 'bytestring'; readonly bytes: Uint8Array }
  | { readonly kind: 'number'; readonly token: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'typed'; readonly type: Type; readonly child: Node }

export type Node = NodeShape & { readonly range: TextRange }

/** Types that a word before the value names. */
const TYPE_WORDS: Readonly<Record<string, LeafCode>> = {
  boolean: 'b',
  byte: 'y',
  int16: 'n',
  uint16: 'q',
  int32: 'i',
  handle: 'h',
  uint32: 'u',
  int64: 'x',
  uint64: 't',
  double: 'd',
  string: 's',
  objectpath: 'o',
  signature: 'g',
}

/** One value. What follows it is left in the stream. */
export function parseNode(tokens: TokenStream, depthLeft = MAX_DEPTH): Node {
  if (depthLeft === 0) throw tokens.errorHere('variant nested too deeply')
  const { start } = tokens.range
  const shape = parseShape(tokens, tokens.token, depthLeft)
  return { ...shape, range: { start, end: tokens.position } }
}

function parseShape(tokens: TokenStream, token: string, depthLeft: number): NodeShape {
  switch (token[0]) {
    case '[':
      return parseArray(tokens, depthLeft)
    case '(':
      return parseTuple(tokens, depthLeft)
    case '<':
      return parseVariantNode(tokens, depthLeft)
    case '{':
      return parseDictionary(tokens, depthLeft)
    case "'":
    case '"':
      return parseString(tokens)
  }
  if (tokens.consume('true')) return { kind: 'boolean', value: true }
  if (tokens.consume('false')) return { kind: 'boolean', value: false }
  const { start, end } = tokens.range
  const isWholeWord = (word: string) => token === word && end - start === word.length
  if (/^[-+.0-9]/.test(token) || isWholeWord('inf') || isWholeWord('nan')) return takeNumber(tokens)
  if (/^[nj]/.test(token)) return parseMaybe(tokens, depthLeft)
  if (/^(@|[A-Za-z]{2})/.test(token)) return parseTyped(tokens, depthLeft)
  if (/^b['"]/.test(token)) return parseBytestring(tokens)
  throw tokens.errorHere('expected value')
}

function parseArray(tokens: TokenStream, depthLeft: number): NodeShape {
  const children: Node[] = []
  tokens.next()
  while (!tokens.consume(']')) {
    if (children.length > 0) tokens.require(',', " or ']' to follow array element")
    children.push(parseNode(tokens, depthLeft - 1))
  }
  return { kind: 'array', children }
}

/** A comma after the first member is required, so that brackets alone make no tuple. */
function parseTuple(tokens: TokenStream, depthLeft: number): NodeShape {
  const children: Node[] = []
  tokens.next()
  while (!tokens.consume(')')) {
    if (children.length > 1) tokens.require(',', " or ')' to follow tuple element")
    children.push(parseNode(tokens, depthLeft - 1))
    if (children.length === 1) tokens.require(',', ' after first tuple element')
  }
  return { kind: 'tuple', children }
}

function parseVariantNode(tokens: TokenStream, depthLeft: number): NodeShape {
  tokens.next()
  const child = parseNode(tokens, depthLeft - 1)
  tokens.require('>', ' to follow variant value')
  return { kind: 'variant', child }
}

function parseDictionary(tokens: TokenStream, depthLeft: number): NodeShape {
  const keys: Node[] = []
  const values: Node[] = []
  tokens.next()
  while (!tokens.consume('}')) {
    if (keys.length > 0) tokens.require(',', " or '}' to follow dictionary entry")
    const key = parseNode(tokens, depthLeft - 1)
    if (keys.length === 0 && tokens.consume(',')) {
      const value = parseNode(tokens, depthLeft - 1)
      tokens.require('}', ' at end of dictionary entry')
      return { kind: 'entry', key, value }
    }
    tokens.require(':', `${keys.length === 0 ? " or ','" : ''} to follow dictionary entry key`)
    keys.push(key)
    values.push(parseNode(tokens, depthLeft - 1))
  }
  return { kind: 'dictionary', keys, values }
}

function parseMaybe(tokens: TokenStream, depthLeft: number): NodeShape {
  if (tokens.consume('just')) return { kind: 'maybe', child: parseNode(tokens, depthLeft - 1) }
  if (tokens.consume('nothing')) return { kind: 'maybe', child: null }
  throw tokens.errorAtToken('unknown keyword')
}

function parseTyped(tokens: TokenStream, depthLeft: number): NodeShape {
  const type = tokens.token.startsWith('@') ? declaredType(tokens, depthLeft) : wordType(tokens)
  tokens.next()
  return { kind: 'typed', type, child: parseNode(tokens, depthLeft - 1) }
}

function wordType(tokens: TokenStream): Type {
  const code = Object.hasOwn(TYPE_WORDS, tokens.token) ? TYPE_WORDS[tokens.token] : undefined
  if (code === undefined) throw tokens.errorAtToken('unknown keyword')
  return leafType(code)
}

function declaredType(tokens: TokenStream, depthLeft: number): Type {
  const { start, end } = tokens.range
  const signature = tryDecodeUtf8(tokens.bytes.subarray(start + 1, end)) ?? ''
  // `?`, `*` and `r` are types too, but stand for more than one. Their place decides whether the rest is well-formed.
  const type = tryParseType(signature)
  const pattern = type ?? tryParseType(signature.replace(/[?]/g, 's').replace(/[*r]/g, 'v'))
  if (pattern === undefined) throw tokens.errorAtToken('invalid type declaration')
  if (pattern.depth > depthLeft) throw tokens.errorAtToken('type declaration recurses too deeply')
  if (type === undefined) throw tokens.errorAtToken('type declarations must be definite')
  return type
}

function takeNumber(tokens: TokenStream): NodeShape {
  const { start, end } = tokens.range
  const token = tryDecodeUtf8(tokens.bytes.subarray(start, end)) ?? '' // ASCII
  tokens.next()
  return { kind: 'number', token }
}

/** By the character behind the backslash: `\a \b \f \n \r \t \v`. */
const LETTER_ESCAPES: Readonly<Record<number, number>> = {
  0x61: 0x07,
  0x62: 0x08,
  0x66: 0x0c,
  0x6e: 0x0a,
  0x72: 0x0d,
  0x74: 0x09,
  0x76: 0x0b,
}
const BACKSLASH = 0x5c
const NEWLINE = 0x0a

interface Escape {
  readonly bytes: readonly number[]
  /** Where the text goes on. */
  readonly end: number
}

/** What the characters behind a backslash stand for, or `undefined` where they are nothing special. */
type Unescape = (token: Uint8Array, at: number, tokenStart: number) => Escape | undefined

function parseString(tokens: TokenStream): NodeShape {
  return { kind: 'string', text: tryDecodeUtf8(unquote(tokens, 0, unescapeUnicode)) }
}

/** GLib keeps a bytestring as a C string while it parses: an escaped NUL ends it. */
function parseBytestring(tokens: TokenStream): NodeShape {
  const content = unquote(tokens, 1, unescapeOctal)
  const nul = content.indexOf(0)
  return { kind: 'bytestring', bytes: concatBytes([nul < 0 ? content : content.subarray(0, nul), Uint8Array.of(0)]) }
}

/** Takes the current token: what is between its quotes, escapes undone. */
function unquote(tokens: TokenStream, quoteAt: number, undo: Unescape): Uint8Array {
  const { range } = tokens
  const token = tokens.bytes.subarray(range.start, range.end)
  const content = new Uint8Array(token.length)
  let size = 0
  let position = quoteAt + 1
  while (token[position] !== token[quoteAt]) {
    let byte = token[position++]
    if (byte === BACKSLASH) {
      const special = undo(token, position, range.start)
      if (special !== undefined) {
        content.set(special.bytes, size) // never longer than the escape
        size += special.bytes.length
        position = special.end
        continue
      }
      byte = token[position++]
      if (byte === NEWLINE) continue
      if (byte !== undefined) byte = LETTER_ESCAPES[byte] ?? byte
    }
    if (byte === undefined) throw textError('unterminated string constant', range)
    content[size++] = byte
  }
  tokens.next()
  return content.subarray(0, size)
}

/** `\u` and four hex digits, `\U` and eight. Never U+0000. */
function unescapeUnicode(token: Uint8Array, at: number, tokenStart: number): Escape | undefined {
  const length = token[at] === 0x75 ? 4 : token[at] === 0x55 ? 8 : 0
  if (length === 0) return undefined
  const start = at + 1
  const digits = /^[0-9A-Fa-f]*/.exec(String.fromCharCode(...token.subarray(start, start + length)))?.[0] ?? ''
  const code = Number.parseInt(digits, 16)
  if (digits.length < length || code === 0) {
    const range = { start: tokenStart + start, end: tokenStart + start + digits.length }
    throw textError(`invalid ${length}-character unicode escape`, range)
  }
  return { bytes: utf8Of(code), end: start + length }
}

/** A surrogate or a number above U+10FFFF becomes a byte that no UTF-8 has, so that the string has no text. */
function utf8Of(code: number): readonly number[] {
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return isCharacter ? [...encodeUtf8(String.fromCodePoint(code))] : [0xff]
}

/** One to three octal digits; what goes beyond a byte is dropped. */
function unescapeOctal(token: Uint8Array, at: number): Escape | undefined {
  const digits = /^[0-7]*/.exec(String.fromCharCode(...token.subarray(at, at + 3)))?.[0] ?? ''
  if (digits === '') return undefined
  return { bytes: [Number.parseInt(digits, 8) & 0xff], end: at + digits.length }
}
