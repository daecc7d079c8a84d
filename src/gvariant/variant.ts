// Codecs made at run time from a type, for values whose type is not known before. Facts: spec/gvariant.md#variants

import type { ByteOrder } from '../bytes/byte-order.ts'
import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { type Codec, decode, encode } from './codec.ts'
import { array, bytes, maybe, requireDepth } from './containers.ts'
import * as leaves from './leaves.ts'
import { Misfit } from './source.ts'
import { entryOf, tupleOf } from './tuples.ts'
import { type LeafCode, leafType, MAX_DEPTH, parseType, type Type, tryParseType } from './type.ts'
import type { Value, Variant } from './value.ts'

export const variant: Codec<Variant> = variantCodec(() => LEAVES.little)

/** One codec for each type without children. */
export type LeafCodecs = { readonly [C in LeafCode]: Codec<Value> }

/** Codecs of the types without children, by byte order. */
const LEAVES: Readonly<Record<ByteOrder, LeafCodecs>> = {
  little: {
    b: leaves.bool,
    y: leaves.u8,
    n: leaves.i16le,
    q: leaves.u16le,
    i: leaves.i32le,
    u: leaves.u32le,
    h: leaves.handle,
    x: leaves.i64le,
    t: leaves.u64le,
    d: leaves.anyF64le,
    s: leaves.str,
    o: leaves.objectPath,
    g: leaves.signature,
    v: variant,
  },
  big: {
    b: leaves.bool,
    y: leaves.u8,
    n: leaves.i16be,
    q: leaves.u16be,
    i: leaves.i32be,
    u: leaves.u32be,
    h: leaves.handleBe,
    x: leaves.i64be,
    t: leaves.u64be,
    d: leaves.anyF64be,
    s: leaves.str,
    o: leaves.objectPath,
    g: leaves.signature,
    v: variantCodec(() => LEAVES.big),
  },
}

/** The codec for all values of `type`. */
export function codecOf(type: Type, byteOrder: ByteOrder = 'little'): Codec<Value> {
  return codecFrom(LEAVES[byteOrder], type)
}

/** The codec of `type` whose parts without children are read and written by `leafCodecs`. */
export function codecFrom(leafCodecs: LeafCodecs, type: Type): Codec<Value> {
  const children = () => type.children.map((child) => codecFrom(leafCodecs, child))
  switch (type.code) {
    case 'a':
      return type.signature === 'ay' ? bytes : array(children()[0]!)
    case 'm':
      return maybe(children()[0]!)
    case '{': {
      const [key, value] = children()
      return entryOf(type, key!, value!)
    }
    case '(':
      return tupleOf(type, children())
    default:
      return leafCodecs[type.code]
  }
}

/** @throws {@link OstreeError} `INVALID_FORMAT` unless all of `data` is a value of `signature` in normal form. */
export function decodeVariant(signature: string, data: Uint8Array, byteOrder: ByteOrder = 'little'): Variant {
  return { type: signature, value: decode(codecOf(parseType(signature), byteOrder), data) }
}

/** @throws {@link OstreeError} `INVALID_FORMAT` where the value is not one of its type. */
export function encodeVariant(value: Variant, byteOrder: ByteOrder = 'little'): Uint8Array {
  return encode(codecOf(parseType(value.type), byteOrder), value.value)
}

/** A signature of the deepest nesting passes here, as in GLib; its containers then look at the depth themselves. */
function tooDeep(type: Type, depth: number): boolean {
  return type.depth <= MAX_DEPTH && depth >= MAX_DEPTH - type.depth
}

/** @param leafCodecs - Read and write what is inside. Asked for when needed, since the codec is one of them itself. */
export function variantCodec(leafCodecs: () => LeafCodecs): Codec<Variant> {
  return {
    type: leafType('v'),
    read(source, start, end, depth) {
      const nul = source.bytes.subarray(start, end).lastIndexOf(0)
      if (nul < 0) throw new Misfit('no type in a variant')
      const signature = tryDecodeUtf8(source.bytes.subarray(start + nul + 1, end)) ?? ''
      const type = tryParseType(signature)
      if (type === undefined) throw new Misfit(`'${signature}' is no type`)
      if (type.fixedSize !== undefined && type.fixedSize !== nul)
        throw new Misfit('wrong size for the value of a variant')
      if (tooDeep(type, depth)) throw new Misfit('nested too deeply')
      requireDepth(depth + 1) // `()` has no depth of its own
      const codec = source.codec(signature, () => codecFrom(leafCodecs(), type))
      return { type: signature, value: codec.read(source, start, start + nul, depth + 1) }
    },
    write(sink, value, depth) {
      if (typeof value?.type !== 'string') throw new Misfit('not a variant')
      const type = tryParseType(value.type)
      if (type === undefined) throw new Misfit(`'${value.type}' is no type`)
      if (tooDeep(type, depth)) throw new Misfit('nested too deeply')
      codecFrom(leafCodecs(), type).write(sink, value.value, depth + 1)
      sink.reserve(1)
      sink.ascii(value.type)
    },
  }
}
