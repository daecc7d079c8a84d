// FileContexts against libselinux: generated policies with all their files, generated paths.

import fc from 'fast-check'
import { expect } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { FileContexts } from '../../src/selinux/file-contexts.ts'
import { encodeEscapedUtf8 } from '../../src/text/escaped-utf8.ts'
import { testInsideReference } from '../reference.ts'
import { referencePython } from '../reference-python.ts'
import { seedOr } from '../seed.ts'

type Lookup = readonly [path: string, mode: number]
interface Policy {
  readonly contexts: string
  readonly homedirs?: string
  readonly local?: string
  readonly subs?: string
  readonly subsDist?: string
}
interface Case {
  readonly policy: Policy
  readonly paths: readonly Lookup[]
}
/** A number is an errno; lookups answer ENOENT as `null`. */
type Result = { readonly error: number } | { readonly labels: readonly (string | number | null)[] }

const EINVAL = 22
const FILE_NAMES: Readonly<Record<keyof Policy, string>> = {
  contexts: 'file_contexts',
  homedirs: 'file_contexts.homedirs',
  local: 'file_contexts.local',
  subs: 'file_contexts.subs',
  subsDist: 'file_contexts.subs_dist',
}

const name = fc.constantFrom(
  'usr',
  'usr',
  'usr',
  'etc',
  'etc',
  'lib',
  'lib',
  'lib64',
  'a',
  'a',
  'b',
  'ab',
  'a.b',
  'x-y',
)
const modes = [0, 0o755, 0o100644, 0o040755, 0o120777, 0o060660, 0o020660, 0o010600, 0o140600]
const type = fc.constantFrom('', '', '', '', ' --', ' -d', ' -l', ' -c', ' -b', ' -p', ' -s')
const context = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 999 }).map((n) => `system_u:object_r:t${n}_t:s0`) },
  { weight: 1, arbitrary: fc.constant('<<none>>') },
)

const piece = fc.oneof(
  { weight: 6, arbitrary: name.map((text) => text.replace('.', '\\.')) },
  { weight: 1, arbitrary: name },
  fc.constantFrom(
    '[^/]*',
    '[^/]+',
    '.*',
    'a?b',
    '(a|b)',
    'lib(64)?',
    'x\\-y',
    '[a-b]+',
    'a{1,2}',
    '(usr|etc)',
    '[[:alpha:]]*',
  ),
  fc.constantFrom(
    '\\.a',
    'a\\+',
    '.',
    'ab*',
    '[0-9]+',
    '(a/b)?',
    '\\d',
    'b$',
    '^a',
    '(.*/)?a',
    '(?:a|ab)+',
    '.*\\.so(\\.[^/]*)*',
  ),
)
const tail = fc.constantFrom('', '', '', '(/.*)?', '/.*', '/', '(/)?', '.*', '(/a)?', '/[^/]+', '|/etc/a')
const pattern = fc
  .tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), tail, fc.constantFrom('/', '/', '/', '/', '//', '', '/.*/'))
  .map(([pieces, end, lead]) => lead + pieces.join('/') + end)
const broad = fc.constantFrom(
  '/.*',
  '/usr/.*',
  '/usr(/.*)?',
  '/etc(/.*)?',
  '/etc/.*',
  '/usr/lib(/.*)?',
  '/usr/(.*/)?a',
  '/.*/b',
  '/usr/lib/.*',
)
const literal = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`)
const gap = fc.constantFrom(' ', '\t', '\t\t', '  ')
const specLine = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: pattern }, { weight: 4, arbitrary: literal }, broad),
    gap,
    type,
    context,
    fc.constantFrom('', '', ' ', ' more'),
  )
  // A fourth word is ignored; a third would make the second a file type.
  .map(([spec, blank, kind, label, rest]) => `${spec}${blank}${kind === '' ? label : `${kind} ${label}${rest}`}`)
const other = fc.constantFrom('', '# comment', '  ', ' \t# comment', '/ system_u:object_r:root_t:s0')
const mistake = fc.constantFrom('/only', '/a -x system_u:object_r:a_t:s0', '/é system_u:object_r:a_t:s0', '/a -- ')
const goodLines = fc.array(fc.oneof({ weight: 9, arbitrary: specLine }, other), { minLength: 5, maxLength: 30 })
const lines = fc.oneof(
  { weight: 30, arbitrary: goodLines },
  fc.tuple(goodLines, mistake).map(([good, bad]) => [...good, bad]),
  fc.tuple(goodLines, fc.constantFrom('/a(b', '/.*[', '/usr/**')).map(([good, bad]) => [`${bad} x:x:x`, ...good]),
)
const file = fc.tuple(lines, fc.boolean()).map(([all, ended]) => all.join('\n') + (ended ? '\n' : ''))
const subsLine = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(literal, gap, literal).map((parts) => parts.join('')) },
  fc.constantFrom('# x /y', '/a', '/usr /', '/ /var', '/usr/ /etc/', '  /etc /usr  x', '/a /b', '/b /a'),
)
const subs = fc.array(subsLine, { maxLength: 4 }).map((all) => `${all.join('\n')}\n`)
const optional = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 })
const policy = fc
  .record({
    contexts: file,
    homedirs: optional(file),
    local: optional(file),
    subs: optional(subs),
    subsDist: optional(subs),
  })
  .map((files) => Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined)) as unknown)
  .map((files) => files as Policy)

const step = fc.oneof(
  { weight: 8, arbitrary: name },
  fc.constantFrom('abb', 'aab', 'é', 'c.so.1', '1', 'a+', 'x\n', '', '.a', 'zz'),
)
const path = fc.oneof(
  { weight: 6, arbitrary: fc.array(step, { minLength: 1, maxLength: 4 }).map((steps) => `/${steps.join('/')}`) },
  fc.constantFrom('/', '//', '/usr/', '/usr//lib/', 'usr/lib', '/a\udcff/b', '///a///'),
)
const cases: fc.Arbitrary<Case> = fc.record({
  policy,
  paths: fc.array(fc.tuple(path, fc.constantFrom(...modes)), { minLength: 20, maxLength: 20 }),
})

const base64 = (text: string): string => Buffer.from(encodeEscapedUtf8(text)).toString('base64')

function ours({ policy: files, paths }: Case): Result {
  let contexts: FileContexts
  try {
    const bytes = Object.entries(files).map(([key, text]) => [key, encodeEscapedUtf8(String(text))])
    contexts = FileContexts.parse(Object.fromEntries(bytes) as Record<keyof Policy, Uint8Array>)
  } catch (error) {
    if (isOstreeError(error, 'INVALID_FORMAT')) return { error: EINVAL }
    throw error
  }
  return {
    labels: paths.map(([one, mode]) => {
      try {
        return contexts.lookup(one, mode)
      } catch (error) {
        if (isOstreeError(error, 'FAILED')) return EINVAL
        throw error
      }
    }),
  }
}

testInsideReference(
  '500 generated policies, 20 paths each: the labels of libselinux',
  async () => {
    const samples = fc.sample(cases, { numRuns: 500, seed: seedOr(31) })
    const input = samples.map(({ policy: files, paths }) => ({
      files: Object.fromEntries(
        Object.entries(files).map(([key, text]) => [FILE_NAMES[key as keyof Policy], base64(text)]),
      ),
      paths: paths.map(([one, mode]) => [base64(one), mode]),
    }))
    const theirs = (await referencePython(new URL('reference.py', import.meta.url), input)) as Result[]
    const seen = { labelled: 0, unlabelled: 0, failed: 0, refused: 0 }
    for (const [i, one] of samples.entries()) {
      const expected = theirs[i] as Result
      expect(ours(one), JSON.stringify(one, null, 1)).toEqual(expected)
      if ('error' in expected) seen.refused += 1
      else {
        for (const label of expected.labels) {
          if (typeof label === 'string') seen.labelled += 1
          else if (label === null) seen.unlabelled += 1
          else seen.failed += 1
        }
      }
    }
    // All four outcomes have to occur for the comparison to mean something.
    expect(seen.labelled).toBeGreaterThan(2000)
    expect(seen.unlabelled).toBeGreaterThan(1000)
    expect(seen.failed).toBeGreaterThan(50)
    expect(seen.refused).toBeGreaterThan(10)
  },
  { timeout: 120_000 },
)
