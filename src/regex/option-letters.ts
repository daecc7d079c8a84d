// The letters of `(?imnsxU-…)`.

import type { Cursor, InlineOptions } from './cursor.ts'

const OPTIONS: Readonly<Record<string, keyof InlineOptions>> = {
  i: 'caseless',
  m: 'multiline',
  s: 'dotAll',
  n: 'noCapture',
  U: 'ungreedy',
  x: 'extended',
}

/** Reads the letters up to `)` or `:`; answers the options that hold from there on. */
export function parseOptionLetters(cursor: Cursor, before: InlineOptions): InlineOptions {
  let options = before
  let mayUnset = true
  let value = true
  let more = false
  if (cursor.skip('^')) {
    options = { ...options, caseless: false, multiline: false, noCapture: false, dotAll: false, extended: false }
    mayUnset = false
  }
  while (!cursor.atEnd && cursor.peek() !== ')' && cursor.peek() !== ':') {
    const letter = cursor.next()
    if (letter === '-') {
      if (!mayUnset) throw cursor.error('invalid hyphen in option setting')
      mayUnset = false
      value = false
      continue
    }
    if (/[aJr]/.test(letter)) throw cursor.unsupported(`the option (?${letter}`)
    const option = OPTIONS[letter]
    if (option === undefined) throw cursor.error('unrecognized character after (? or (?-')
    more ||= letter === 'x' && cursor.skip('x')
    options = { ...options, [option]: option === 'extended' && more && value ? 'more' : value }
  }
  return options
}
