// The two byte orders, and swapping numbers between them.

export type ByteOrder = 'little' | 'big'

export function swap16(value: number): number {
  return ((value & 0xff) << 8) | ((value >>> 8) & 0xff)
}

/** Unsigned 32 bits in, unsigned 32 bits out. */
export function swap32(value: number): number {
  return (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0
}

/** Unsigned 64 bits in, unsigned 64 bits out. */
export function swap64(value: bigint): bigint {
  const low = Number(value & 0xffffffffn)
  const high = Number((value >> 32n) & 0xffffffffn)
  return (BigInt(swap32(low)) << 32n) | BigInt(swap32(high))
}
