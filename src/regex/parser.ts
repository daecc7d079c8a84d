// Patterns as PCRE2 reads them, turned into a tree. Facts: pcre2pattern(3), and PCRE2 as observed through GLib.

import { lookbehindMistake, type Mistake } from './analysis.ts'
import { parseClass } from './class-parser.ts'
import { Cursor, type InlineOptions, quantifierAt, type SyntaxMode } from './cursor.ts'
import { parseEscape, parseGroupName, UNKNOWN_GROUP } from './escapes.ts'
import { parseOptionLetters } from './option-letters.ts'
import {
  type Backreference,
  type CharacterSet,
  EMPTY,
  literal,
  type Node,
  type Pattern,
  type Repeat,
} from './syntax-tree.ts'

const NO_CLOSING = 'missing terminating )'
const MAX_REPEAT = 65535
const MAX_DEPTH = 250
/** Patterns that are longer are refused before any work is done on them. */
const MAX_PATTERN_CHARACTERS = 65536

export interface ParseOptions extends SyntaxMode {
  readonly dotAll?: boolean
}

/** @throws {@link OstreeError} `REGEX_SYNTAX` in the reference's words, `UNSUPPORTED` for what has no equal here. */
export function parsePattern(pattern: string, options: ParseOptions): Pattern {
  return new Parser(pattern, options).parse()
}

/** A repeat's bounds; how it repeats is settled by what follows. */
interface Quantifier {
  readonly min: number
  readonly max: number
}

class Parser {
  readonly #cursor: Cursor
  #options: InlineOptions
  #groupCount = 0
  readonly #names = new Map<string, number>()
  readonly #references: Backreference[] = []
  /** Backreferences by name, to be filled in once all names are known. */
  readonly #named: { readonly node: { group: number }; readonly name: string }[] = []
  #namesLineEnds = false
  #depth = 0

  constructor(pattern: string, options: ParseOptions) {
    this.#cursor = new Cursor(pattern, options)
    this.#options = {
      caseless: false,
      multiline: false,
      dotAll: options.dotAll ?? false,
      extended: false,
      noCapture: false,
      ungreedy: false,
    }
  }

  parse(): Pattern {
    const cursor = this.#cursor
    if (cursor.characters.length > MAX_PATTERN_CHARACTERS) throw cursor.error('regular expression is too large')
    if (cursor.peek() === '(' && cursor.peek(1) === '*' && /[A-Z]/.test(cursor.peek(2))) throw this.#verb()
    const root = this.#parseAlternation()
    if (!cursor.atEnd) throw cursor.error(NO_CLOSING, cursor.at + 1)
    this.#checkReferences(root)
    return { root, groupCount: this.#groupCount, groupNames: this.#names, namesLineEnds: this.#namesLineEnds }
  }

  #verb(): Error {
    return this.#cursor.unsupported('a verb (*…)')
  }

  #checkReferences(root: Node): void {
    for (const { node, name } of this.#named) node.group = this.#names.get(name) ?? 0
    const mistake = lookbehindMistake(root, (reference) => {
      if (this.#exists(reference)) throw this.#cursor.unsupported('a backreference inside a lookbehind')
      return this.#missing(reference)
    })
    if (mistake !== undefined) throw this.#cursor.error(mistake.reason, mistake.at)
    const missing = this.#references.find((reference) => !this.#exists(reference))
    if (missing === undefined) return
    const { reason, at } = this.#missing(missing)
    throw this.#cursor.error(reason, at)
  }

  #exists({ group }: Backreference): boolean {
    return group > 0 && group <= this.#groupCount
  }

  /** PCRE reports a number below 10 where it stands first. */
  #missing({ group, at }: Backreference): Mistake {
    const first = this.#references.find((reference) => reference.group === group)
    return { reason: UNKNOWN_GROUP, at: group > 0 && group < 10 ? (first?.at ?? at) : at }
  }

  #parseAlternation(): Node {
    const branches = [this.#parseSequence()]
    while (this.#cursor.skip('|')) branches.push(this.#parseSequence())
    return branches.length === 1 ? (branches[0] ?? EMPTY) : { kind: 'alternation', branches }
  }

  /** Items up to `|`, `)` or the end. */
  #parseSequence(): Node {
    const cursor = this.#cursor
    const items: Node[] = []
    let repeatable = false
    let quoted = false
    for (;;) {
      if (cursor.atEnd) break
      if (quoted) {
        if (cursor.skip('\\E')) quoted = false
        else {
          items.push(this.#literal(cursor.next()))
          repeatable = true
        }
        continue
      }
      if (cursor.skip('\\Q')) quoted = true
      else if (cursor.skip('\\E') || this.#skipIgnored()) continue
      else if (cursor.peek() === '|' || cursor.peek() === ')') break
      else {
        const quantifier = this.#parseQuantifier()
        if (quantifier === undefined) {
          const item = this.#parseItem()
          if (item !== undefined) items.push(item)
          repeatable = item !== undefined && item.kind !== 'assertion'
        } else {
          const body = items.pop()
          if (!repeatable || body === undefined) throw cursor.error('nothing to repeat')
          items.push(this.#repeat(body, quantifier))
          repeatable = false
        }
      }
    }
    return items.length === 1 ? (items[0] ?? EMPTY) : { kind: 'sequence', items }
  }

  /** Steps over a comment, or a blank in extended mode. */
  #skipIgnored(): boolean {
    const cursor = this.#cursor
    if (cursor.skip('(?#')) {
      cursor.take(/[^)]/)
      if (!cursor.skip(')')) throw cursor.error('missing ) after comment')
      return true
    }
    if (this.#options.extended === false) return false
    if (/^[\t-\r \u0085\u200e\u200f\u2028\u2029]$/.test(cursor.peek())) {
      cursor.at += 1
      return true
    }
    if (!cursor.skip('#')) return false
    cursor.take(/[^\n\v\f\r\u0085\u2028\u2029]/)
    return true
  }

  #parseQuantifier(): Quantifier | undefined {
    const cursor = this.#cursor
    if (cursor.skip('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (cursor.skip('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (cursor.skip('?')) return { min: 0, max: 1 }
    return cursor.peek() === '{' ? this.#parseBraces() : undefined
  }

  #parseBraces(): Quantifier | undefined {
    const cursor = this.#cursor
    const match = quantifierAt(cursor)
    if (match === null) return undefined
    const [whole, blanks = '', low = '', gap = '', comma, high = ''] = match
    const lowEnd = cursor.at + 1 + blanks.length + low.length
    const highEnd = lowEnd + gap.length + (comma ?? '').length + high.length
    const min = this.#repeatCount(low, lowEnd) ?? 0
    const max = this.#repeatCount(high, highEnd) ?? (comma === undefined ? min : Number.POSITIVE_INFINITY)
    if (max < min) throw cursor.error('numbers out of order in {} quantifier', highEnd)
    cursor.at += whole.length
    return { min, max }
  }

  #repeatCount(digits: string, end: number): number | undefined {
    if (digits === '') return undefined
    if (Number(digits) > MAX_REPEAT) throw this.#cursor.error('number too big in {} quantifier', end)
    return Number(digits)
  }

  #repeat(body: Node, quantifier: Quantifier): Repeat {
    while (this.#skipIgnored()) {}
    const lazyMark = this.#cursor.skip('?')
    const possessive = !lazyMark && this.#cursor.skip('+')
    const mode = possessive ? 'possessive' : lazyMark !== this.#options.ungreedy ? 'lazy' : 'greedy'
    return { kind: 'repeat', body, ...quantifier, mode }
  }

  #literal(character: string): CharacterSet {
    const code = character.codePointAt(0) ?? 0
    this.#noteLineEnd(code)
    return literal(code, this.#options.caseless)
  }

  #noteLineEnd(code: number): void {
    if (code === 10 || code === 13) this.#namesLineEnds = true
  }

  /** One item; `undefined` for an option setting, which matches nothing. */
  #parseItem(): Node | undefined {
    const cursor = this.#cursor
    const { multiline, dotAll } = this.#options
    switch (cursor.peek()) {
      case '\\':
        cursor.at += 1
        return this.#parseEscape()
      case '[':
        cursor.at += 1
        return this.#parseClass()
      case '(':
        cursor.at += 1
        return this.#parseGroup()
      case '^':
        cursor.at += 1
        return { kind: 'assertion', what: multiline ? 'line-start' : 'subject-start' }
      case '$':
        cursor.at += 1
        return { kind: 'assertion', what: multiline ? 'line-end' : 'last-line-end' }
      case '.':
        cursor.at += 1
        return dotAll ? { kind: 'set', items: [], negated: true, caseless: false } : notNewline()
      default:
        return this.#literal(cursor.next())
    }
  }

  #parseClass(): Node {
    const cursor = this.#cursor
    if (cursor.skip('[:<:]]')) throw cursor.unsupported('the word start [[:<:]]')
    if (cursor.skip('[:>:]]')) throw cursor.unsupported('the word end [[:>:]]')
    const set = parseClass(cursor, this.#options)
    for (const item of set.items) {
      if (item.kind !== 'range') continue
      this.#noteLineEnd(item.from)
      this.#noteLineEnd(item.to)
    }
    return set
  }

  #parseEscape(): Node {
    const { caseless } = this.#options
    const read = parseEscape(this.#cursor, this.#groupCount)
    switch (read.kind) {
      case 'character':
        this.#noteLineEnd(read.code)
        return literal(read.code, caseless)
      case 'set':
        return { kind: 'set', items: [read.item], negated: false, caseless }
      case 'not-newline':
        return notNewline()
      case 'backreference':
        return this.#reference(read.group, this.#cursor.at)
      case 'named-backreference':
        return this.#namedReference(read.name, read.at)
      default:
        return read
    }
  }

  #namedReference(name: string, at: number): Node {
    const node = this.#reference(0, at)
    this.#named.push({ node, name })
    return node
  }

  #reference(group: number, at: number): { group: number } & Backreference {
    const node = { kind: 'backreference' as const, group, caseless: this.#options.caseless, at }
    this.#references.push(node)
    return node
  }

  #parseGroup(): Node | undefined {
    const cursor = this.#cursor
    if (cursor.atEnd) throw cursor.error(NO_CLOSING)
    if (cursor.peek() === '*') {
      if (cursor.peek(1) === '' || cursor.peek(1) === ')') throw cursor.error('nothing to repeat', cursor.at + 1)
      throw this.#verb()
    }
    if (!cursor.skip('?'))
      return this.#options.noCapture ? { kind: 'sequence', items: [this.#body()] } : this.#capture()
    if (cursor.atEnd) throw cursor.error(NO_CLOSING)
    if (cursor.skip('>')) return { kind: 'atomic', body: this.#body() }
    const at = cursor.at - 2
    for (const [opening, behind, negated] of LOOKS) {
      if (cursor.skip(opening)) return { kind: 'look', behind, negated, body: this.#body(), at }
    }
    if (cursor.peek() === '<' && cursor.peek(1) === '*') throw cursor.unsupported('the group (?<*')
    if (cursor.peek() === '<' || cursor.peek() === "'") return this.#namedCapture()
    if (cursor.peek() === 'P') return this.#parsePythonGroup()
    const construct = /[0-9R&C([|+*]/.test(cursor.peek()) || (cursor.peek() === '-' && /[0-9]/.test(cursor.peek(1)))
    if (construct) throw cursor.unsupported(`the group (?${cursor.peek()}`)
    return this.#parseOptions()
  }

  #parsePythonGroup(): Node {
    const cursor = this.#cursor
    cursor.at += 1
    if (cursor.atEnd) throw cursor.error(NO_CLOSING)
    if (cursor.peek() === '<') return this.#namedCapture()
    if (cursor.peek() === '>') throw cursor.unsupported('the group (?P>')
    if (cursor.peek() !== '=') throw cursor.error('unrecognized character after (?P', cursor.at + 1)
    const { name, at } = parseGroupName(cursor, ')')
    return this.#namedReference(name, at)
  }

  #namedCapture(): Node {
    const cursor = this.#cursor
    const { name } = parseGroupName(cursor, cursor.peek() === '<' ? '>' : "'")
    if (this.#names.has(name)) throw cursor.error('two named subpatterns have the same name')
    this.#names.set(name, this.#groupCount + 1)
    return this.#capture()
  }

  #capture(): Node {
    this.#groupCount += 1
    return { kind: 'capture', number: this.#groupCount, body: this.#body() }
  }

  /** What a group holds, and its closing parenthesis. Options set inside end with it. */
  #body(): Node {
    const cursor = this.#cursor
    const outer = this.#options
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) throw cursor.error('parentheses are too deeply nested')
    const body = this.#parseAlternation()
    if (!cursor.skip(')')) throw cursor.error(NO_CLOSING)
    this.#depth -= 1
    this.#options = outer
    return body
  }

  /** `(?i)`, `(?i-s:…)`, `(?:…)` */
  #parseOptions(): Node | undefined {
    const cursor = this.#cursor
    const before = this.#options
    this.#options = parseOptionLetters(cursor, before)
    if (cursor.atEnd) throw cursor.error(NO_CLOSING)
    if (cursor.next() === ')') return undefined
    const body = this.#body()
    this.#options = before
    return { kind: 'sequence', items: [body] }
  }
}

const LOOKS = [
  ['=', false, false],
  ['!', false, true],
  ['<=', true, false],
  ['<!', true, true],
] as const

function notNewline(): CharacterSet {
  return { kind: 'set', items: [{ kind: 'named', name: 'newline', negated: false }], negated: true, caseless: false }
}
