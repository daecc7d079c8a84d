// ostree-ts/bytes: hex, OSTree's base64, byte order, bounds-checked reading.

export { decodeDeltaBase64, encodeDeltaBase64, fromBase64, toBase64 } from './base64.ts'
export { type ByteOrder, swap16, swap32, swap64 } from './byte-order.ts'
export { compareBytes, compareUtf8, concatBytes, equalBytes } from './compare.ts'
export { Cursor, encodeVaruint } from './cursor.ts'
export { fromHex, toHex } from './hex.ts'
export { decodeUtf8, encodeUtf8, isWellFormed, tryDecodeUtf8 } from './utf8.ts'
