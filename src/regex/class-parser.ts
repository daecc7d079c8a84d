// Character classes, `[…]`. Facts: pcre2pattern(3), and PCRE2 as observed through GLib.

import type { Cursor, InlineOptions } from './cursor.ts'
import { parseClassEscape } from './escapes.ts'
import type { CharacterSet, NamedSet, SetItem } from './syntax-tree.ts'

const POSIX: Readonly<Record<string, NamedSet>> = {
  alpha: 'alpha',
  lower: 'lower',
  upper: 'upper',
  alnum: 'alnum',
  ascii: 'ascii',
  blank: 'horizontal-space',
  cntrl: 'cntrl',
  digit: 'digit',
  graph: 'graph',
  print: 'print',
  punct: 'punct',
  space: 'space',
  word: 'word',
  xdigit: 'xdigit',
}

const BAD_RANGE = 'invalid range in character class'

/** What a hyphen would mean next, and the start of a range that waits for its end. */
type RangeState =
  | { readonly kind: 'literal' }
  | { readonly kind: 'possible'; readonly from: number }
  | { readonly kind: 'started'; readonly from: number }
  /** Behind a set such as `\d`, from which no range can start. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'forbidden-started'; readonly at: number }

/** Reads a class; the opening bracket is behind the cursor. */
export function parseClass(cursor: Cursor, options: InlineOptions): CharacterSet {
  const outside = posixEnd(cursor)
  if (outside !== undefined) {
    const isClass = cursor.peek() === ':'
    const reason = isClass
      ? 'POSIX named classes are supported only within a class'
      : 'POSIX collating elements are not supported'
    throw cursor.error(reason, outside + 2)
  }
  return new ClassParser(cursor, options).parse()
}

/** Where the `:]` (`.]`, `=]`) of a POSIX name starts, when the cursor stands on its first `:`. */
function posixEnd(cursor: Cursor): number | undefined {
  const terminator = cursor.peek()
  if (!/^[:.=]$/.test(terminator)) return undefined
  const { characters } = cursor
  for (let i = cursor.at + 1; i + 1 < characters.length; i++) {
    const character = characters[i]
    const following = characters[i + 1]
    if (character === '\\' && (following === ']' || following === '\\')) i += 1
    else if (character === ']' || (character === '[' && following === terminator)) return undefined
    else if (character === terminator && following === ']') return i
  }
  return undefined
}

class ClassParser {
  readonly #cursor: Cursor
  readonly #options: InlineOptions
  readonly #items: SetItem[] = []
  #range: RangeState = { kind: 'literal' }
  #quoted = false

  constructor(cursor: Cursor, options: InlineOptions) {
    this.#cursor = cursor
    this.#options = options
  }

  parse(): CharacterSet {
    const negated = this.#parseStart()
    // A bracket at the very start stands for itself.
    if (this.#cursor.skip(']')) this.#addCharacter(0x5d)
    while (!this.#parseItem()) {}
    return { kind: 'set', items: this.#items, negated, caseless: this.#options.caseless }
  }

  /** Steps over `^`, with what may stand around it without meaning. */
  #parseStart(): boolean {
    const cursor = this.#cursor
    let negated = false
    for (;;) {
      if (cursor.atEnd) throw this.#unterminated()
      if (cursor.skip('\\E') || cursor.skip('\\Q\\E') || this.#skipBlank()) continue
      if (negated || !cursor.skip('^')) return negated
      negated = true
    }
  }

  #skipBlank(): boolean {
    return this.#options.extended === 'more' && (this.#cursor.skip(' ') || this.#cursor.skip('\t'))
  }

  #unterminated(): Error {
    return this.#cursor.error('missing terminating ] for character class')
  }

  /** True once the closing bracket is read. */
  #parseItem(): boolean {
    const cursor = this.#cursor
    if (cursor.atEnd) throw this.#unterminated()
    if (this.#quoted) {
      if (cursor.skip('\\E')) this.#quoted = false
      else this.#addCharacter(codeOf(cursor.next()))
      return false
    }
    if (this.#skipBlank()) return false
    if (this.#parsePosix()) return false
    if (cursor.skip(']')) {
      if (this.#range.kind === 'started') this.#push(0x2d, 0x2d)
      return true
    }
    if (cursor.skip('\\Q')) this.#quoted = true
    else if (cursor.skip('\\E')) return false
    else if (cursor.skip('\\')) this.#addEscape()
    else if (cursor.peek() === '-' && this.#range.kind === 'possible') {
      cursor.at += 1
      this.#range = { kind: 'started', from: this.#range.from }
    } else if (cursor.peek() === '-' && this.#range.kind === 'forbidden') {
      cursor.at += 1
      this.#push(0x2d, 0x2d)
      this.#range = { kind: 'forbidden-started', at: cursor.at }
    } else this.#addCharacter(codeOf(cursor.next()))
    return false
  }

  /** `[:alpha:]` */
  #parsePosix(): boolean {
    const cursor = this.#cursor
    if (cursor.peek() !== '[') return false
    cursor.at += 1
    const end = posixEnd(cursor)
    if (end === undefined) {
      cursor.at -= 1
      return false
    }
    this.#refuseRange(end + 2)
    if (cursor.peek() !== ':') throw cursor.error('POSIX collating elements are not supported', end + 2)
    cursor.at += 1
    const negated = cursor.skip('^')
    const name = POSIX[cursor.characters.slice(cursor.at, end).join('')]
    cursor.at = end + 2
    if (name === undefined) throw cursor.error('unknown POSIX class name')
    this.#items.push({ kind: 'named', name, negated })
    this.#range = { kind: 'forbidden' }
    return true
  }

  #addEscape(): void {
    const read = parseClassEscape(this.#cursor)
    if (typeof read === 'number') {
      this.#addCharacter(read)
      return
    }
    this.#refuseRange(this.#cursor.at)
    this.#items.push(read)
    this.#range = { kind: 'forbidden' }
  }

  /** A set can neither end a range nor follow the hyphen behind another set. */
  #refuseRange(at: number): void {
    if (this.#range.kind === 'started') throw this.#cursor.error(BAD_RANGE, at)
    if (this.#range.kind === 'forbidden-started') throw this.#cursor.error(BAD_RANGE, this.#range.at)
  }

  #addCharacter(code: number): void {
    if (this.#range.kind === 'forbidden-started') throw this.#cursor.error(BAD_RANGE, this.#range.at)
    if (this.#range.kind === 'started') {
      const { from } = this.#range
      if (from > code) throw this.#cursor.error('range out of order in character class')
      this.#push(from, code)
      this.#range = { kind: 'literal' }
      return
    }
    this.#push(code, code)
    this.#range = { kind: 'possible', from: code }
  }

  #push(from: number, to: number): void {
    this.#items.push({ kind: 'range', from, to })
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
