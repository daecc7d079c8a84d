// Splits a command line into option values and plain arguments, by the rules of GLib's GOptionContext (as observed with
// the reference): options anywhere, `--name=VALUE` or `--name VALUE`, short flags combined, no abbreviations.

import { OstreeError } from '../errors.ts'
import type { OptionSpec, OptionTable, ValuesOf } from './options.ts'

export type ParsedLine<O extends OptionTable> =
  /** `--help`, `-h` or `-?` stood before anything wrong. */
  { readonly outcome: 'help' } | { readonly outcome: 'run'; readonly options: ValuesOf<O>; readonly args: string[] }

/** @throws {@link OstreeError} `INVALID_ARGUMENT` in the words of GOption. */
export function parseOptions<O extends OptionTable>(table: O, argv: readonly string[]): ParsedLine<O> {
  const values = new Map<string, unknown>()
  for (const [name, spec] of Object.entries(table)) values.set(name, spec.initial)
  const give = (name: string, spec: OptionSpec<unknown>, text: string, shown: string) => {
    values.set(name, spec.read(text, values.get(name), shown))
  }

  const args: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!
    if (word === '--') {
      args.push(...argv.slice(index + 1))
      break
    }
    if (word.length < 2 || word[0] !== '-') {
      args.push(word)
      continue
    }
    if (word.startsWith('--')) {
      const text = word.slice(2)
      if (text === 'help' || text === 'help-all') return { outcome: 'help' }
      const equals = text.indexOf('=')
      const name = equals < 0 ? text : text.slice(0, equals)
      const spec = Object.hasOwn(table, name) ? table[name] : undefined
      if (spec === undefined) throw wrong(`Unknown option ${word}`)
      if (equals >= 0) {
        give(name, spec, text.slice(equals + 1), `--${name}`) // a flag takes `--flag=anything` for `--flag`
      } else if (spec.kind === 'flag') {
        give(name, spec, '', `--${name}`)
      } else {
        const next = argv[++index]
        if (next === undefined) throw wrong(`Missing argument for --${name}`)
        give(name, spec, next, `--${name}`)
      }
      continue
    }
    // A cluster of short options: at most one may take an argument, and that is the next word.
    let argumentTaken = false
    for (const letter of word.slice(1)) {
      if (letter === 'h' || letter === '?') return { outcome: 'help' }
      let known = false
      // Two options may share a letter (`summary -v`); then both are given.
      for (const [name, spec] of Object.entries(table)) {
        if (spec.short !== letter) continue
        known = true
        if (spec.kind === 'flag') {
          give(name, spec, '', `-${letter}`)
          continue
        }
        if (argumentTaken) throw wrong(`Error parsing option -${letter}`)
        const next = argv[index + 1]
        if (next === undefined) throw wrong(`Missing argument for -${letter}`)
        argumentTaken = true
        give(name, spec, next, `-${letter}`)
      }
      if (!known) throw wrong(`Unknown option ${word}`)
    }
    if (argumentTaken) index++
  }
  return { outcome: 'run', options: Object.fromEntries(values) as ValuesOf<O>, args }
}

function wrong(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}
