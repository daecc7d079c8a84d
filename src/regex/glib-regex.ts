// GRegex: matching and replacing as GLib does it with its default options (Unicode text, any newline).
// Used by `commit --tar-pathname-filter=REGEX,REPLACEMENT`.

import { OstreeError } from '../errors.ts'
import { expandReplacement, parseReplacement, type ReplacementPart } from './replacement.ts'
import { type Translation, translatePattern } from './to-ecmascript.ts'

export class GlibRegex {
  readonly pattern: string
  readonly #translation: Translation
  readonly #regex: RegExp

  /** @throws {@link OstreeError} `REGEX_SYNTAX` in GLib's words, `UNSUPPORTED` for what cannot be matched alike here */
  constructor(pattern: string) {
    this.pattern = pattern
    this.#translation = translatePattern(pattern, { unicode: true })
    this.#regex = new RegExp(this.#translation.source, `${this.#translation.flags}g`)
  }

  test(subject: string): boolean {
    return this.#matchFrom(subject, 0) !== null
  }

  /**
   * A function that replaces every match, like `g_regex_replace`.
   * @throws {@link OstreeError} `REGEX_REPLACEMENT` in GLib's words, `UNSUPPORTED` for a group that can differ here
   */
  replacer(replacement: string): (subject: string) => string {
    const parts = parseReplacement(replacement)
    this.#checkGroups(parts)
    return (subject) => this.#replace(subject, parts)
  }

  #checkGroups(parts: readonly ReplacementPart[]): void {
    for (const part of parts) {
      if (part.kind !== 'group') continue
      const number = this.#groupNumber(part.group)
      if (number === undefined || !this.#translation.unreliableGroups.has(number)) continue
      const feature = `the repeated group ${part.group} of ‘${this.pattern}’ in a replacement`
      throw new OstreeError('UNSUPPORTED', { feature, hint: 'put the group around the repeat instead' })
    }
  }

  #groupNumber(group: number | string): number | undefined {
    return typeof group === 'string' ? this.#translation.groupNames.get(group) : group
  }

  #replace(subject: string, parts: readonly ReplacementPart[]): string {
    let result = ''
    let done = 0
    for (const match of this.#matches(subject)) {
      result += subject.slice(done, match.index)
      result += expandReplacement(parts, (group) => {
        const index = this.#translation.groupIndex[this.#groupNumber(group) ?? -1]
        return index === undefined ? '' : (match[index] ?? '')
      })
      done = match.index + match[0].length
    }
    return result + subject.slice(done)
  }

  /** All matches in order. One that repeats the span of the match before it does not count. */
  *#matches(subject: string): Generator<RegExpExecArray> {
    let position = 0
    let before: { readonly start: number; readonly end: number } | undefined
    while (position <= subject.length) {
      const match = this.#matchFrom(subject, position)
      if (match === null) return
      const span = { start: match.index, end: match.index + match[0].length }
      position = position === span.end ? position + characterLength(subject, position) : span.end
      if (before?.start !== span.start || before.end !== span.end) yield match
      before = span
    }
  }

  /** PCRE starts no match between CR and LF that it meets on its way, unless the pattern names one of them. */
  #matchFrom(subject: string, position: number): RegExpExecArray | null {
    let from = position
    for (;;) {
      this.#regex.lastIndex = from
      const match = this.#regex.exec(subject)
      if (match === null || this.#translation.namesLineEnds || match.index === position) return match
      if (subject.charAt(match.index - 1) !== '\r' || subject.charAt(match.index) !== '\n') return match
      from = match.index + 1
    }
  }
}

function characterLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}
