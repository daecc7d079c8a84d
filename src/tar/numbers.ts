// Numbers as archives write them: octal, decimal, hexadecimal text and base 256. Whatever is no number ends one, as in
// libarchive; results are 64 bits wide and stay at their bounds instead of wrapping.

export const INT64_MAX = (1n << 63n) - 1n
export const INT64_MIN = -(1n << 63n)

/** The number field of a tar header: base 256 when the first bit is set, octal otherwise. */
export function headerNumber(field: Uint8Array): bigint {
  return (field[0]! & 0x80) !== 0 ? base256(field) : textNumber(field, 8)
}

export function decimal(text: Uint8Array): bigint {
  return textNumber(text, 10)
}

/** Blanks, a sign, digits; the rest is ignored. */
function textNumber(text: Uint8Array, base: 8 | 10): bigint {
  let i = 0
  while (text[i] === 0x20 || text[i] === 0x09) i++
  const negative = text[i] === 0x2d
  if (negative) i++
  const start = i
  let value = 0
  for (; i < text.length && i - start < 15; i++) {
    const digit = text[i]! - 0x30
    if (digit < 0 || digit >= base) return BigInt(negative ? -value : value)
    value = value * base + digit
  }
  return longTextNumber(BigInt(value), text.subarray(i), base, negative)
}

/** Goes on where a double would lose digits. */
function longTextNumber(head: bigint, text: Uint8Array, base: 8 | 10, negative: boolean): bigint {
  let value = head
  for (const byte of text) {
    const digit = byte - 0x30
    if (digit < 0 || digit >= base) break
    value = value * BigInt(base) + BigInt(digit)
    if (value > INT64_MAX) return negative ? INT64_MIN : INT64_MAX
  }
  return negative ? -value : value
}

/** Two's complement, big endian, without the highest bit: the second highest is the sign. */
function base256(field: Uint8Array): bigint {
  let value = (field[0]! & 0x40) !== 0 ? -1n : 0n
  value = (value << 6n) | BigInt(field[0]! & 0x3f)
  for (let i = 1; i < field.length; i++) value = (value << 8n) | BigInt(field[i]!)
  return value > INT64_MAX ? INT64_MAX : value < INT64_MIN ? INT64_MIN : value
}

/** The number at `offset`: `length` hexadecimal or octal digits; a shorter run of digits counts. */
export function digits(bytes: Uint8Array, offset: number, length: number, base: 8 | 16): number {
  let value = 0
  for (let i = offset; i < offset + length; i++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[i]!), base)
    if (Number.isNaN(digit)) break
    value = value * base + digit
  }
  return value
}
