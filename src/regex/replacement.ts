// Replacement texts as g_regex_replace reads them: `\1`, `\g<1>`, `\g<name>`, `\0`, escapes, and case changes
// (`\u \l \U \L \E`). Facts: GLib's documentation of g_regex_replace, and GLib as observed.

import { OstreeError } from '../errors.ts'

type CaseChange = 'none' | 'upper' | 'lower' | 'upper-single' | 'lower-single'

export type ReplacementPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly group: number | string }
  | { readonly kind: 'case'; readonly change: CaseChange }

const CHARACTERS: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  v: '\v',
  r: '\r',
  f: '\f',
  a: '\u0007',
  b: '\b',
  '\\': '\\',
}

const CASES: Readonly<Record<string, CaseChange>> = {
  l: 'lower-single',
  u: 'upper-single',
  L: 'lower',
  U: 'upper',
  E: 'none',
}

/** @throws {@link OstreeError} `REGEX_REPLACEMENT` in GLib's words */
export function parseReplacement(text: string): ReplacementPart[] {
  const parts: ReplacementPart[] = []
  const reader = new ReplacementReader(text)
  while (!reader.atEnd) parts.push(reader.read())
  return parts
}

class ReplacementReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  read(): ReplacementPart {
    const plain = /^[^\\]+/.exec(this.#text.slice(this.#at))?.[0]
    if (plain !== undefined) {
      this.#at += plain.length
      return { kind: 'text', text: plain }
    }
    this.#at += 1
    return this.#readEscape()
  }

  #fail(reason: string, at = this.#at): never {
    const offset = new TextEncoder().encode(this.#text.slice(0, at)).length
    throw new OstreeError('REGEX_REPLACEMENT', { text: this.#text, offset, reason })
  }

  #peek(offset = 0): string {
    return this.#text.charAt(this.#at + offset)
  }

  #readEscape(): ReplacementPart {
    const letter = this.#peek()
    if (letter === '') this.#fail('stray final “\\”')
    if (/[0-9]/.test(letter)) return this.#readNumber()
    const character = CHARACTERS[letter]
    const change = CASES[letter]
    if (character === undefined && change === undefined && letter !== 'x' && letter !== 'g') {
      this.#fail('unknown escape sequence')
    }
    this.#at += 1
    if (character !== undefined) return { kind: 'text', text: character }
    if (change !== undefined) return { kind: 'case', change }
    return letter === 'x' ? this.#readHex() : this.#readReference()
  }

  #readHex(): ReplacementPart {
    const braced = this.#peek() === '{'
    if (braced) this.#at += 1
    const expected = braced ? 'hexadecimal digit or “}” expected' : 'hexadecimal digit expected'
    let digits = ''
    while (braced ? digits === '' || this.#peek() !== '}' : digits.length < 2) {
      if (!/^[0-9A-Fa-f]$/.test(this.#peek())) this.#fail(expected)
      digits += this.#peek()
      this.#at += 1
    }
    if (braced) this.#at += 1
    return this.#character(Number.parseInt(digits, 16))
  }

  /** A NUL ends the text that holds it before it has begun. */
  #character(code: number): ReplacementPart {
    if (code === 0) return { kind: 'text', text: '' }
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) this.#fail('not a Unicode character')
    return { kind: 'text', text: String.fromCodePoint(code) }
  }

  /** `\g<…>` */
  #readReference(): ReplacementPart {
    if (this.#peek() !== '<') this.#fail('missing “<” in symbolic reference')
    const start = this.#at + 1
    const end = this.#text.indexOf('>', start)
    if (end < 0) this.#fail('unfinished symbolic reference', this.#text.length)
    const name = this.#text.slice(start, end)
    if (name === '') this.#fail('zero-length symbolic reference', end)
    const numeric = /^[0-9]/.test(name)
    const bad = name.search(numeric ? /[^0-9]/ : /[^0-9A-Za-z]/)
    if (bad >= 0) this.#fail(numeric ? 'digit expected' : 'illegal symbolic reference', start + bad)
    this.#at = end + 1
    return { kind: 'group', group: numeric ? Number(name) : name }
  }

  /** One or two digits name a group; `\0` and more digits, or three octal digits, a character. */
  #readNumber(): ReplacementPart {
    const rest = this.#text.slice(this.#at, this.#at + 4)
    const zero = /^0(?=[0-9])([0-7]{0,3})/.exec(rest)
    const octal = zero ?? /^([0-7]{3})/.exec(rest)
    if (octal !== null) {
      this.#at += octal[0].length
      return this.#character(Number.parseInt(octal[1] === '' ? '0' : (octal[1] ?? '0'), 8))
    }
    const digits = /^[0-9]{1,2}/.exec(rest)?.[0] ?? ''
    this.#at += digits.length
    return { kind: 'group', group: Number(digits) }
  }
}

/** Puts the parts together. `groupText` answers what a group matched, an empty text where it matched nothing. */
export function expandReplacement(
  parts: readonly ReplacementPart[],
  groupText: (group: number | string) => string,
): string {
  let result = ''
  let change: CaseChange = 'none'
  for (const part of parts) {
    if (part.kind === 'case') {
      change = part.change
      continue
    }
    const text = part.kind === 'text' ? part.text : groupText(part.group)
    if (text === '') continue
    if (change === 'upper-single' || change === 'lower-single') {
      const [first = ''] = text
      result += changeCase(first, change === 'upper-single') + text.slice(first.length)
      change = 'none'
    } else {
      result += change === 'none' ? text : [...text].map((one) => changeCase(one, change === 'upper')).join('')
    }
  }
  return result
}

/** Greek letters with iota subscript, whose full upper case is two letters but whose simple one is a single letter. */
const SIMPLE_UPPER: ReadonlyMap<number, number> = new Map([
  [0x1fb3, 0x1fbc],
  [0x1fc3, 0x1fcc],
  [0x1ff3, 0x1ffc],
])

/** GLib changes one character into one: where Unicode's full mapping gives more, its simple mapping counts. */
function changeCase(character: string, upper: boolean): string {
  const changed = upper ? character.toUpperCase() : character.toLowerCase()
  if ([...changed].length === 1) return changed
  const code = character.codePointAt(0) ?? 0
  if (!upper) return code === 0x130 ? 'i' : character
  const iota = code >= 0x1f80 && code <= 0x1faf ? code | 8 : SIMPLE_UPPER.get(code)
  return iota === undefined ? character : String.fromCodePoint(iota)
}
