// Codecs of arrays, maybes and byte arrays. Facts: spec/gvariant.md#arrays, #maybes

import type { Codec } from './codec.ts'
import { offsetWidth, readOffset, widthFor } from './framing.ts'
import { Misfit, within } from './source.ts'
import { arrayType, leafType, MAX_DEPTH, maybeType } from './type.ts'
import type { Maybe } from './value.ts'

/** An array of bytes as one Uint8Array. Decoded ones share memory with the input. */
export const bytes: Codec<Uint8Array> = {
  type: arrayType(leafType('y')),
  read(source, start, end, depth) {
    if (end > start) requireDepth(depth + 1)
    return source.bytes.subarray(start, end)
  },
  write(sink, value) {
    if (!(value instanceof Uint8Array)) throw new Misfit('not a Uint8Array')
    sink.append(value)
  },
}

export function array<T>(element: Codec<T>): Codec<readonly T[]> {
  const { fixedSize } = element.type
  return fixedSize === undefined ? variableArray(element) : fixedArray(element, fixedSize)
}

/** Only a signature of the deepest nesting, or values in variants, can get there. */
export function requireDepth(depth: number): void {
  if (depth >= MAX_DEPTH) throw new Misfit('nested too deeply')
}

function fixedArray<T>(element: Codec<T>, stride: number): Codec<readonly T[]> {
  return {
    type: arrayType(element.type),
    read(source, start, end, depth) {
      if ((end - start) % stride !== 0) throw new Misfit('the array ends inside an element')
      const values: T[] = []
      if (start === end) return values
      requireDepth(depth + 1)
      try {
        for (let position = start; position < end; position += stride) {
          values.push(element.read(source, position, position + stride, depth + 1))
        }
      } catch (error) {
        throw within(values.length, error)
      }
      return values
    },
    write(sink, values, depth) {
      requireArray(values)
      let index = 0
      try {
        for (; index < values.length; index++) element.write(sink, values[index]!, depth + 1)
      } catch (error) {
        throw within(index, error)
      }
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
      requireDepth(depth + 1)
      const width = offsetWidth(size)
      const bodySize = readOffset(source.view, end - width, width)
      const count = (size - bodySize) / width
      if (!(bodySize < size && widthFor(bodySize, count) === width && Number.isInteger(count))) {
        throw new Misfit('bad framing offsets')
      }
      const bodyEnd = start + bodySize
      let position = start
      try {
        for (let entry = bodyEnd; entry < end; entry += width) {
          const elementEnd = start + readOffset(source.view, entry, width)
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
      requireArray(values)
      const start = sink.size
      const ends: number[] = []
      try {
        for (let i = 0; i < values.length; i++) {
          sink.pad(alignment)
          element.write(sink, values[i]!, depth + 1)
          ends.push(sink.size)
        }
      } catch (error) {
        throw within(ends.length, error)
      }
      sink.offsets(start, ends)
    },
  }
}

function requireArray(values: unknown): void {
  if (!Array.isArray(values)) throw new Misfit('not an array')
}

export function maybe<T>(element: Codec<T>): Codec<Maybe<T>> {
  const { fixedSize } = element.type
  return {
    type: maybeType(element.type),
    read(source, start, end, depth) {
      if (start === end) return null
      requireDepth(depth + 1)
      if (fixedSize === undefined) {
        if (source.bytes[end - 1] !== 0) throw new Misfit('no zero byte after the value of a maybe')
        return { just: element.read(source, start, end - 1, depth + 1) }
      }
      if (end - start !== fixedSize) throw new Misfit('wrong size for the value of a maybe')
      return { just: element.read(source, start, end, depth + 1) }
    },
    write(sink, value, depth) {
      if (value === null) return
      if (!(typeof value === 'object' && 'just' in value)) throw new Misfit('neither null nor { just }')
      element.write(sink, value.just, depth + 1)
      if (fixedSize === undefined) sink.reserve(1)
    },
  }
}
