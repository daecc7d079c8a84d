import { expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { GlibRegex } from '../../src/regex/glib-regex.ts'

const replace = (pattern: string, replacement: string, subject: string): string =>
  new GlibRegex(pattern).replacer(replacement)(subject)

const codeAndMessage = (call: () => unknown): string => {
  try {
    call()
  } catch (error) {
    if (isOstreeError(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}

test('groups by number and name, escapes and case changes', () => {
  expect(replace('^usr/', 'opt/', 'usr/bin/usr/')).toBe('opt/bin/usr/')
  expect(replace('(?<dir>[^/]+)/([^/]+)', '\\2/\\g<dir>', 'a/b')).toBe('b/a')
  expect(replace('(\\w+)', '\\u\\1-\\U\\1\\E-\\x41\\t', 'ab')).toBe('Ab-AB-A\t')
})

test('every match is replaced, empty ones too, as GLib counts them', () => {
  expect(replace('a*', '-', 'baac')).toBe('-b--c-')
  expect(replace('', '-', '😀b')).toBe('-😀-b-')
})

test('atomic groups and possessive repeats do not give back', () => {
  expect(new GlibRegex('^a++a').test('aaa')).toBe(false)
  expect(new GlibRegex('^(?>a|ab)c').test('abc')).toBe(false)
})

test('mistakes are told with their place; what cannot be matched alike is refused', () => {
  expect(codeAndMessage(() => new GlibRegex('a(b'))).toBe(
    'REGEX_SYNTAX: Error while compiling regular expression ‘a(b’ at char 3: missing terminating )',
  )
  expect(codeAndMessage(() => new GlibRegex('a').replacer('\\q'))).toBe(
    'REGEX_REPLACEMENT: Error while parsing replacement text “\\q” at char 1: unknown escape sequence',
  )
  for (const pattern of ['(?R)', '(?(1)a)', '(a)|b\\1', '(?:|a)*', '\\Ga', '(*SKIP)a', '(?|(a)|(b))', '(?<=(?>a))b']) {
    expect(
      codeAndMessage(() => new GlibRegex(pattern)),
      pattern,
    ).toMatch(/^UNSUPPORTED: /)
  }
  expect(codeAndMessage(() => new GlibRegex('(?:(a)|b)+').replacer('\\1'))).toMatch(/^UNSUPPORTED: /)
  expect(replace('(?:(a)|b)+', 'x', 'abc')).toBe('xc')
})
