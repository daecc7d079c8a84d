// Reads a serialised value that need not be in normal form, with GLib's answers for what is broken.
// Facts: spec/gvariant.md#broken-data

import type { ByteOrder } from '../bytes/byte-order.ts'
import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { OstreeError } from '../errors.ts'
import { offsetWidth, readOffset } from './framing.ts'
import { Misfit, Source } from './source.ts'
import { alignUp, MAX_DEPTH, type Type, tryParseType } from './type.ts'
import type { Value, Variant } from './value.ts'
import { codecOf } from './variant.ts'

/** The bytes of one value. `undefined` stands for a part that could not be found: all of it has default values. */
type Span = { readonly start: number; readonly end: number } | undefined

/** Each level of a value that does not overlap itself reads every byte at most once; the rest is for empty parts. */
const READS_PER_BYTE = 4 * MAX_DEPTH

const UNIT: Variant = { type: '()', value: [] }

export class LenientReader {
  readonly #source: Source
  readonly #byteOrder: ByteOrder
  readonly #defaults = new Map<string, Value>()
  /** Bytes that may still be read. Only broken tuples, whose members overlap, can use it up. */
  #budget: number

  constructor(data: Uint8Array, byteOrder: ByteOrder) {
    this.#source = new Source(data)
    this.#byteOrder = byteOrder
    this.#budget = READS_PER_BYTE * (data.length + 1)
  }

  /** All of the data as a value of `type`. */
  read(type: Type): Value {
    const { length } = this.#source.bytes
    const fits = type.fixedSize === undefined || type.fixedSize === length
    return this.#value(type, fits ? { start: 0, end: length } : undefined, 0)
  }

  #value(type: Type, span: Span, depth: number): Value {
    if (span === undefined || (type.fixedSize === undefined && span.start === span.end)) return this.#default(type)
    this.#budget -= 1 + span.end - span.start
    if (this.#budget < 0) {
      throw new OstreeError('INVALID_FORMAT', { format: type.signature, path: '', reason: 'parts overlap too often' })
    }
    switch (type.code) {
      case 'a':
        return this.#array(type, span, depth)
      case 'm':
        return this.#maybe(type, span, depth)
      case '(':
      case '{':
        return this.#members(type, span, depth)
      case 'v':
        return this.#variant(span, depth)
      case 'b':
        return this.#source.bytes[span.start] !== 0
      default:
        return this.#leaf(type, span)
    }
  }

  #leaf(type: Type, { start, end }: { start: number; end: number }): Value {
    try {
      return codecOf(type, this.#byteOrder).read(this.#source, start, end, 0)
    } catch (error) {
      if (error instanceof Misfit) return this.#default(type) // a bad string; every number is good
      throw error
    }
  }

  /** The value of a part without data. Made once for each type: hostile data can ask for very many. */
  #default(type: Type): Value {
    const known = this.#defaults.get(type.signature)
    if (known !== undefined) return known
    const value = this.#makeDefault(type)
    this.#defaults.set(type.signature, value)
    return value
  }

  #makeDefault(type: Type): Value {
    switch (type.code) {
      case 'b':
        return false
      case 'x':
      case 't':
        return 0n
      case 's':
      case 'g':
        return ''
      case 'o':
        return '/'
      case 'v':
        return UNIT
      case 'm':
        return null
      case 'a':
        return type.signature === 'ay' ? new Uint8Array(0) : []
      case '(':
      case '{':
        return type.children.map((member) => this.#default(member))
      default:
        return 0
    }
  }

  #maybe(type: Type, { start, end }: { start: number; end: number }, depth: number): Value {
    const element = type.children[0]!
    if (element.fixedSize === undefined) return { just: this.#value(element, { start, end: end - 1 }, depth + 1) }
    if (end - start !== element.fixedSize) return null
    return { just: this.#value(element, { start, end }, depth + 1) }
  }

  #array(type: Type, span: { start: number; end: number }, depth: number): Value {
    const element = type.children[0]!
    if (element.code === 'y') return this.#source.bytes.subarray(span.start, span.end)
    const spans =
      element.fixedSize === undefined ? this.#elementSpans(element, span) : fixedSpans(element.fixedSize, span)
    const values: Value[] = []
    for (const elementSpan of spans) values.push(this.#value(element, elementSpan, depth + 1))
    return values
  }

  /** From the first offset that is below the one before it on, elements count as missing. */
  *#elementSpans(element: Type, { start, end }: { start: number; end: number }): Generator<Span> {
    const { view } = this.#source
    const size = end - start
    const width = offsetWidth(size)
    const bodySize = readOffset(view, end - width, width)
    if (bodySize > size || (size - bodySize) % width !== 0) return
    let previousEnd = 0
    let ordered = true
    for (let entry = start + bodySize; entry < end; entry += width) {
      const elementEnd = readOffset(view, entry, width)
      ordered &&= elementEnd >= previousEnd
      const elementStart = alignUp(previousEnd, element.alignment)
      const found = ordered && elementStart < elementEnd && elementEnd <= bodySize
      yield found ? { start: start + elementStart, end: start + elementEnd } : undefined
      previousEnd = elementEnd
    }
  }

  #members(type: Type, span: { start: number; end: number }, depth: number): Value {
    const bounds = memberBounds(type, this.#source.view, span)
    const size = span.end - span.start
    const bodyEnd = bounds.at(-1)?.end ?? 0
    // GLib looks at the order of members when the second is asked for. Where the first is the one out of place, its
    // count of good members wraps around below zero, and no later member is ever taken for out of place.
    let inOrder = bounds.length
    for (let i = 1, previousEnd = bounds[0]?.end ?? 0; i < bounds.length; i++) {
      if (i === 1 && !isInPlace(bounds[0]!, 0, size)) break
      if (!isInPlace(bounds[i]!, previousEnd, size)) {
        inOrder = i
        break
      }
      previousEnd = bounds[i]!.end
    }
    return type.children.map((member, i) => {
      const { start, end, known } = bounds[i]!
      const found = i < inOrder && known && start < end && end <= size && end <= bodyEnd
      return this.#value(member, found ? { start: span.start + start, end: span.start + end } : undefined, depth + 1)
    })
  }

  #variant({ start, end }: { start: number; end: number }, depth: number): Variant {
    const nul = this.#source.bytes.subarray(start, end).lastIndexOf(0)
    const signature = nul < 0 ? undefined : tryDecodeUtf8(this.#source.bytes.subarray(start + nul + 1, end))
    const type = signature === undefined ? undefined : tryParseType(signature)
    if (type === undefined || (type.fixedSize !== undefined && type.fixedSize !== nul)) return UNIT
    if (type.depth >= MAX_DEPTH - depth) return UNIT
    return { type: type.signature, value: this.#value(type, { start, end: start + nul }, depth + 1) }
  }
}

interface Bounds {
  readonly start: number
  readonly end: number
  /** False where the framing offsets that tell the bounds would stand before the tuple. */
  readonly known: boolean
}

function isInPlace({ start, end }: Bounds, previousEnd: number, size: number): boolean {
  return start <= end && start >= previousEnd && end <= size
}

function* fixedSpans(stride: number, { start, end }: { start: number; end: number }): Generator<Span> {
  if ((end - start) % stride !== 0) return
  for (let position = start; position < end; position += stride) yield { start: position, end: position + stride }
}

/** Where the members claim to be, from the start of the tuple; nothing is checked. */
function memberBounds(type: Type, view: DataView, span: { start: number; end: number }): Bounds[] {
  const size = span.end - span.start
  const width = type.fixedSize === undefined ? offsetWidth(size) : 0
  const last = type.children.length - 1
  let offsetsUsed = 0
  let position = 0
  return type.children.map((member, i) => {
    const start = alignUp(position, member.alignment)
    let end = Number.POSITIVE_INFINITY
    if (member.fixedSize !== undefined) end = start + member.fixedSize
    else if (i === last) end = offsetsUsed * width <= size ? size - offsetsUsed * width : end
    else {
      offsetsUsed++
      const entry = span.end - offsetsUsed * width
      if (entry >= span.start) end = readOffset(view, entry, width)
    }
    // A later member starts at the table entry itself, or at 0 where there is no such entry.
    position = Number.isFinite(end) ? end : 0
    return { start, end, known: offsetsUsed * width <= size }
  })
}
