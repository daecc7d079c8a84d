// Our GRegex against GLib's: what a pattern and a replacement make of a subject, or the error they give.

import fc from 'fast-check'
import { expect } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { GlibRegex } from '../../src/regex/glib-regex.ts'
import { testInsideReference } from '../reference.ts'
import { referencePython } from '../reference-python.ts'
import { seedOr } from '../seed.ts'
import { PATTERNS, REPLACEMENTS, SUBJECTS } from './cases.ts'

type Case = readonly [pattern: string, replacement: string, subject: string]
interface Outcome {
  readonly value?: string
  readonly error?: string
}

function ours([pattern, replacement, subject]: Case): Outcome | 'unsupported' {
  try {
    return { value: new GlibRegex(pattern).replacer(replacement)(subject) }
  } catch (error) {
    if (isOstreeError(error, 'UNSUPPORTED')) return 'unsupported'
    if (isOstreeError(error)) return { error: error.message }
    throw new Error(`${JSON.stringify(pattern)}: ${String(error)}`, { cause: error })
  }
}

/** Compares all cases; answers how many we refused. */
async function compare(cases: readonly Case[]): Promise<number> {
  const theirs = (await referencePython(new URL('reference.py', import.meta.url), cases)) as Outcome[]
  let refused = 0
  for (const [i, one] of cases.entries()) {
    const mine = ours(one)
    if (mine === 'unsupported') refused += 1
    else expect(mine, JSON.stringify(one)).toEqual(theirs[i])
  }
  return refused
}

const OPTIONS = { timeout: 120_000 }

testInsideReference(
  'every listed pattern, mistakes included, replaces every listed subject as GRegex does',
  async () => {
    const cases = PATTERNS.flatMap((pattern) => SUBJECTS.map((subject): Case => [pattern, '<\\0>', subject]))
    expect(await compare(cases)).toBe(0)
  },
  OPTIONS,
)

testInsideReference(
  'every listed replacement, mistakes included, expands as GRegex does',
  async () => {
    const patterns = ['(?<word>\\w+)-(b*)', '(é+)(x)?', 'a*', '^(\\.)?/?(usr)?', '']
    const cases = patterns.flatMap((pattern) =>
      REPLACEMENTS.flatMap((replacement) => SUBJECTS.map((subject): Case => [pattern, replacement, subject])),
    )
    expect(await compare(cases)).toBe(0)
  },
  OPTIONS,
)

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'c',
    'é',
    '/',
    '.',
    '[ab]',
    '[^a]',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '[[:alpha:]/]',
    '\\.',
    '-',
    'A',
    '\\x{e9}',
  ],
)
const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{1,2}',
  '{,2}',
  '{2,}?',
  '*+',
  '?+',
)
const anchor = fc.constantFrom('^', '$', '\\b', '\\B', '\\A', '\\z', '\\Z')
const { pattern } = fc.letrec<{ pattern: string; branch: string; item: string; group: string }>((tie) => ({
  pattern: fc.array(tie('branch'), { minLength: 1, maxLength: 2 }).map((branches) => branches.join('|')),
  branch: fc.array(tie('item'), { maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: fc.tuple(atom, quantifier).map(([a, q]) => a + q) },
    { weight: 1, arbitrary: anchor },
    { weight: 3, arbitrary: fc.tuple(tie('group'), quantifier).map(([g, q]) => g + q) },
    { weight: 1, arbitrary: fc.constantFrom('\\1', '\\2') },
  ),
  group: fc
    .tuple(fc.constantFrom('(', '(', '(', '(?:', '(?=', '(?!', '(?<=', '(?<!', '(?>', '(?i:'), tie('pattern'))
    .map(([open, body]) => `${open}${body})`),
}))
const subject = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '/', '.', '-', 'A', ' ', '1'), maxLength: 10 })
const replacement = fc.constantFrom('<\\0>', '[\\1]', '\\1\\2', '\\U\\0\\E!', 'x')

testInsideReference(
  '3,000 generated patterns replace as GRegex does',
  async () => {
    const cases = fc.sample(fc.tuple(pattern, replacement, subject), { numRuns: 3000, seed: seedOr(11) })
    const refused = await compare(cases)
    // Some are refused for what ECMAScript does differently; the greater part has to be compared.
    expect(refused).toBeLessThan(cases.length / 4)
  },
  OPTIONS,
)

testInsideReference(
  '2,000 patterns with characters changed at random: the same result, or the same error',
  async () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(...'()[]{}*+?|\\^$.:<>=!-,1zPx&'.split('')))
    const broken = fc
      .tuple(fc.constantFrom(...PATTERNS), fc.array(change, { minLength: 1, maxLength: 2 }))
      .map(([text, changes]) => {
        const characters = [...text]
        for (const [at, character] of changes) characters.splice(at % (characters.length + 1), at % 2, character)
        return characters.join('')
      })
    const cases = fc.sample(fc.tuple(broken, replacement, subject), { numRuns: 2000, seed: seedOr(12) })
    expect(await compare(cases)).toBeLessThan(cases.length / 4)
  },
  OPTIONS,
)
