// Tokens of the text format, with GLib's rules for where one ends, and errors that say where, in bytes.
// Facts: spec/gvariant.md#reading-text

import { OstreeError } from '../errors.ts'

/** A range of bytes in the text; empty for a point. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** `START-END:reason` as GLib spells it, with a second range where two values are at odds. */
export function textError(reason: string, range: TextRange, other?: TextRange): OstreeError {
  const spelled = (at: TextRange) => (at.start === at.end ? `${at.start}` : `${at.start}-${at.end}`)
  const place = other === undefined ? spelled(range) : `${spelled(range)},${spelled(other)}`
  return new OstreeError('INVALID_VARIANT_TEXT', { reason: `${place}:${reason}` })
}

const BACKSLASH = 0x5c
const QUOTES = [0x27, 0x22] as const

export class TokenStream {
  readonly bytes: Uint8Array
  /** Start of the current token, once it was looked at. */
  #start: number | undefined
  /** End of the current token, or of the one before it. */
  #end = 0

  constructor(bytes: Uint8Array) {
    const nul = bytes.indexOf(0)
    this.bytes = nul < 0 ? bytes : bytes.subarray(0, nul)
  }

  /** The current token as ASCII; characters beyond that count as one token a byte and match nothing. Empty at the end. */
  get token(): string {
    const { start, end } = this.range
    return String.fromCharCode(...this.bytes.subarray(start, Math.min(end, start + 16)))
  }

  /** Where the current token stands. */
  get range(): TextRange {
    if (this.#start === undefined) this.#scan()
    return { start: this.#start ?? this.#end, end: this.#end }
  }

  /** Where the text that was taken so far ends. */
  get position(): number {
    return this.#end
  }

  next(): void {
    this.#start = undefined
  }

  /** Takes the current token if it is this one. */
  consume(token: string): boolean {
    const { start, end } = this.range
    if (end - start !== token.length || this.token !== token) return false
    this.next()
    return true
  }

  require(token: string, purpose: string): void {
    if (!this.consume(token)) throw this.errorHere(`expected '${token}'${purpose}`)
  }

  /** Points at the start of the current token. */
  errorHere(reason: string): OstreeError {
    const { start } = this.range
    return textError(reason, { start, end: start })
  }

  /** Spans the current token. */
  errorAtToken(reason: string): OstreeError {
    return textError(reason, this.range)
  }

  #scan(): void {
    const { bytes } = this
    let start = this.#end
    while (start < bytes.length && isSpace(bytes[start]!)) start++
    this.#start = start
    this.#end = start < bytes.length ? this.#tokenEnd(start) : start
  }

  #tokenEnd(start: number): number {
    const first = this.bytes[start]!
    const character = String.fromCharCode(first)
    if (/[-+.0-9]/.test(character))
      return this.#skipWhile(start, (byte) => isAlphanumeric(byte) || '-+.'.includes(byte))
    if (character === 'b' && QUOTES.some((quote) => this.bytes[start + 1] === quote)) return this.#quotedEnd(start + 1)
    if (/[a-z]/.test(character)) return this.#skipWhile(start, isAlphanumeric)
    if (QUOTES.some((quote) => first === quote)) return this.#quotedEnd(start)
    if (character === '@' || character === '%') return this.#typeEnd(start + 1)
    return start + 1
  }

  #skipWhile(start: number, accepts: (character: string) => boolean): number {
    let end = start
    while (end < this.bytes.length && accepts(String.fromCharCode(this.bytes[end]!))) end++
    return end
  }

  /** Behind the closing quote, or the end of the text where there is none. */
  #quotedEnd(open: number): number {
    const { bytes } = this
    let end = open + 1
    while (end < bytes.length && bytes[end] !== bytes[open]) end += bytes[end] === BACKSLASH ? 2 : 1
    return Math.min(end + 1, bytes.length)
  }

  /** Up to a space, comma, colon, `>`, `]` or a bracket that closes what the type did not open. */
  #typeEnd(start: number): number {
    const { bytes } = this
    let open = 0
    let end = start
    for (; end < bytes.length; end++) {
      const character = String.fromCharCode(bytes[end]!)
      if (',:>]'.includes(character) || isSpace(bytes[end]!)) break
      if (character === '(' || character === '{') open++
      else if ((character === ')' || character === '}') && open-- === 0) break
    }
    return end
  }
}

function isAlphanumeric(character: string): boolean {
  return /[0-9A-Za-z]/.test(character)
}

/** g_ascii_isspace, which leaves out the vertical tab. */
export function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d
}
