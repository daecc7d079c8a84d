// What formats are declared with: `struct('(sayu)', { name: str, data: bytes, mode: u32be })`. Facts: spec/gvariant.md

export { type Codec, decode, encode, mapped, type ValueOf } from './codec.ts'
export { array, bytes, maybe } from './containers.ts'
export {
  bool,
  f64be,
  f64le,
  f64le as f64,
  handle,
  i16be,
  i16le,
  i16le as i16,
  i32be,
  i32le,
  i32le as i32,
  i64be,
  i64le,
  i64le as i64,
  objectPath,
  signature,
  str,
  u8,
  u8 as byte,
  u16be,
  u16le,
  u16le as u16,
  u32be,
  u32le,
  u32le as u32,
  u64be,
  u64le,
  u64le as u64,
} from './leaves.ts'
export { dict, dictEntry, type Struct, struct, tuple } from './tuples.ts'
export type { Maybe, Value, Variant } from './value.ts'
export { variant } from './variant.ts'
