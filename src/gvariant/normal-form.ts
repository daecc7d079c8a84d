// Data that may not be in normal form: telling, reading it as GLib does, and making it normal.
// Facts: spec/gvariant.md#normal-form

import type { ByteOrder } from '../bytes/byte-order.ts'
import { isOstreeError } from '../errors.ts'
import { type Codec, decode } from './codec.ts'
import { LenientReader } from './lenient.ts'
import * as leaves from './schema.ts'
import { parseType } from './type.ts'
import type { Variant } from './value.ts'
import { codecFrom, codecOf, encodeVariant, type LeafCodecs, variantCodec } from './variant.ts'

/** As `g_variant_is_normal_form` answers. */
export function isNormalForm(signature: string, data: Uint8Array): boolean {
  const codec = codecOf(parseType(signature))
  try {
    decode(codec, data)
    return true
  } catch (error) {
    if (isOstreeError(error, 'INVALID_FORMAT')) return false
    throw error
  }
}

/**
 * Decodes any bytes: what is broken reads as its type's default value (zero, the empty string or array, `/`, nothing,
 * a variant with `()`), as GLib's accessors and `g_variant_print` have it.
 * @throws {@link OstreeError} `INVALID_FORMAT` only where parts overlap so often that the value outgrows its bytes.
 */
export function decodeLenient(signature: string, data: Uint8Array, byteOrder: ByteOrder = 'little'): Variant {
  const type = parseType(signature)
  return { type: signature, value: new LenientReader(data, byteOrder).read(type) }
}

/** The bytes in normal form of what `decodeLenient` reads, as `g_variant_get_normal_form` makes them. */
export function normalize(signature: string, data: Uint8Array): Uint8Array {
  return isNormalForm(signature, data) ? data : encodeVariant(decodeLenient(signature, data))
}

/**
 * The same value with its numbers in the other byte order, as `g_variant_byteswap` answers: in place where the data is
 * in normal form, otherwise in the normal form of what `decodeLenient` reads.
 */
export function byteswap(signature: string, data: Uint8Array): Uint8Array {
  const type = parseType(signature)
  if (type.alignment === 1) return normalize(signature, data)
  if (data.length === 0 || !isNormalForm(signature, data)) {
    return encodeVariant(decodeLenient(signature, data, 'big'))
  }
  const swapped = data.slice()
  decode(codecFrom(SWAPPING, type), swapped)
  return swapped
}

/** Reading a number with these turns its bytes around. */
const SWAPPING: LeafCodecs = {
  b: leaves.bool,
  y: leaves.u8,
  n: swapping(leaves.i16),
  q: swapping(leaves.u16),
  i: swapping(leaves.i32),
  u: swapping(leaves.u32),
  h: swapping(leaves.handle),
  x: swapping(leaves.i64),
  t: swapping(leaves.u64),
  d: swapping(leaves.f64),
  s: leaves.str,
  o: leaves.objectPath,
  g: leaves.signature,
  v: variantCodec(() => SWAPPING),
}

function swapping<T>(codec: Codec<T>): Codec<T> {
  return {
    ...codec,
    read(source, start, end, depth) {
      source.bytes.subarray(start, end).reverse()
      return codec.read(source, start, end, depth)
    },
  }
}
