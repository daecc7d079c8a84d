// How typed values are written in a key file, and read back. A failed reading answers `undefined`; the caller words it.

const ESCAPES: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' }

const INT32_MIN = -(2n ** 31n)
const INT32_MAX = 2n ** 31n - 1n
const UINT64_MAX = 2n ** 64n - 1n
const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** Undoes the escapes `\s \n \t \r \\`; any other escape, and a backslash at the end, make it unreadable. */
export function unescapeValue(value: string): string | undefined {
  const items = splitValue(value, undefined)
  return items && (items[0] ?? '')
}

/**
 * Undoes the escapes and cuts at each unescaped `separator`. Something empty behind the last separator is no item.
 */
export function parseList(value: string, separator: string): string[] | undefined {
  return splitValue(value, separator)
}

function splitValue(value: string, separator: string | undefined): string[] | undefined {
  const items: string[] = []
  let item = ''
  for (let i = 0; i < value.length; i++) {
    let character = value.charAt(i)
    if (character === '\\') {
      i += 1
      const escaped = value.charAt(i)
      const meaning = ESCAPES[escaped] ?? (escaped !== '' && escaped === separator ? escaped : undefined)
      if (meaning === undefined) return undefined
      character = meaning
    } else if (character === separator) {
      items.push(item)
      item = ''
      continue
    }
    item += character
  }
  if (item !== '') items.push(item)
  return items
}

/** Escapes what a value cannot hold as it is. Blanks need it only at the front (of each item, in a list). */
export function escapeValue(text: string, separator?: string): string {
  let value = ''
  let leading = true
  for (const character of text) {
    if (character === '\n') value += '\\n'
    else if (character === '\r') value += '\\r'
    else if (leading && character === ' ') value += '\\s'
    else if (leading && character === '\t') value += '\\t'
    else if (character === ' ' || character === '\t') value += character
    else {
      const isSeparator = character !== '\\' && character === separator
      value += character === '\\' || isSeparator ? `\\${character}` : character
      leading = isSeparator
    }
  }
  return value
}

/** A list as GLib writes it: every item escaped and closed by the separator. */
export function formatList(items: readonly string[], separator: string): string {
  return items.map((item) => escapeValue(item, separator) + separator).join('')
}

/** `true`, `1`, `false` or `0`, blanks behind it allowed. */
export function parseBoolean(value: string): boolean | undefined {
  const word = value.replace(/[\t\n\v\f\r ]+$/, '')
  if (word === 'true' || word === '1') return true
  if (word === 'false' || word === '0') return false
  return undefined
}

/** A C `int` as `strtol` reads it: whatever follows the digits after a blank is ignored. */
export function parseInteger(value: string): number | 'out of range' | undefined {
  if (value === '') return undefined
  const match = /^[\t\n\v\f\r ]*([+-]?[0-9]+)/.exec(value)
  const rest = value.slice(match?.[0].length ?? 0)
  if (rest !== '' && !/^[\t\n\v\f\r ]/.test(rest)) return undefined
  const parsed = BigInt(withoutPlus(match?.[1] ?? '0'))
  return parsed < INT32_MIN || parsed > INT32_MAX ? 'out of range' : Number(parsed)
}

/** A 64-bit number as `strtoll` reads it, with nothing behind the digits; too large a number becomes the limit. */
export function parseInt64(value: string): bigint | undefined {
  const parsed = parseWhole(value)
  if (parsed === undefined) return undefined
  return parsed < INT64_MIN ? INT64_MIN : parsed > INT64_MAX ? INT64_MAX : parsed
}

/** As {@link parseInt64}, for `strtoull`: a minus sign wraps around. */
export function parseUint64(value: string): bigint | undefined {
  const parsed = parseWhole(value)
  if (parsed === undefined) return undefined
  if (parsed > UINT64_MAX || -parsed > UINT64_MAX) return UINT64_MAX
  return BigInt.asUintN(64, parsed)
}

function parseWhole(value: string): bigint | undefined {
  const digits = /^[\t\n\v\f\r ]*([+-]?[0-9]+)$/.exec(value)?.[1]
  return digits === undefined ? undefined : BigInt(withoutPlus(digits))
}

/** `BigInt` takes a minus sign but no plus sign. */
function withoutPlus(digits: string): string {
  return digits.startsWith('+') ? digits.slice(1) : digits
}
