// Where the parser stands in a pattern, and the errors it can report from there.

import { OstreeError } from '../errors.ts'

export interface SyntaxMode {
  /** Patterns and subjects are text, and classes follow Unicode (GRegex); otherwise both are bytes (libselinux). */
  readonly unicode: boolean
}

/** The options that `(?imsx)` set, from where they stand to the end of their group. */
export interface InlineOptions {
  readonly caseless: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  /** Blanks and `#` comments are skipped; `more`: blanks in classes, too. */
  readonly extended: false | true | 'more'
  readonly noCapture: boolean
  readonly ungreedy: boolean
}

export class Cursor {
  readonly pattern: string
  readonly mode: SyntaxMode
  /** The pattern by code points. */
  readonly characters: readonly string[]
  at = 0

  constructor(pattern: string, mode: SyntaxMode) {
    this.pattern = pattern
    this.mode = mode
    this.characters = [...pattern]
  }

  get atEnd(): boolean {
    return this.at >= this.characters.length
  }

  /** The character `offset` places on; an empty text behind the end. */
  peek(offset = 0): string {
    return this.characters[this.at + offset] ?? ''
  }

  next(): string {
    return this.characters[this.at++] ?? ''
  }

  /** Steps over `text` where it stands next. */
  skip(text: string): boolean {
    for (let i = 0; i < text.length; i++) if (this.peek(i) !== text.charAt(i)) return false
    this.at += text.length
    return true
  }

  skipBlanks(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at += 1
  }

  /** The characters from here on that `test` accepts. */
  take(test: RegExp): string {
    const start = this.at
    while (!this.atEnd && test.test(this.peek())) this.at += 1
    return this.characters.slice(start, this.at).join('')
  }

  /** A mistake in the pattern, in the reference's words. `at` counts characters; default: where the cursor stands. */
  error(reason: string, at = this.at): OstreeError {
    return new OstreeError('REGEX_SYNTAX', { pattern: this.pattern, offset: at, reason })
  }

  /** What PCRE knows and ECMAScript cannot do the same way. */
  unsupported(construct: string): OstreeError {
    return unsupportedRegex(this.pattern, construct)
  }
}

/** The quantifier `{n}`, `{n,}`, `{,m}` or `{n,m}` that starts here, by its parts; blanks may stand around the numbers. */
export function quantifierAt(cursor: Cursor): RegExpExecArray | null {
  const text = cursor.characters.slice(cursor.at, cursor.at + 64).join('')
  const match = /^\{([ \t]*)([0-9]*)([ \t]*)(?:(,[ \t]*)([0-9]*)[ \t]*)?\}/.exec(text)
  return match !== null && (match[2] ?? '') + (match[5] ?? '') !== '' ? match : null
}

export function unsupportedRegex(pattern: string, construct: string): OstreeError {
  const feature = `${construct} in the regular expression ‘${pattern}’`
  return new OstreeError('UNSUPPORTED', { feature, hint: 'rewrite the expression without it' })
}
