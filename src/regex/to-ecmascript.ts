// PCRE patterns as ECMAScript regular expressions that match the same. What cannot be said the same way is refused with
// `UNSUPPORTED`; nothing is approximated.

import type { OstreeError } from '../errors.ts'
import { givesNothingBack, groupFacts, isNullable, triesEmptyLast } from './analysis.ts'
import { byteSetSource, singleCharacter, UNICODE_NEWLINES, unicodeSetSource } from './character-set.ts'
import { unsupportedRegex } from './cursor.ts'
import { type CaseMode, caseMode, foldSet } from './fold-case.ts'
import { type ParseOptions, parsePattern } from './parser.ts'
import type { Assertion, CharacterSet, Node, Pattern, Repeat } from './syntax-tree.ts'

export interface TranslateOptions extends ParseOptions {
  /**
   * Only whether a text matches is of interest, not where the match ends. Then repeats of parts that may be empty need
   * not be refused: the same texts match.
   */
  readonly onlyTest?: boolean
}

export interface Translation {
  readonly source: string
  /** `u` or `iu` in Unicode mode, none for bytes. No flag for position: add `g` or `y` as needed. */
  readonly flags: string
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
  /** Where each group of the pattern stands among those of the regular expression, which may have more. */
  readonly groupIndex: readonly number[]
  /** Groups whose text can differ from PCRE's; a caller that shows groups refuses to show these. */
  readonly unreliableGroups: ReadonlySet<number>
  readonly namesLineEnds: boolean
}

/**
 * @throws {@link OstreeError} `REGEX_SYNTAX` with the reference's words, `UNSUPPORTED` for a construct without an equal
 */
export function translatePattern(pattern: string, options: TranslateOptions): Translation {
  const parsed = parsePattern(pattern, options)
  return new Translator(pattern, parsed, options).translate()
}

class Translator {
  readonly #pattern: string
  readonly #parsed: Pattern
  readonly #unicode: boolean
  readonly #case: CaseMode
  readonly #onlyTest: boolean
  /** Groups so far in the regular expression, and where those of the pattern came to stand (0 is the whole match). */
  #groups = 0
  readonly #groupIndex: number[] = [0]
  readonly #referenced = new Set<number>()
  #behind = false

  constructor(pattern: string, parsed: Pattern, options: TranslateOptions) {
    this.#pattern = pattern
    this.#parsed = parsed
    this.#unicode = options.unicode
    this.#case = caseMode(parsed.root)
    this.#onlyTest = options.onlyTest === true && !givesNothingBack(parsed.root)
  }

  translate(): Translation {
    const { root, groupCount, groupNames, namesLineEnds } = this.#parsed
    const facts = groupFacts(root)
    const open = facts.openReferences[0]
    if (open !== undefined) throw this.#unsupported(`a backreference to group ${open}, which may not be set there,`)
    const source = this.#emit(root)
    for (const group of this.#referenced) {
      if (facts.unreliable.has(group)) throw this.#unsupported(`a backreference to the repeated group ${group}`)
    }
    const flags = this.#unicode ? (this.#case === 'insensitive' ? 'iu' : 'u') : ''
    return {
      source,
      flags,
      groupCount,
      groupNames,
      groupIndex: this.#groupIndex,
      unreliableGroups: facts.unreliable,
      namesLineEnds,
    }
  }

  #unsupported(construct: string): OstreeError {
    return unsupportedRegex(this.#pattern, construct)
  }

  #emit(node: Node): string {
    switch (node.kind) {
      case 'set':
        return this.#set(node)
      case 'sequence':
        return node.items.map((item) => this.#item(item)).join('')
      case 'alternation':
        return node.branches.map((branch) => this.#emit(branch)).join('|')
      case 'assertion':
        return this.#assertion(node.what)
      case 'capture':
        this.#groups += 1
        this.#groupIndex[node.number] = this.#groups
        return `(${this.#emit(node.body)})`
      case 'atomic':
        return this.#atomic(node.body)
      case 'look':
        return this.#look(node.behind, node.negated, node.body)
      case 'repeat':
        return this.#repeat(node)
      case 'backreference':
        return this.#backreference(node.group, node.caseless)
      default:
        return this.#unicode ? `(?:\\r\\n|(?!\\r\\n)[${UNICODE_NEWLINES}])` : '(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85])'
    }
  }

  /** A node between others: an alternation needs its own group there. */
  #item(node: Node): string {
    return node.kind === 'alternation' ? `(?:${this.#emit(node)})` : this.#emit(node)
  }

  #set(set: CharacterSet): string {
    if (!this.#unicode) return byteSetSource(set)
    if (this.#case !== 'mixed' || !set.caseless) return unicodeSetSource(set)
    const folded = foldSet(set)
    if (folded === undefined) throw this.#unsupported('a large class under a partial (?i)')
    return unicodeSetSource(folded)
  }

  #assertion(what: Assertion): string {
    // PCRE does not count these when it works out how far back a match can look.
    if (this.#behind && (what === 'line-start' || what === 'word-boundary' || what === 'no-word-boundary')) {
      throw this.#unsupported('a line start or word boundary inside a lookbehind')
    }
    const newline = this.#unicode ? `[${UNICODE_NEWLINES}]` : '\\n'
    const anyEnd = this.#unicode ? `(?:\\r\\n|${newline})` : newline
    switch (what) {
      case 'subject-start':
        return '^'
      case 'subject-end':
        return '$'
      case 'last-line-end':
        return `(?=${anyEnd}?$)`
      case 'line-start':
        return `(?:^|(?<=${newline})(?!$))`
      case 'line-end':
        return `(?=${newline}|$)`
      default:
        return this.#wordBoundary(what === 'word-boundary')
    }
  }

  #wordBoundary(positive: boolean): string {
    if (!this.#unicode) return positive ? '\\b' : '\\B'
    const word = unicodeSetSource({
      kind: 'set',
      items: [{ kind: 'named', name: 'word', negated: false }],
      negated: false,
      caseless: false,
    })
    const [inside, outside] = positive ? ['!', '='] : ['=', '!']
    return `(?:(?<=${word})(?${inside}${word})|(?<!${word})(?${outside}${word}))`
  }

  /** ECMAScript has no atomic group, but it never goes back into a lookahead: `(?=(…))\1`. */
  #atomic(body: Node): string {
    if (this.#behind) throw this.#unsupported('an atomic group inside a lookbehind')
    this.#groups += 1
    const index = this.#groups
    return `(?:(?=(${this.#emit(body)}))\\${index})`
  }

  #look(behind: boolean, negated: boolean, body: Node): string {
    const outer = this.#behind
    if (behind && outer) throw this.#unsupported('a lookbehind inside a lookbehind')
    this.#behind = behind || outer
    const source = `(?${behind ? '<' : ''}${negated ? '!' : '='}${this.#emit(body)})`
    this.#behind = outer
    return source
  }

  #backreference(group: number, caseless: boolean): string {
    if (caseless && this.#case === 'mixed') throw this.#unsupported('a backreference under a partial (?i)')
    if (caseless && !this.#unicode) throw this.#unsupported('a caseless backreference')
    this.#referenced.add(group)
    return `(?:\\${this.#groupIndex[group]})`
  }

  #repeat(node: Repeat): string {
    if (node.body.kind === 'look') return this.#repeatedLook(node)
    if (node.mode === 'possessive') return this.#atomic({ ...node, mode: 'greedy' })
    const { min, max, body } = node
    const lazy = node.mode === 'lazy'
    if (isNullable(body)) {
      // ECMAScript throws away a turn that matches nothing; an alternation does not.
      if (min === 0 && max === 1) return lazy ? `(?:|${this.#emit(body)})` : `(?:${this.#emit(body)}|)`
      if (max > 1 && !this.#onlyTest && (lazy || !triesEmptyLast(body))) {
        throw this.#unsupported('a repeat of something that may match nothing')
      }
    }
    return `${this.#repeatable(body)}${quantifierSource(min, max)}${lazy ? '?' : ''}`
  }

  /** PCRE tries a repeated lookaround at most once. */
  #repeatedLook(node: Repeat): string {
    const once = this.#emit(node.body)
    if (node.max === 0) return `(?:${once}){0}`
    if (node.min > 0) return once
    return node.mode === 'lazy' ? `(?:|${once})` : `(?:${once}|)`
  }

  #repeatable(body: Node): string {
    const source = this.#emit(body)
    if (body.kind === 'capture') return source
    if (body.kind === 'set' && (singleCharacter(body) !== undefined || source.startsWith('['))) return source
    return `(?:${source})`
  }
}

function quantifierSource(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}
