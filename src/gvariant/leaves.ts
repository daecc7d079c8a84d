// Codecs of the types without children: numbers of both byte orders and the three kinds of text.

import type { Codec } from './codec.ts'
import type { Sink } from './sink.ts'
import { Misfit, type Source } from './source.ts'
import { isObjectPath, isSignature, readText } from './strings.ts'
import { leafType } from './type.ts'
import type { OddNan } from './value.ts'

export const bool: Codec<boolean> = {
  type: leafType('b'),
  read(source, start) {
    const value = source.bytes[start]!
    if (value > 1) throw new Misfit(`${value} is no boolean`)
    return value === 1
  },
  write(sink, value) {
    if (typeof value !== 'boolean') throw new Misfit('not a boolean')
    const at = sink.reserve(1)
    sink.bytes[at] = value ? 1 : 0
  },
}

export const u8: Codec<number> = integer(
  'y',
  0,
  0xff,
  (view, at) => view.getUint8(at),
  (view, at, n) => view.setUint8(at, n),
)

const i16Of = (little: boolean) =>
  integer(
    'n',
    -0x8000,
    0x7fff,
    (view, at) => view.getInt16(at, little),
    (view, at, n) => view.setInt16(at, n, little),
  )
const u16Of = (little: boolean) =>
  integer(
    'q',
    0,
    0xffff,
    (view, at) => view.getUint16(at, little),
    (view, at, n) => view.setUint16(at, n, little),
  )
const i32Of = (little: boolean, code: 'i' | 'h' = 'i') =>
  integer(
    code,
    -0x8000_0000,
    0x7fff_ffff,
    (view, at) => view.getInt32(at, little),
    (view, at, n) => view.setInt32(at, n, little),
  )
const u32Of = (little: boolean) =>
  integer(
    'u',
    0,
    0xffff_ffff,
    (view, at) => view.getUint32(at, little),
    (view, at, n) => view.setUint32(at, n, little),
  )

/** GVariant's native order on every machine that the reference runs on is little-endian: `u32` is `u32le`. */
export const i16le = i16Of(true)
export const i16be = i16Of(false)
export const u16le = u16Of(true)
export const u16be = u16Of(false)
export const i32le = i32Of(true)
export const i32be = i32Of(false)
export const u32le = u32Of(true)
export const u32be = u32Of(false)
export const handle = i32Of(true, 'h')
export const handleBe = i32Of(false, 'h')
export const i64le = bigInteger('x', true)
export const i64be = bigInteger('x', false)
export const u64le = bigInteger('t', true)
export const u64be = bigInteger('t', false)
export const f64le = double(true)
export const f64be = double(false)
export const anyF64le = anyDouble(true)
export const anyF64be = anyDouble(false)

export const str: Codec<string> = {
  type: leafType('s'),
  read: (source, start, end) => readText(source.bytes, start, end),
  write(sink, value) {
    requireText(value)
    sink.text(value)
  },
}

export const objectPath = checkedText('o', isObjectPath, 'object path')
export const signature = checkedText('g', isSignature, 'signature')

/** The bits that a NaN is written with unless they are given. */
const USUAL_NAN = 0x7ff8_0000_0000_0000n

type Read<N> = (view: DataView, at: number) => N
type Write<N> = (view: DataView, at: number, value: N) => void

function integer(
  code: 'y' | 'n' | 'q' | 'i' | 'u' | 'h',
  min: number,
  max: number,
  read: Read<number>,
  write: Write<number>,
) {
  const type = leafType(code)
  const { alignment: size } = type
  return {
    type,
    read: (source: Source, start: number) => read(source.view, start),
    write(sink: Sink, value: number) {
      if (!(Number.isInteger(value) && value >= min && value <= max)) throw new Misfit(`${value} is out of range`)
      const at = sink.reserve(size)
      write(sink.view, at, value)
    },
  }
}

function bigInteger(code: 'x' | 't', little: boolean): Codec<bigint> {
  const signed = code === 'x'
  return {
    type: leafType(code),
    read: (source, start) =>
      signed ? source.view.getBigInt64(start, little) : source.view.getBigUint64(start, little),
    write(sink, value) {
      const fits =
        typeof value === 'bigint' && (signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value
      if (!fits) throw new Misfit(`${value} is out of range`)
      const at = sink.reserve(8)
      sink.view.setBigUint64(at, value, little)
    },
  }
}

function double(little: boolean): Codec<number> {
  return {
    type: leafType('d'),
    read: (source, start) => source.view.getFloat64(start, little),
    write(sink, value) {
      if (typeof value !== 'number') throw new Misfit('not a number')
      const at = sink.reserve(8)
      if (Number.isNaN(value)) sink.view.setBigUint64(at, USUAL_NAN, little)
      else sink.view.setFloat64(at, value, little)
    },
  }
}

/** A double that keeps the bits of every NaN. */
function anyDouble(little: boolean): Codec<number | OddNan> {
  const numbers = double(little)
  return {
    type: numbers.type,
    read(source, start) {
      const value = source.view.getFloat64(start, little)
      if (!Number.isNaN(value)) return value
      const nanBits = source.view.getBigUint64(start, little)
      return nanBits === USUAL_NAN ? value : { nanBits }
    },
    write(sink, value, depth) {
      if (typeof value === 'number') {
        numbers.write(sink, value, depth)
        return
      }
      if (typeof value?.nanBits !== 'bigint') throw new Misfit('not a number')
      const at = sink.reserve(8)
      sink.view.setBigUint64(at, value.nanBits, little)
    },
  }
}

function checkedText(code: 'o' | 'g', isValid: (text: string) => boolean, what: string): Codec<string> {
  function checked(text: string): string {
    requireText(text)
    if (!isValid(text)) throw new Misfit(`'${text}' is no ${what}`)
    return text
  }
  return {
    type: leafType(code),
    read: (source, start, end) => checked(readText(source.bytes, start, end)),
    write: (sink, value) => sink.text(checked(value)),
  }
}

function requireText(value: unknown): void {
  if (typeof value !== 'string') throw new Misfit('not a string')
}
