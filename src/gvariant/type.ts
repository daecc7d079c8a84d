// GVariant types: the signature as a tree, with the alignment and size that its values have. Facts: spec/gvariant.md#types

import { OstreeError } from '../errors.ts'

export type BasicCode = 'b' | 'y' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'h' | 'd' | 's' | 'o' | 'g'
export type LeafCode = BasicCode | 'v'
/** The first character of a signature: `(` for a tuple, `{` for a dictionary entry. */
export type TypeCode = LeafCode | 'a' | 'm' | '(' | '{'
export type Alignment = 1 | 2 | 4 | 8

export interface Type {
  readonly signature: string
  readonly code: TypeCode
  /** The element of an array or maybe, the members of a tuple or dictionary entry; otherwise none. */
  readonly children: readonly Type[]
  /** In bytes. */
  readonly alignment: Alignment
  /** Bytes that every value takes; `undefined` where that depends on the value. */
  readonly fixedSize: number | undefined
  /** 0 for `()`, 1 for the other types without children, otherwise one more than the deepest child. */
  readonly depth: number
}

/** Type signatures nest this many containers, and values this many levels, variants included. */
export const MAX_DEPTH = 128

const LEAF_TYPES: { readonly [C in LeafCode]: Type } = {
  b: leaf('b', 1, 1),
  y: leaf('y', 1, 1),
  n: leaf('n', 2, 2),
  q: leaf('q', 2, 2),
  i: leaf('i', 4, 4),
  u: leaf('u', 4, 4),
  h: leaf('h', 4, 4),
  x: leaf('x', 8, 8),
  t: leaf('t', 8, 8),
  d: leaf('d', 8, 8),
  s: leaf('s', 1, undefined),
  o: leaf('o', 1, undefined),
  g: leaf('g', 1, undefined),
  v: leaf('v', 8, undefined),
}

/**
 * Parses one complete type.
 * @throws {@link OstreeError} `INVALID_FORMAT` for anything else, such as an indefinite type (`*`, `?`, `r`).
 */
export function parseType(signature: string): Type {
  const type = tryParseType(signature)
  if (type === undefined) {
    throw new OstreeError('INVALID_FORMAT', { format: 'GVariant type', path: '', reason: `'${signature}'` })
  }
  return type
}

export function tryParseType(signature: string): Type | undefined {
  const scanned = scanType(signature, 0)
  return scanned !== undefined && scanned.end === signature.length ? scanned.type : undefined
}

interface Scanned {
  readonly type: Type
  /** Where the type ends in the text. */
  readonly end: number
}

/** The complete type at `start`; `undefined` where there is none. */
export function scanType(text: string, start: number, containersLeft = MAX_DEPTH): Scanned | undefined {
  const code = text[start]
  switch (code) {
    case undefined:
      return undefined
    case '(':
      return scanTuple(text, start, containersLeft)
    case '{':
      return scanEntry(text, start, containersLeft)
    case 'a':
    case 'm': {
      const element = containersLeft > 0 ? scanType(text, start + 1, containersLeft - 1) : undefined
      if (element === undefined) return undefined
      return { type: wrapped(code, element.type, text.slice(start, element.end)), end: element.end }
    }
    default:
      return isLeafCode(code) ? { type: LEAF_TYPES[code], end: start + 1 } : undefined
  }
}

function scanTuple(text: string, start: number, containersLeft: number): Scanned | undefined {
  const members: Type[] = []
  let end = start + 1
  while (text[end] !== ')') {
    const member = containersLeft > 0 ? scanType(text, end, containersLeft - 1) : undefined
    if (member === undefined) return undefined
    members.push(member.type)
    end = member.end
  }
  end++
  return { type: grouped('(', members, text.slice(start, end)), end }
}

function scanEntry(text: string, start: number, containersLeft: number): Scanned | undefined {
  if (containersLeft === 0) return undefined
  const key = scanType(text, start + 1, containersLeft - 1)
  if (key === undefined || !isBasic(key.type)) return undefined
  const value = scanType(text, key.end, containersLeft - 1)
  if (value === undefined || text[value.end] !== '}') return undefined
  const end = value.end + 1
  return { type: grouped('{', [key.type, value.type], text.slice(start, end)), end }
}

/** True for the types that may be dictionary keys. */
export function isBasic(type: Type): boolean {
  return type.code !== 'v' && isLeafCode(type.code)
}

function isLeafCode(code: string): code is LeafCode {
  return Object.hasOwn(LEAF_TYPES, code)
}

function leaf(code: LeafCode, alignment: Alignment, fixedSize: number | undefined): Type {
  return { signature: code, code, children: [], alignment, fixedSize, depth: 1 }
}

export function leafType(code: LeafCode): Type {
  return LEAF_TYPES[code]
}

export function arrayType(element: Type): Type {
  return wrapped('a', element, `a${element.signature}`)
}

export function maybeType(element: Type): Type {
  return wrapped('m', element, `m${element.signature}`)
}

export function tupleType(members: readonly Type[]): Type {
  return grouped('(', members, `(${members.map((member) => member.signature).join('')})`)
}

export function entryType(key: Type, value: Type): Type {
  return grouped('{', [key, value], `{${key.signature}${value.signature}}`)
}

function wrapped(code: 'a' | 'm', element: Type, signature: string): Type {
  const { alignment, depth } = element
  return { signature, code, children: [element], alignment, fixedSize: undefined, depth: depth + 1 }
}

function grouped(code: '(' | '{', members: readonly Type[], signature: string): Type {
  let alignment: Alignment = 1
  let fixedSize: number | undefined = 0
  let depth = 0
  for (const member of members) {
    if (member.alignment > alignment) alignment = member.alignment
    if (member.depth >= depth) depth = member.depth + 1
    if (fixedSize === undefined || member.fixedSize === undefined) fixedSize = undefined
    else fixedSize = alignUp(fixedSize, member.alignment) + member.fixedSize
  }
  if (fixedSize !== undefined) fixedSize = Math.max(1, alignUp(fixedSize, alignment)) // `()` takes one zero byte
  return { signature, code, children: members, alignment, fixedSize, depth }
}

/** The first multiple of `alignment` that is not below `offset`. */
export function alignUp(offset: number, alignment: number): number {
  const over = offset % alignment
  return over === 0 ? offset : offset + alignment - over
}
