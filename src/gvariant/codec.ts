// The shape every GVariant codec has, strict decoding and encoding with it, and codecs made from others.

import { OstreeError } from '../errors.ts'
import { Sink } from './sink.ts'
import { Misfit, Source } from './source.ts'
import type { Type } from './type.ts'

/** Reads and writes the values of one type. Made once, when a module loads or a type is first met. */
export interface Codec<T> {
  readonly type: Type
  /**
   * The value in `source.bytes[start, end)`; throws Misfit where the bytes are not in normal form. For a type of fixed
   * size the caller has made sure that the range has that size.
   * @param depth - Containers above this value.
   */
  read(source: Source, start: number, end: number, depth: number): T
  /** Appends `value`; the sink is already aligned for it. */
  write(sink: Sink, value: T, depth: number): void
}

/** The TypeScript type of the values of a schema. */
export type ValueOf<S> = S extends Codec<infer T> ? T : never

/**
 * Decodes one serialised value. Byte arrays in the result share memory with `bytes`.
 * @param format - What the error calls the value; by default its signature.
 * @throws {@link OstreeError} `INVALID_FORMAT` unless all of `bytes` is a value in normal form; `path` names the field.
 */
export function decode<T>(schema: Codec<T>, bytes: Uint8Array, format = schema.type.signature): T {
  const { fixedSize } = schema.type
  try {
    if (fixedSize !== undefined && bytes.length !== fixedSize) {
      throw new Misfit(`${bytes.length} bytes where ${fixedSize} are expected`)
    }
    return schema.read(new Source(bytes), 0, bytes.length, 0)
  } catch (error) {
    throw asFormatError(error, format)
  }
}

/**
 * Encodes in normal form.
 * @throws {@link OstreeError} `INVALID_FORMAT` for a value that its type cannot hold, such as a number out of range.
 */
export function encode<T>(schema: Codec<T>, value: T, format = schema.type.signature): Uint8Array {
  const sink = new Sink()
  try {
    schema.write(sink, value, 0)
  } catch (error) {
    throw asFormatError(error, format)
  }
  return sink.finish()
}

/**
 * The same bytes as another TypeScript type, such as a branded checksum for `ay`. An OstreeError that `parse` or
 * `format` throws becomes the reason of an `INVALID_FORMAT` that names the field.
 */
export function mapped<Raw, T>(raw: Codec<Raw>, parse: (raw: Raw) => T, format: (value: T) => Raw): Codec<T> {
  return {
    type: raw.type,
    read: (source, start, end, depth) => converted(parse, raw.read(source, start, end, depth)),
    write: (sink, value, depth) => raw.write(sink, converted(format, value), depth),
  }
}

function converted<From, To>(convert: (from: From) => To, value: From): To {
  try {
    return convert(value)
  } catch (error) {
    if (error instanceof OstreeError) throw new Misfit(error.message, { cause: error })
    throw error
  }
}

/** A Misfit as the OstreeError that callers see; anything else as it is. */
export function asFormatError(error: unknown, format: string): unknown {
  if (!(error instanceof Misfit)) return error
  const { cause, message, path } = error
  return new OstreeError('INVALID_FORMAT', { format, path: path.join('/'), reason: message }, { cause })
}
