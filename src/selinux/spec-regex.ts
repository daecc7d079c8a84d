// A file_contexts pattern as a regular expression: compiled when first needed, and skipped by its fixed beginning.

import { OstreeError } from '../errors.ts'
import { translatePattern } from '../regex/to-ecmascript.ts'

/** libselinux compiles nothing longer. */
const MAX_PATTERN_BYTES = 4096

export class SpecRegex {
  readonly pattern: string
  /** What every match has to start with. */
  readonly #prefix: string
  #regex: RegExp | undefined
  #valid = false

  constructor(pattern: string) {
    this.pattern = pattern
    this.#prefix = UNCOMMON.test(pattern) ? '' : fixedPrefix(pattern)
  }

  /** @throws {@link OstreeError} `REGEX_SYNTAX`, whether or not the path could match; `UNSUPPORTED` */
  matches(path: string): boolean {
    if (path.startsWith(this.#prefix)) {
      this.#regex ??= compile(this.pattern)
      return this.#regex.test(path)
    }
    if (!this.#valid && !isPlain(this.pattern)) this.#regex ??= compile(this.pattern)
    this.#valid = true
    return false
  }
}

function compile(pattern: string): RegExp {
  if (pattern.length >= MAX_PATTERN_BYTES) {
    throw new OstreeError('REGEX_SYNTAX', { pattern, offset: MAX_PATTERN_BYTES, reason: 'pattern too long' })
  }
  const { source, flags } = translatePattern(`^${pattern}$`, { unicode: false, dotAll: true, onlyTest: true })
  return new RegExp(source, flags)
}

/** Constructs that PCRE may read differently from ECMAScript, or refuse where ECMAScript does not. */
const UNCOMMON = /\\[A-Za-z0-9]|\[\^?\]|\[[:.=]|[{}]|\(\?|\(\*|[*+?][*+?]|[\^$\\][*+?]/

/** A cheap test that holds for nearly every pattern of a real policy: PCRE compiles it, without trying to. */
function isPlain(pattern: string): boolean {
  if (UNCOMMON.test(pattern) || pattern.length >= MAX_PATTERN_BYTES) return false
  try {
    new RegExp(pattern)
    return true
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}

/** The characters before the first special one; none where a `|` outside of all groups may start a match elsewhere. */
function fixedPrefix(pattern: string): string {
  if (hasOuterAlternative(pattern)) return ''
  const fixed = /^(?:[^.^$?*+|[({\])}\\]|\\[^A-Za-z0-9])*/.exec(pattern)?.[0] ?? ''
  const next = pattern.charAt(fixed.length)
  // A quantifier takes the character before it out of the fixed part.
  const kept = /[?*+]/.test(next) ? fixed.replace(/\\?.$/, '') : fixed
  return kept.replace(/\\(.)/g, '$1')
}

function hasOuterAlternative(pattern: string): boolean {
  if (!pattern.includes('|')) return false
  const withoutClasses = pattern.replace(/\\[\s\S]|\[\^?[^\]]*\]/g, '')
  let depth = 0
  for (const character of withoutClasses) {
    if (character === '(' || character === ')') depth += character === '(' ? 1 : -1
    else if (character === '|' && depth <= 0) return true
  }
  return false
}
