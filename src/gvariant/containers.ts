// Codecs of arrays, maybes, tuples and dictionary entries. Facts: spec/gvariant.md#containers

import { OstreeError } from '../errors.ts'
import { type Codec, type ValueOf, within } from './codec.ts'
import type { Sink } from './sink.ts'
import { Misfit, offsetWidth, type Source } from './source.ts'
import { arrayType, entryType, isBasic, leafType, maybeType, parseType, type Type, tupleType } from './type.ts'

/** `null` is nothing. The wrapper tells nothing from just nothing. */
export type Maybe<T> = { readonly just: T } | null

/** An array of bytes as one Uint8Array. Decoded ones share memory with the input. */
export const bytes: Codec<Uint8Array> = {
  type: arrayType(leafType('y')),
  read: (source, start, end) => source.bytes.subarray(start, end),
  write: (sink, value) => sink.append(value),
}

export function array<T>(element: Codec<T>): Codec<readonly T[]> {
  return element.type.fixedSize === undefined ? variableArray(element) : fixedArray(element, element.type.fixedSize)
}

/** A dictionary as its entries in order. Repeated keys stay. */
export function dict<K, V>(key: Codec<K>, value: Codec<V>): Codec<readonly (readonly [K, V])[]> {
  return array(dictEntry(key, value))
}

function fixedArray<T>(element: Codec<T>, stride: number): Codec<readonly T[]> {
  return {
    type: arrayType(element.type),
    read(source, start, end, depth) {
      if ((end - start) % stride !== 0) throw new Misfit('the array ends inside an element')
      const values: T[] = []
      let position = start
      try {
        for (; position < end; position += stride) {
          values.push(element.read(source, position, position + stride, depth + 1))
        }
      } catch (error) {
        throw within(values.length, error)
      }
      return values
    },
    write(sink, values, depth) {
      writeElements(values, (value) => element.write(sink, value, depth + 1))
    },
  }
}

function variableArray<T>(element: Codec<T>): Codec<readonly T[]> {
  const { alignment } = element.type
  return {
    type: arrayType(element.type),
    read(source, start, end, depth) {
      const values: T[] = []
      const size = end - start
      if (size === 0) return values
      const width = offsetWidth(size)
      const body = source.offset(end - width, width)
      if (body >= size || (size - body) % width !== 0) throw new Misfit('bad framing offsets')
      const bodyEnd = start + body
      let position = start
      try {
        for (let table = bodyEnd; table < end; table += width) {
          const elementEnd = start + source.offset(table, width)
          if (elementEnd < position || elementEnd > bodyEnd) throw new Misfit('bad framing offset')
          if (position % alignment !== 0) position = source.skipPadding(position, alignment, elementEnd)
          values.push(element.read(source, position, elementEnd, depth + 1))
          position = elementEnd
        }
      } catch (error) {
        throw within(values.length, error)
      }
      return values
    },
    write(sink, values, depth) {
      const start = sink.size
      const ends: number[] = []
      writeElements(values, (value) => {
        sink.pad(alignment)
        element.write(sink, value, depth + 1)
        ends.push(sink.size)
      })
      sink.offsets(start, ends)
    },
  }
}

function writeElements<T>(values: readonly T[], write: (value: T) => void): void {
  let index = 0
  try {
    for (; index < values.length; index++) write(values[index]!)
  } catch (error) {
    throw within(index, error)
  }
}

export function maybe<T>(element: Codec<T>): Codec<Maybe<T>> {
  const { fixedSize } = element.type
  return {
    type: maybeType(element.type),
    read(source, start, end, depth) {
      if (start === end) return null
      if (fixedSize === undefined) {
        if (source.bytes[end - 1] !== 0) throw new Misfit('no zero byte after the value of a maybe')
        return { just: element.read(source, start, end - 1, depth + 1) }
      }
      if (end - start !== fixedSize) throw new Misfit('wrong size for the value of a maybe')
      return { just: element.read(source, start, end, depth + 1) }
    },
    write(sink, value, depth) {
      if (value === null) return
      element.write(sink, value.just, depth + 1)
      if (fixedSize === undefined) sink.reserve(1)
    },
  }
}

type Codecs = readonly Codec<unknown>[]
type Values<C extends Codecs> = { readonly [I in keyof C]: ValueOf<C[I]> }
type Fields = Readonly<Record<string, Codec<unknown>>>
export type Struct<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> }

/** A tuple as an array of its members. */
export function tuple<const C extends Codecs>(signature: string, members: C): Codec<Values<C>> {
  const layout = layoutOf(
    tupleType(members.map((member) => member.type)),
    members,
    members.map((_, i) => String(i)),
  )
  requireSignature(layout.type, signature)
  return {
    type: layout.type,
    read: (source, start, end, depth) => readMembers(layout, source, start, end, depth) as Values<C>,
    write: (sink, values, depth) => writeMembers(layout, sink, (i) => values[i], depth),
  }
}

/** A tuple as an object. Throws at once when `fields`, in their order, do not spell `signature`. */
export function struct<F extends Fields>(signature: string, fields: F): Codec<Struct<F>> {
  const names = Object.keys(fields)
  const codecs = Object.values(fields)
  const layout = layoutOf(tupleType(codecs.map((codec) => codec.type)), codecs, names)
  requireSignature(layout.type, signature)
  return {
    type: layout.type,
    read(source, start, end, depth) {
      const values = readMembers(layout, source, start, end, depth)
      const result: Record<string, unknown> = {}
      for (let i = 0; i < names.length; i++) result[names[i]!] = values[i]
      return result as Struct<F>
    },
    write: (sink, value, depth) => writeMembers(layout, sink, (i) => value[names[i]!], depth),
  }
}

export function dictEntry<K, V>(key: Codec<K>, value: Codec<V>): Codec<readonly [K, V]> {
  if (!isBasic(key.type)) throw badSignature(`a dictionary key cannot be '${key.type.signature}'`)
  const layout = layoutOf(entryType(key.type, value.type), [key, value], ['key', 'value'])
  return {
    type: layout.type,
    read: (source, start, end, depth) => readMembers(layout, source, start, end, depth) as [K, V],
    write: (sink, entry, depth) => writeMembers(layout, sink, (i) => entry[i], depth),
  }
}

function requireSignature(type: Type, signature: string): void {
  if (parseType(signature).signature !== type.signature) {
    throw badSignature(`the fields spell '${type.signature}', not '${signature}'`)
  }
}

function badSignature(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}

interface Layout {
  readonly type: Type
  readonly codecs: Codecs
  readonly names: readonly string[]
}

function layoutOf(type: Type, codecs: Codecs, names: readonly string[]): Layout {
  return { type, codecs, names }
}

function readMembers(layout: Layout, source: Source, start: number, end: number, depth: number): unknown[] {
  const { codecs, type } = layout
  const values: unknown[] = []
  const last = codecs.length - 1
  const width = type.fixedSize === undefined ? offsetWidth(end - start) : 0
  let bodyEnd = end // moves down as framing offsets, kept at the end in reverse, are used
  let position = start
  try {
    for (let i = 0; i <= last; i++) {
      const codec = codecs[i]!
      const { alignment, fixedSize } = codec.type
      if (position % alignment !== 0) position = source.skipPadding(position, alignment, end)
      let memberEnd: number
      if (fixedSize !== undefined) memberEnd = position + fixedSize
      else if (i === last) memberEnd = bodyEnd
      else {
        bodyEnd -= width
        if (bodyEnd < position) throw new Misfit('no room for a framing offset')
        memberEnd = start + source.offset(bodyEnd, width)
      }
      if (memberEnd < position || memberEnd > bodyEnd) throw new Misfit('ends outside its container')
      values.push(codec.read(source, position, memberEnd, depth + 1))
      position = memberEnd
    }
  } catch (error) {
    throw within(layout.names[values.length] ?? '', error)
  }
  if (type.fixedSize !== undefined) position = readFinalPadding(source, position, end)
  if (position !== bodyEnd) throw new Misfit('bytes left over after the last member')
  return values
}

function readFinalPadding(source: Source, start: number, end: number): number {
  for (let i = start; i < end; i++) if (source.bytes[i] !== 0) throw new Misfit('padding is not zero')
  return end
}

function writeMembers(layout: Layout, sink: Sink, member: (index: number) => unknown, depth: number): void {
  const { codecs, type } = layout
  const start = sink.size
  const last = codecs.length - 1
  const ends: number[] = []
  let index = 0
  try {
    for (; index <= last; index++) {
      const codec = codecs[index]!
      sink.pad(codec.type.alignment)
      codec.write(sink, member(index), depth + 1)
      if (index < last && codec.type.fixedSize === undefined) ends.push(sink.size)
    }
  } catch (error) {
    throw within(layout.names[index] ?? '', error)
  }
  if (type.fixedSize === undefined) sink.offsets(start, ends.reverse())
  else sink.reserve(start + type.fixedSize - sink.size)
}
