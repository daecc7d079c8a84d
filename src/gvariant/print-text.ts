// The text form of values, as g_variant_print writes it. Facts: spec/gvariant.md#text-format

import { OstreeError } from '../errors.ts'
import { formatDouble } from './print-double.ts'
import { quoteBytes, quoteText } from './print-quoted.ts'
import { MAX_DEPTH, parseType, type Type } from './type.ts'
import type { Value, Variant } from './value.ts'

export interface PrintOptions {
  /** Says the types that the text alone would not give back. Inside variants that is always done. Default `false`. */
  readonly typeAnnotate?: boolean
  /** Broken data can spell far longer text than it has bytes. Default `MAX_PRINTED_CHARACTERS`. */
  readonly maxCharacters?: number
}

/** Half of what fits in a JavaScript string. */
export const MAX_PRINTED_CHARACTERS = 0x1000_0000

/** @throws {@link OstreeError} `INVALID_ARGUMENT` where a value is not one of its type, or the text gets too long. */
export function printVariant(variant: Variant, options: PrintOptions = {}): string {
  const { typeAnnotate = false, maxCharacters = MAX_PRINTED_CHARACTERS } = options
  const printer = new Printer(maxCharacters)
  printer.print(parseType(variant.type), variant.value, typeAnnotate)
  return printer.finish()
}

const PARTS_PER_CHUNK = 0x1_0000

/** Words before values whose type the text does not show. */
const ANNOTATIONS: Readonly<Partial<Record<Type['code'], string>>> = {
  y: 'byte ',
  n: 'int16 ',
  q: 'uint16 ',
  u: 'uint32 ',
  h: 'handle ',
  x: 'int64 ',
  t: 'uint64 ',
  o: 'objectpath ',
  g: 'signature ',
}

class Printer {
  #parts: string[] = []
  /** Parts that are joined already: one string that grows by a few characters at a time takes much more memory. */
  readonly #chunks: string[] = []
  /** Of variants, by signature. */
  readonly #types = new Map<string, Type>()
  #charactersLeft: number
  #variants = 0

  constructor(maxCharacters: number) {
    this.#charactersLeft = maxCharacters
  }

  finish(): string {
    return this.#chunks.join('') + this.#parts.join('')
  }

  #put(text: string): void {
    this.#charactersLeft -= text.length
    if (this.#charactersLeft < 0) throw unprintable('the text gets too long')
    this.#parts.push(text)
    if (this.#parts.length < PARTS_PER_CHUNK) return
    this.#chunks.push(this.#parts.join(''))
    this.#parts = []
  }

  print(type: Type, value: Value, annotate: boolean): void {
    switch (type.code) {
      case 'm':
        this.#maybe(type, value, annotate)
        return
      case 'a':
        if (type.signature === 'ay') this.#bytes(value, annotate)
        else if (type.children[0]?.code === '{') this.#dictionary(type, listOf(type, value), annotate)
        else this.#array(type, listOf(type, value), annotate)
        return
      case '(':
        this.#tuple(type, listOf(type, value), annotate)
        return
      case '{':
        this.#members('{', ', ', '}', type, listOf(type, value), annotate)
        return
      case 'v':
        this.#variant(value)
        return
      default:
        this.#put((annotate ? (ANNOTATIONS[type.code] ?? '') : '') + printLeaf(type, value))
    }
  }

  /** `just` is left out wherever the value without it cannot be read as nothing. */
  #maybe(type: Type, value: Value, annotate: boolean): void {
    if (annotate) this.#put(`@${type.signature} `)
    let inner = value
    let innerType = type
    let justs = ''
    while (innerType.code === 'm' && inner !== null) {
      if (typeof inner !== 'object' || !('just' in inner)) throw mismatch(innerType)
      inner = inner.just
      innerType = innerType.children[0]!
      justs += 'just '
    }
    if (innerType.code === 'm') this.#put(`${justs}nothing`)
    else this.print(innerType, inner, false)
  }

  /** Bytes whose only zero is the last are text; other arrays of bytes are numbers. */
  #bytes(value: Value, annotate: boolean): void {
    if (!(value instanceof Uint8Array)) throw mismatch(parseType('ay'))
    if (value.length === 0) {
      this.#put(annotate ? '@ay []' : '[]')
      return
    }
    if (value.indexOf(0) === value.length - 1) {
      this.#put(quoteBytes(value.subarray(0, -1)))
      return
    }
    const numbers = Array.from(value, (byte) => BYTES[byte]).join(', ')
    this.#put(annotate ? `[byte ${numbers}]` : `[${numbers}]`)
  }

  /** Only the first element says its type. */
  #array(type: Type, values: readonly Value[], annotate: boolean): void {
    if (values.length === 0) {
      this.#put(annotate ? `@${type.signature} []` : '[]')
      return
    }
    const element = type.children[0]!
    this.#put('[')
    values.forEach((value, i) => {
      if (i > 0) this.#put(', ')
      this.print(element, value, annotate && i === 0)
    })
    this.#put(']')
  }

  #dictionary(type: Type, entries: readonly Value[], annotate: boolean): void {
    if (entries.length === 0) {
      this.#put(annotate ? `@${type.signature} {}` : '{}')
      return
    }
    const entryType = type.children[0]!
    this.#put('{')
    entries.forEach((entry, i) => {
      if (i > 0) this.#put(', ')
      this.#members('', ': ', '', entryType, listOf(entryType, entry), annotate && i === 0)
    })
    this.#put('}')
  }

  #tuple(type: Type, values: readonly Value[], annotate: boolean): void {
    this.#members('(', ', ', values.length === 1 ? ',)' : ')', type, values, annotate)
  }

  #members(
    open: string,
    between: string,
    close: string,
    type: Type,
    values: readonly Value[],
    annotate: boolean,
  ): void {
    if (values.length !== type.children.length) throw mismatch(type)
    this.#put(open)
    type.children.forEach((member, i) => {
      if (i > 0) this.#put(between)
      this.print(member, values[i]!, annotate)
    })
    this.#put(close)
  }

  #typeOf(signature: string): Type {
    let type = this.#types.get(signature)
    if (type === undefined) {
      type = parseType(signature)
      this.#types.set(signature, type)
    }
    return type
  }

  #variant(value: Value): void {
    if (value === null || typeof value !== 'object' || !('type' in value)) throw mismatch(parseType('v'))
    if (++this.#variants > MAX_DEPTH) throw unprintable('variants nest too deeply')
    this.#put('<')
    this.print(this.#typeOf(value.type), value.value, true)
    this.#put('>')
    this.#variants--
  }
}

function printLeaf(type: Type, value: Value): string {
  switch (type.code) {
    case 'b':
      if (typeof value !== 'boolean') throw mismatch(type)
      return String(value)
    case 'd':
      if (typeof value === 'number') return formatDouble(value)
      if (value === null || typeof value !== 'object' || !('nanBits' in value)) throw mismatch(type)
      return value.nanBits >> 63n === 1n ? '-nan' : 'nan'
    case 'y':
      if (typeof value !== 'number' || BYTES[value] === undefined) throw mismatch(type)
      return BYTES[value]
    case 's':
      if (typeof value !== 'string') throw mismatch(type)
      return quoteText(value)
    case 'o':
    case 'g':
      if (typeof value !== 'string') throw mismatch(type)
      return `'${value}'`
    default:
      if (typeof value !== 'number' && typeof value !== 'bigint') throw mismatch(type)
      return String(value)
  }
}

const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => `0x${byte.toString(16).padStart(2, '0')}`)

function listOf(type: Type, value: Value): readonly Value[] {
  if (!isList(value)) throw mismatch(type)
  return value
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function mismatch(type: Type): OstreeError {
  return unprintable(`the value is not of type '${type.signature}'`)
}

function unprintable(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason: `cannot print a GVariant: ${reason}` })
}
