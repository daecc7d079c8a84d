// Codecs of tuples, as arrays or as objects, and of dictionary entries. Facts: spec/gvariant.md#tuples

import { OstreeError } from '../errors.ts'
import type { Codec, ValueOf } from './codec.ts'
import { array, requireDepth } from './containers.ts'
import { offsetWidth, readOffset, widthFor } from './framing.ts'
import type { Sink } from './sink.ts'
import { Misfit, type Source, within } from './source.ts'
import { entryType, isBasic, parseType, type Type, tupleType } from './type.ts'

type Codecs = readonly Codec<unknown>[]
type Values<C extends Codecs> = { readonly [I in keyof C]: ValueOf<C[I]> }
type Fields = Readonly<Record<string, Codec<unknown>>>
export type Struct<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> }

/** A tuple as an object. Throws at once when `fields`, in their order, do not spell `signature`. */
export function struct<F extends Fields>(signature: string, fields: F): Codec<Struct<F>> {
  const names = Object.keys(fields)
  const codecs = Object.values(fields)
  const layout = layoutOf(tupleType(typesOf(codecs)), codecs, names)
  requireSignature(layout.type, signature)
  return {
    type: layout.type,
    read(source, start, end, depth) {
      const values = readMembers(layout, source, start, end, depth)
      const result: Record<string, unknown> = {}
      for (let i = 0; i < names.length; i++) result[names[i]!] = values[i]
      return result as Struct<F>
    },
    write(sink, value, depth) {
      writeMembers(
        layout,
        sink,
        names.map((name) => value[name]),
        depth,
      )
    },
  }
}

/** A tuple as an array of its members. Throws at once when these do not spell `signature`. */
export function tuple<const C extends Codecs>(signature: string, members: C): Codec<Values<C>> {
  const type = tupleType(typesOf(members))
  requireSignature(type, signature)
  return tupleOf(type, members)
}

/** `tuple` without the check. */
export function tupleOf<const C extends Codecs>(type: Type, members: C): Codec<Values<C>> {
  return membersCodec<Values<C>>(layoutOf(type, members, [...members.keys()].map(String)))
}

export function dictEntry<K, V>(key: Codec<K>, value: Codec<V>): Codec<readonly [K, V]> {
  if (!isBasic(key.type)) throw badSignature(`a dictionary key cannot be '${key.type.signature}'`)
  return entryOf(entryType(key.type, value.type), key, value)
}

/** `dictEntry` without the check. */
export function entryOf<K, V>(type: Type, key: Codec<K>, value: Codec<V>): Codec<readonly [K, V]> {
  return membersCodec<readonly [K, V]>(layoutOf(type, [key, value], ['key', 'value']))
}

/** A dictionary as its entries in order. Repeated keys stay. */
export function dict<K, V>(key: Codec<K>, value: Codec<V>): Codec<readonly (readonly [K, V])[]> {
  return array(dictEntry(key, value))
}

/** The caller says what the layout's codecs read: nothing checks that `T` is their values' tuple. */
function membersCodec<T extends readonly unknown[]>(layout: Layout): Codec<T> {
  return {
    type: layout.type,
    read: (source, start, end, depth) => readMembers(layout, source, start, end, depth) as readonly unknown[] as T,
    write(sink, values, depth) {
      if (!Array.isArray(values)) throw new Misfit('not an array')
      writeMembers(layout, sink, values, depth)
    },
  }
}

function typesOf(codecs: Codecs): Type[] {
  return codecs.map((codec) => codec.type)
}

function requireSignature(type: Type, signature: string): void {
  if (parseType(signature).signature === type.signature) return
  throw badSignature(`the fields spell '${type.signature}', not '${signature}'`)
}

function badSignature(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}

interface Layout {
  readonly type: Type
  readonly codecs: Codecs
  readonly names: readonly string[]
  /** How many framing offsets a value has: one for each member of variable size but the last member. */
  readonly offsets: number
}

function layoutOf(type: Type, codecs: Codecs, names: readonly string[]): Layout {
  const offsets = codecs.slice(0, -1).filter((codec) => codec.type.fixedSize === undefined).length
  return { type, codecs, names, offsets }
}

function readMembers(layout: Layout, source: Source, start: number, end: number, depth: number): unknown[] {
  const { codecs, offsets, type } = layout
  const last = codecs.length - 1
  const values: unknown[] = []
  const size = end - start
  const width = type.fixedSize === undefined ? offsetWidth(size) : 0
  const bodySize = size - offsets * width
  if (offsets > 0 && size > 0 && !(bodySize >= 0 && widthFor(bodySize, offsets) === width)) {
    throw new Misfit('bad framing offsets')
  }
  if (last >= 0) requireDepth(depth + 1)
  let bodyEnd = end // moves down as framing offsets, which stand at the end in reverse, are used
  let position = start
  try {
    for (let i = 0; i <= last; i++) {
      const codec = codecs[i]!
      const { alignment, fixedSize } = codec.type
      if (position % alignment !== 0) position = source.skipPadding(position, alignment, end)
      let memberEnd = bodyEnd
      if (fixedSize !== undefined) memberEnd = position + fixedSize
      else if (i < last) {
        bodyEnd -= width
        memberEnd = start + readOffset(source.view, bodyEnd, width)
      }
      if (memberEnd < position || memberEnd > bodyEnd) throw new Misfit('ends outside its container')
      values.push(codec.read(source, position, memberEnd, depth + 1))
      position = memberEnd
    }
  } catch (error) {
    throw within(layout.names[values.length] ?? '', error)
  }
  if (type.fixedSize !== undefined) position = skipFinalPadding(source, position, end)
  if (position !== bodyEnd) throw new Misfit('bytes left over after the last member')
  return values
}

/** Also the one byte of `()`. */
function skipFinalPadding(source: Source, start: number, end: number): number {
  for (let i = start; i < end; i++) if (source.bytes[i] !== 0) throw new Misfit('padding is not zero')
  return end
}

function writeMembers(layout: Layout, sink: Sink, values: readonly unknown[], depth: number): void {
  const { codecs, type } = layout
  if (values.length !== codecs.length) throw new Misfit(`${values.length} members where ${codecs.length} are expected`)
  const start = sink.size
  const last = codecs.length - 1
  const ends: number[] = []
  let index = 0
  try {
    for (; index <= last; index++) {
      const codec = codecs[index]!
      sink.pad(codec.type.alignment)
      codec.write(sink, values[index], depth + 1)
      if (index < last && codec.type.fixedSize === undefined) ends.push(sink.size)
    }
  } catch (error) {
    throw within(layout.names[index] ?? '', error)
  }
  if (type.fixedSize === undefined) sink.offsets(start, ends.reverse())
  else sink.reserve(start + type.fixedSize - sink.size)
}
