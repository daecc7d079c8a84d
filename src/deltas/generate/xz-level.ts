// How strongly a part is compressed, and what memory that takes. The reference takes level 8 for all; levels 6 to 8 differ
// in the size of their dictionary alone (measured: bench/deltas).

/** Up to this size a part is written with the bytes that the reference writes. */
const REFERENCE_LEVEL_BYTES = 8_000_000
const REFERENCE_LEVEL = 8
const LARGE_PART_LEVEL = 6

/** The dictionary reaches over all of the part. */
export const compressedAsOne = (payloadBytes: number): boolean => payloadBytes <= REFERENCE_LEVEL_BYTES

/** It depends on the part alone, so that every machine makes the same delta. */
export const xzLevel = (payloadBytes: number): number =>
  compressedAsOne(payloadBytes) ? REFERENCE_LEVEL : LARGE_PART_LEVEL

const DICTIONARY_BYTES: Readonly<Record<number, number>> = { 6: 8 << 20, 7: 16 << 20, 8: 32 << 20 }

/**
 * What the encoder touches: a table of hashes, twice as large as the dictionary, and for each byte of the dictionary, as
 * far as it is filled, two links of four bytes and the byte itself one and a half times.
 */
export function xzBytes(level: number, payloadBytes: number): number {
  const dictionary = DICTIONARY_BYTES[level]!
  return 2 * dictionary + 9.5 * Math.min(dictionary, payloadBytes) + (2 << 20)
}
