// GVariant types: the signature as a tree, with the alignment and size that its values have. Facts: spec/gvariant.md#types

import { OstreeError } from '../errors.ts'

export type BasicCode = 'b' | 'y' | 'n' | 'q' | 'i' | 'u' | 'x' | 't' | 'h' | 'd' | 's' | 'o' | 'g'
/** The first character of a signature. `(` stands for a tuple, `{` for a dictionary entry. */
export type TypeCode = BasicCode | 'v' | 'a' | 'm' | '(' | '{'

export interface Type {
  readonly signature: string
  readonly code: TypeCode
  /** The element of an array or maybe, the members of a tuple or dictionary entry; otherwise none. */
  readonly children: readonly Type[]
  /** In bytes: 1, 2, 4 or 8. */
  readonly alignment: 1 | 2 | 4 | 8
  /** Bytes that every value takes; `undefined` where that depends on the value. */
  readonly fixedSize: number | undefined
  /** Containers above the deepest leaf, plus one: 1 for a basic type, 2 for `as`. */
  readonly depth: number
}

/** Types, and values inside variants, nest no deeper than this. */
export const MAX_DEPTH = 128

/** Alignment (and size, where fixed) of the types without children. */
const LEAVES: { readonly [C in BasicCode | 'v']: readonly [alignment: 1 | 2 | 4 | 8, fixed: boolean] } = {
  b: [1, true],
  y: [1, true],
  n: [2, true],
  q: [2, true],
  i: [4, true],
  u: [4, true],
  h: [4, true],
  x: [8, true],
  t: [8, true],
  d: [8, true],
  s: [1, false],
  o: [1, false],
  g: [1, false],
  v: [8, false],
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
  const parsed = scanType(signature, 0, MAX_DEPTH)
  return parsed !== undefined && parsed.end === signature.length ? parsed.type : undefined
}

/** The complete type at `start`, and where it ends; `undefined` where there is none. */
export function scanType(text: string, start: number, depthLimit: number): { type: Type; end: number } | undefined {
  const code = text[start]
  if (code === undefined || depthLimit === 0) return undefined
  if (isLeafCode(code)) return { type: leafType(code), end: start + 1 }
  if (code === 'a' || code === 'm') {
    const element = scanType(text, start + 1, depthLimit - 1)
    return element && { type: code === 'a' ? arrayType(element.type) : maybeType(element.type), end: element.end }
  }
  if (code === '(') {
    const members = scanMembers(text, start + 1, ')', depthLimit - 1)
    return members && { type: tupleType(members.types), end: members.end }
  }
  if (code === '{') {
    const members = scanMembers(text, start + 1, '}', depthLimit - 1)
    const [key, value] = members?.types ?? []
    if (members === undefined || members.types.length !== 2 || key === undefined || value === undefined)
      return undefined
    return isBasic(key) ? { type: entryType(key, value), end: members.end } : undefined
  }
  return undefined
}

function scanMembers(text: string, start: number, close: string, depthLimit: number) {
  const types: Type[] = []
  let position = start
  while (text[position] !== close) {
    const member = scanType(text, position, depthLimit)
    if (member === undefined) return undefined
    types.push(member.type)
    position = member.end
  }
  return { types, end: position + 1 }
}

export function isBasic(type: Type): boolean {
  return type.children.length === 0 && type.code !== 'v' && type.code !== '('
}

function isLeafCode(code: string): code is BasicCode | 'v' {
  return Object.hasOwn(LEAVES, code)
}

export function leafType(code: BasicCode | 'v'): Type {
  const [alignment, fixed] = LEAVES[code]
  return { signature: code, code, children: [], alignment, fixedSize: fixed ? alignment : undefined, depth: 1 }
}

export function arrayType(element: Type): Type {
  const { alignment } = element
  return {
    signature: `a${element.signature}`,
    code: 'a',
    children: [element],
    alignment,
    fixedSize: undefined,
    depth: element.depth + 1,
  }
}

export function maybeType(element: Type): Type {
  return { ...arrayType(element), signature: `m${element.signature}`, code: 'm' }
}

export function tupleType(members: readonly Type[]): Type {
  return groupType('(', members, `(${members.map((member) => member.signature).join('')})`)
}

export function entryType(key: Type, value: Type): Type {
  return groupType('{', [key, value], `{${key.signature}${value.signature}}`)
}

function groupType(code: '(' | '{', members: readonly Type[], signature: string): Type {
  let alignment: Type['alignment'] = 1
  let fixedSize: number | undefined = 0
  let depth = 1
  for (const member of members) {
    if (member.alignment > alignment) alignment = member.alignment
    if (member.depth >= depth) depth = member.depth + 1
    if (fixedSize === undefined || member.fixedSize === undefined) fixedSize = undefined
    else fixedSize = alignUp(fixedSize, member.alignment) + member.fixedSize
  }
  if (fixedSize !== undefined) fixedSize = Math.max(1, alignUp(fixedSize, alignment)) // the empty tuple is one zero byte
  return { signature, code, children: members, alignment, fixedSize, depth }
}

/** The first multiple of `alignment` that is not below `offset`. */
export function alignUp(offset: number, alignment: number): number {
  const over = offset % alignment
  return over === 0 ? offset : offset + alignment - over
}
