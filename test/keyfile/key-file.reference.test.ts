// KeyFile against GLib's GKeyFile: generated files, mutated files, edits. The same bytes, values and error messages.

import fc from 'fast-check'
import { expect } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { KeyFile } from '../../src/keyfile/key-file.ts'
import { decodeEscapedUtf8, encodeEscapedUtf8, printableText } from '../../src/text/escaped-utf8.ts'
import { testInsideReference } from '../reference.ts'
import { referencePython } from '../reference-python.ts'
import { seedOr } from '../seed.ts'

type Step = readonly [name: string, ...args: unknown[]]
interface Case {
  readonly data: Uint8Array
  readonly keepComments: boolean
  readonly keepTranslations: boolean
  readonly steps: readonly Step[]
}
interface Outcome {
  readonly value?: unknown
  readonly error?: string
}
interface Result {
  readonly load: Outcome
  readonly before?: string
  readonly steps?: readonly Outcome[]
  readonly after?: string
}

const CASES = 3000

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const text64 = (text: string): string => base64(encodeEscapedUtf8(text))

const group = fc.constantFrom('core', 'remote "origin"', 'a', 'b', 'grüße', 'x y', 'archive', 'none', 'transient')
const anyGroup = fc.oneof({ weight: 9, arbitrary: group }, fc.constantFrom('', 'a[b', 'a]b', 'a\tb', '\u007f'))
const key = fc.constantFrom(
  'mode',
  'url',
  'k',
  'k1',
  'a b',
  'Encoding',
  'Name',
  'Name[de]',
  'Name[C]',
  'Name[c]',
  'ü',
  'A',
)
const oddKey = fc.constantFrom(
  '',
  ' k',
  'k ',
  'a=b',
  'k[',
  'k[]',
  'k[a b]',
  'k[de]x',
  ']',
  'k[ü@x.y-z_1]',
  'k\t',
  '\ta',
)
const anyKey = fc.oneof({ weight: 9, arbitrary: key }, oddKey)
const plain = fc.constantFrom(
  'true',
  'false',
  '1',
  '0',
  'true ',
  'False',
  '12',
  ' 12',
  '-3',
  '+7',
  '12 x',
  '12x',
  '',
  ' ',
  '0x10',
)
const wide = fc.constantFrom(
  '2147483647',
  '2147483648',
  '-2147483649',
  '99999999999999999999',
  '-1',
  '18446744073709551616',
)
const escaped = fc.constantFrom(
  'a;b;c',
  'a;b;',
  ';',
  ';;',
  'a\\;b;c',
  '\\s\\sx',
  'a\\nb\\tc\\rd',
  'x\\',
  '\\q',
  'a\\\\b',
  'a,b\\,c,',
)
const loose = fc.string({
  unit: fc.constantFrom('a', ' ', '\t', '\\', ';', '=', 's', '#', '[', ']', 'é', '😀', '\r'),
  maxLength: 12,
})
const value = fc.oneof(plain, wide, escaped, loose, fc.constantFrom('UTF-8', 'utf-8', 'latin1', 'UTF-8 '))
const blank = fc.constantFrom('', '', ' ', '\t', '  ')

const pairLine = fc.tuple(blank, anyKey, blank, blank, value).map(([a, k, b, c, v]) => `${a}${k}${b}=${c}${v}`)
const goodLine = fc.tuple(key, value).map(([k, v]) => `${k}=${v}`)
const header = fc.tuple(blank, group, blank).map(([a, name, b]) => `${a}[${name}]${b}`)
const comment = fc.constantFrom('', '# note', '#', '   ', '\t', '  # indented', '#k=v')
const line = fc.oneof(
  { weight: 12, arbitrary: goodLine },
  { weight: 4, arbitrary: header },
  { weight: 4, arbitrary: comment },
  { weight: 1, arbitrary: pairLine },
)
const newline = fc.constantFrom('\n', '\n', '\n', '\r\n')
const document = fc
  .tuple(
    fc.array(comment, { maxLength: 2 }),
    header,
    fc.array(fc.tuple(line, newline), { maxLength: 14 }),
    fc.boolean(),
  )
  .map(([top, first, lines, ended]) => {
    const text = `${[...top, first].join('\n')}\n${lines.map((l) => l.join('')).join('')}`
    return ended ? text : text.slice(0, -1)
  })

const mutation = fc.tuple(
  fc.nat(),
  fc.constantFrom('\0', '\x80', '\xff', '[', ']', '=', '\n', '\r', ' ', '\\', '\xc3'),
  fc.boolean(),
)
const bytes = fc
  .tuple(document, fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(mutation, { maxLength: 3 })))
  .map(([text, changes]) => {
    const data = [...new TextEncoder().encode(text)]
    for (const [at, byte, replace] of changes) data.splice(at % (data.length + 1), replace ? 1 : 0, byte.charCodeAt(0))
    return Uint8Array.from(data)
  })

const getter = fc.constantFrom(
  'getValue',
  'getString',
  'getStringList',
  'getBoolean',
  'getInteger',
  'getInt64',
  'getUint64',
  'hasKey',
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(getter, group, key) },
  fc.constant(['groups'] as Step),
  fc.constant(['startGroup'] as Step),
  fc.tuple(fc.constant('keys'), group),
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('setString'), anyGroup, anyKey, fc.oneof(value, fc.constant('two\nlines'))),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('setValue'), anyGroup, anyKey, fc.oneof(value, fc.constant('two\nlines'))),
  },
  fc.tuple(fc.constant('setStringList'), group, key, fc.array(value, { maxLength: 3 })),
  fc.tuple(fc.constant('setBoolean'), group, key, fc.boolean()),
  fc.tuple(fc.constant('setInteger'), group, key, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  fc.tuple(fc.constant('removeKey'), group, key),
  fc.tuple(fc.constant('removeGroup'), group),
  fc.tuple(fc.constant('listSeparator'), fc.constantFrom(',', ';', ':')),
)
const cases: fc.Arbitrary<Case> = fc.record({
  data: bytes,
  keepComments: fc.boolean(),
  keepTranslations: fc.boolean(),
  steps: fc.array(step, { maxLength: 14 }),
})

/** Step arguments on their way to Python: text as the base64 of its bytes, a bigint as `u` and its digits. */
function wire(argument: unknown): unknown {
  if (typeof argument === 'string') return text64(argument)
  if (typeof argument === 'bigint') return `u${argument}`
  return Array.isArray(argument) ? argument.map(wire) : argument
}

const outcome = (call: () => unknown): Outcome => {
  try {
    return { value: call() ?? null }
  } catch (error) {
    if (!isOstreeError(error)) throw error
    // GLib refuses a name that no key file can hold with a warning, and changes nothing.
    return error.code === 'INVALID_ARGUMENT' ? { value: null } : { error: error.message }
  }
}

/** Texts come back from Python as base64; ours go the same way. Numbers and booleans stay. */
function comparable(result: unknown): unknown {
  if (typeof result === 'string') return text64(result)
  if (typeof result === 'bigint') return String(result)
  return Array.isArray(result) ? result.map(comparable) : result
}

function runStep(file: KeyFile, [name, ...args]: Step): Outcome {
  if (name === 'listSeparator') {
    file.listSeparator = String(args[0])
    return { value: null }
  }
  const method = Reflect.get(file, name) as (...args: unknown[]) => unknown
  const done = outcome(() => method.apply(file, args))
  return 'value' in done ? { value: comparable(done.value) } : done
}

function ours({ data, keepComments, keepTranslations, steps }: Case): Result {
  let file: KeyFile | undefined
  const load = outcome(() => {
    file = KeyFile.parse(data, { keepComments, keepTranslations })
    return true
  })
  if (file === undefined) return { load }
  const before = base64(file.toBytes())
  const done = steps.map((one) => runStep(file as KeyFile, one))
  return { load, before, steps: done, after: base64(file.toBytes()) }
}

/** The reference's error as text. Bytes that are not UTF-8 stand in some of its messages raw; they are shown as U+FFFD. */
function readable(done: Outcome): Outcome {
  if (done.error === undefined) return done
  return { error: printableText(decodeEscapedUtf8(Buffer.from(done.error, 'base64'))) }
}

testInsideReference(
  `${CASES} generated key files: the values, messages and bytes of GKeyFile`,
  async () => {
    const samples = fc.sample(cases, { numRuns: CASES, seed: seedOr(20260402) })
    const input = samples.map((one) => ({
      data: base64(one.data),
      flags: (one.keepComments ? 1 : 0) + (one.keepTranslations ? 2 : 0),
      steps: one.steps.map(([name, ...args]) => [name, ...args.map(wire)]),
    }))
    const theirs = (await referencePython(new URL('reference.py', import.meta.url), input)) as Result[]
    let rejected = 0
    for (const [i, one] of samples.entries()) {
      const reference = theirs[i] as Result
      if (reference.load.error !== undefined) rejected += 1
      const expected = { ...reference, load: readable(reference.load) }
      const context = `case ${i}: ${JSON.stringify(decodeEscapedUtf8(one.data))} ${JSON.stringify(input[i])}`
      const steps = reference.steps?.map(readable)
      expect(ours(one), context).toEqual(steps === undefined ? expected : { ...expected, steps })
    }
    // The generator has to reach both outcomes for the comparison to mean something.
    expect(rejected).toBeGreaterThan(CASES / 20)
    expect(rejected).toBeLessThan(CASES / 2)
  },
  { timeout: 120_000 },
)
