// Values of a settled type from the syntax tree of the text format. Facts: spec/gvariant.md#reading-text

import { isObjectPath, isSignature } from './strings.ts'
import { parseDouble, parseInteger } from './text-numbers.ts'
import { defaultType, patternOf } from './text-patterns.ts'
import type { Node } from './text-syntax.ts'
import { textError } from './text-tokens.ts'
import { type Type, tryParseType } from './type.ts'
import type { Value, Variant } from './value.ts'

type NodeOf<K extends Node['kind']> = Extract<Node, { readonly kind: K }>

/** The value with the type that the text itself says, or the usual one where it leaves a choice. */
export function inferredValue(node: Node): Variant {
  const signature = defaultType(patternOf(node))
  if (signature === undefined) throw textError('unable to infer type', node.range)
  const type = tryParseType(signature)
  // Each level of a dictionary is two of its type. GLib goes on, and makes bytes that it does not read back.
  if (type === undefined) throw textError('type nests too deeply', node.range)
  return { type: signature, value: settledValue(node, type) }
}

/** @throws {@link OstreeError} `INVALID_VARIANT_TEXT` where the text is no value of `type`. */
export function settledValue(node: Node, type: Type): Value {
  switch (node.kind) {
    case 'typed':
      return settledValue(node.child, type) // its own type has had its say in the pattern
    case 'maybe':
      if (type.code !== 'm') throw typeError(node, type)
      return node.child === null ? null : { just: settledValue(node.child, type.children[0]!) }
    default:
      // Any other value may stand for itself inside maybes.
      return type.code === 'm' ? { just: settledValue(node, type.children[0]!) } : plainValue(node, type)
  }
}

function plainValue(node: Exclude<Node, NodeOf<'typed' | 'maybe'>>, type: Type): Value {
  switch (node.kind) {
    case 'array':
      return arrayValue(node, type)
    case 'tuple':
      return tupleValue(node, type)
    case 'variant':
      if (type.code !== 'v') throw typeError(node, type)
      return inferredValue(node.child)
    case 'dictionary':
      return dictionaryValue(node, type)
    case 'entry':
      if (type.code !== '{') throw typeError(node, type)
      return entryValue(node.key, node.value, type)
    case 'string':
      return stringValue(node, type)
    case 'bytestring':
      if (type.signature !== 'ay') throw typeError(node, type)
      return node.bytes
    case 'number':
      return type.code === 'd' ? doubleValue(node) : integerValue(node, type)
    case 'boolean':
      if (type.code !== 'b') throw typeError(node, type)
      return node.value
  }
}

function arrayValue(node: NodeOf<'array' | 'tuple'>, type: Type): Value {
  if (type.code !== 'a') throw typeError(node, type)
  const element = type.children[0]!
  const values = node.children.map((child) => settledValue(child, element))
  return element.code === 'y' ? Uint8Array.from(values, Number) : values
}

function tupleValue(node: NodeOf<'array' | 'tuple'>, type: Type): Value {
  if (type.code !== '(') throw typeError(node, type)
  const values = node.children.map((child, i) => {
    const member = type.children[i]
    if (member === undefined) throw typeError(node, type)
    return settledValue(child, member)
  })
  if (values.length < type.children.length) throw typeError(node, type)
  return values
}

function dictionaryValue(node: NodeOf<'dictionary'>, type: Type): Value {
  const entryType = type.children[0]
  if (type.code !== 'a' || entryType?.code !== '{') throw typeError(node, type)
  return node.keys.map((key, i) => entryValue(key, node.values[i]!, entryType))
}

function entryValue(key: Node, value: Node, type: Type): Value {
  return [settledValue(key, type.children[0]!), settledValue(value, type.children[1]!)]
}

function stringValue(node: NodeOf<'string'>, type: Type): Value {
  const { range, text } = node
  switch (type.code) {
    case 's':
      if (text === undefined) throw textError('string constant is not valid UTF-8', range)
      return text
    case 'o':
      if (text === undefined || !isObjectPath(text)) throw textError('not a valid object path', range)
      return text
    case 'g':
      if (text === undefined || !isSignature(text)) throw textError('not a valid signature', range)
      return text
    default:
      throw typeError(node, type)
  }
}

function doubleValue(node: NodeOf<'number'>): Value {
  const { value, end, outOfRange } = parseDouble(node.token)
  if (outOfRange) throw textError('number too big for any type', node.range)
  requireWhole(node, end)
  return value
}

/** How far each integer type reaches: the largest value, and whether there is a negative side one longer. */
const INTEGERS: Readonly<Partial<Record<Type['code'], { readonly max: bigint; readonly signed: boolean }>>> = {
  y: { max: 0xffn, signed: false },
  n: { max: 0x7fffn, signed: true },
  q: { max: 0xffffn, signed: false },
  i: { max: 0x7fff_ffffn, signed: true },
  u: { max: 0xffff_ffffn, signed: false },
  h: { max: 0x7fff_ffffn, signed: true },
  x: { max: 0x7fff_ffff_ffff_ffffn, signed: true },
  t: { max: 0xffff_ffff_ffff_ffffn, signed: false },
}

function integerValue(node: NodeOf<'number'>, type: Type): Value {
  const minus = node.token.startsWith('-') ? 1 : 0
  const { value: magnitude, end, overflow } = parseInteger(node.token.slice(minus))
  if (overflow) throw textError('integer too big for any type', node.range)
  requireWhole(node, end + minus)
  const limits = INTEGERS[type.code]
  if (limits === undefined) throw typeError(node, type)
  const negative = minus === 1 && magnitude !== 0n
  const inRange = negative ? limits.signed && magnitude - 1n <= limits.max : magnitude <= limits.max
  if (!inRange) throw textError(`number out of range for type '${type.code}'`, node.range)
  const value = negative ? -magnitude : magnitude
  return type.code === 'x' || type.code === 't' ? value : Number(value)
}

/** Points at the first character that is no part of the number. */
function requireWhole(node: NodeOf<'number'>, end: number): void {
  if (end === node.token.length) return
  const start = node.range.start + end
  throw textError('invalid character in number', { start, end: start + 1 })
}

function typeError(node: Node, type: Type): Error {
  return textError(`can not parse as value of type '${type.signature}'`, node.range)
}
