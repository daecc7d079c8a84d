// The GVariant code against GLib itself: tens of thousands of values, broken bytes and texts that follow from a seed.
// OSTREE_TS_SEED picks another seed, OSTREE_TS_LONG=1 takes ten times as many.

import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import { fromHex, toHex } from '../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import { isOstreeError } from '../../src/errors.ts'
import { inHashOrder, StringHashOrder } from '../../src/gvariant/hash-order.ts'
import { byteswap, decodeLenient, isNormalForm, normalize } from '../../src/gvariant/normal-form.ts'
import { parseVariant } from '../../src/gvariant/parse-text.ts'
import { printVariant } from '../../src/gvariant/print-text.ts'
import { isPrintable } from '../../src/gvariant/printable.ts'
import { parseType } from '../../src/gvariant/type.ts'
import type { Variant } from '../../src/gvariant/value.ts'
import { decodeVariant, encodeVariant } from '../../src/gvariant/variant.ts'
import { testInsideReference } from '../reference.ts'
import { seedOr } from '../seed.ts'
import { askGlib, type TextAnswer, type ValueAnswer } from './ask-glib.ts'
import { damaged, deepType, fittedTo, overlapping, Random, randomBytes, randomType, randomValue } from './random.ts'
import { damagedText, randomNumber, randomSentence, randomSource } from './random-text.ts'
import { specDumps, specTexts } from './spec-page.ts'

const SEED = seedOr(20260401)
const TIMES = process.env.OSTREE_TS_LONG === '1' ? 10 : 1
const LIMITS = { timeout: 180_000 * TIMES }

function randomVariant(random: Random, index: number): Variant {
  const type = index % 50 === 0 ? deepType(random, random.below(120)) : randomType(random, 1 + (index % 4))
  return { type, value: randomValue(random, parseType(type)) }
}

/** Containers around each of the sizes at which framing offsets get wider. */
function wideVariants(): Variant[] {
  const variants: Variant[] = []
  for (const size of [0, 1, 251, 252, 253, 254, 255, 256, 65531, 65532, 65533, 65534, 65535]) {
    const text = 'x'.repeat(size)
    variants.push(
      { type: 's', value: text },
      { type: 'as', value: [text] },
      { type: 'as', value: ['', text, 'y'] },
      { type: '(sy)', value: [text, 1] },
      { type: 'a{sv}', value: [['k', { type: 's', value: text }]] },
      { type: 'mas', value: { just: [text] } },
    )
  }
  variants.push({ type: 'aas', value: [Array.from({ length: 20_000 }, () => 'q')] })
  variants.push({
    type: 'a(sayay)',
    value: Array.from({ length: 1000 }, (_, i) => [`file-${i}`, new Uint8Array(32), new Uint8Array(32)]),
  })
  return variants
}

/** Types and variants that nest up to the limit and beyond. */
function deepCases(): [string, string][] {
  const cases: [string, string][] = []
  for (let depth = 120; depth < 135; depth++) {
    const type = `${'a'.repeat(depth)}y`
    for (const signature of [type, `${'('.repeat(depth)}${')'.repeat(depth)}`, `${'m'.repeat(depth)}()`]) {
      for (const value of ['', '00', '0000']) {
        cases.push(['v', `${value}00${toHex(encodeUtf8(signature))}`])
        cases.push(['(vv)', `${value}00${toHex(encodeUtf8(signature))}`])
      }
    }
    const variants = '0076'.repeat(depth)
    for (const inner of ['050079', '000028 29', '0061 73', '0000']) cases.push(['v', inner.replace(' ', '') + variants])
    cases.push([
      'av',
      `050079${variants}${(3 + 2 * depth)
        .toString(16)
        .padStart(4, '0')
        .replace(/(..)(..)/, '$2$1')}`,
    ])
  }
  return cases
}

function described(signature: string, data: Uint8Array): ValueAnswer {
  const value = decodeLenient(signature, data)
  return {
    normal: isNormalForm(signature, data),
    plain: printVariant(value),
    annotated: printVariant(value, { typeAnnotate: true }),
    normalized: toHex(normalize(signature, data)),
    swapped: toHex(byteswap(signature, data)),
  }
}

function parsed(text: string, signature: string | null): TextAnswer {
  try {
    const value = parseVariant(text, signature ?? undefined)
    return { type: value.type, data: toHex(encodeVariant(value)) }
  } catch (error) {
    if (isOstreeError(error, 'INVALID_VARIANT_TEXT')) return { error: error.message }
    throw error
  }
}

/** GLib's answer, or ours in the two places where GLib has none that could be copied. */
function expectedAnswer(theirs: TextAnswer, ours: TextAnswer): TextAnswer {
  if (!('error' in theirs) || !('error' in ours)) return theirs
  // Where g_variant_new_string refuses the text, GLib logs a complaint and sets no error.
  if (theirs.error === null && ours.error?.endsWith(':string constant is not valid UTF-8')) return ours
  // The position is a null pointer minus the start of the text where no token has been looked at.
  const isAbsurd = /^1844\d{16}:variant nested too deeply$/.test(theirs.error ?? '')
  return isAbsurd && ours.error?.endsWith(':variant nested too deeply') ? ours : theirs
}

/** Compares one by one, so that a failure shows the case and not 20,000 of them. */
function expectAll<T>(ours: readonly T[], theirs: readonly T[], name: (index: number) => unknown): void {
  expect(ours.length).toBe(theirs.length)
  ours.forEach((answer, i) => {
    if (JSON.stringify(answer) !== JSON.stringify(theirs[i])) expect(answer, JSON.stringify(name(i))).toEqual(theirs[i])
  })
}

/** `toEqual`, but fast where all is well. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected)
}

testInsideReference(
  `20,000 values: GLib reads our bytes and text, and we read its`,
  async () => {
    const random = new Random(SEED)
    const variants = [...Array.from({ length: 20_000 * TIMES }, (_, i) => randomVariant(random, i)), ...wideVariants()]
    const encoded = variants.map((variant) => toHex(encodeVariant(variant)))
    const plain = variants.map((variant) => printVariant(variant))
    const annotated = variants.map((variant) => printVariant(variant, { typeAnnotate: true }))
    const answer = await askGlib({
      values: variants.map(({ type }, i) => [type, encoded[i]!]),
      texts: [
        ...annotated.map((text) => [toHex(encodeUtf8(text)), null] as const),
        ...plain.map((text, i) => [toHex(encodeUtf8(text)), variants[i]!.type] as const),
      ],
    })
    const expected = variants.map((variant, i) => ({
      normal: true,
      plain: plain[i]!,
      annotated: annotated[i]!,
      normalized: encoded[i]!,
      swapped: toHex(encodeVariant(variant, 'big')),
    }))
    expectAll(expected, answer.values, (i) => variants[i]?.type)
    variants.forEach(({ type, value }, i) => {
      expectSame(decodeVariant(type, fromHex(encoded[i]!)).value, value)
      expectSame(decodeVariant(type, fromHex(answer.values[i]!.swapped), 'big').value, value)
    })
    const ours = [
      ...annotated.map((text) => parsed(text, null)),
      ...plain.map((text, i) => parsed(text, variants[i]!.type)),
    ]
    const theirs = answer.texts.map((text, i) => expectedAnswer(text, ours[i]!))
    expectAll(ours, theirs, (i) => [...annotated, ...plain][i])
    // What GLib parsed from our text are the bytes that we wrote, but where it refuses subnormal numbers and where the
    // text leaves out a NaN's payload.
    const same = answer.texts.filter((text, i) => 'data' in text && text.data === encoded[i % encoded.length]).length
    expect(same).toBeGreaterThan(answer.texts.length * 0.9)
  },
  LIMITS,
)

testInsideReference(
  `20,000 broken values: normal form, text, normalised and swapped bytes as GLib has them`,
  async () => {
    const random = new Random(SEED + 1)
    const cases = Array.from({ length: 20_000 * TIMES }, (_, i): [string, string] => {
      const { type, value } = randomVariant(random, i)
      const broken =
        i % 3 === 0 ? randomBytes(random, random.below(40)) : damaged(random, encodeVariant({ type, value }))
      return [type, toHex(i % 2 === 0 ? fittedTo(parseType(type), broken) : broken)]
    })
    for (let levels = 1; levels < 9; levels++) cases.push(['v', toHex(overlapping(levels))])
    cases.push(...deepCases())
    const answer = await askGlib({ values: cases })
    const ours = cases.map(([type, data]) => described(type, fromHex(data)))
    expectAll(ours, answer.values, (i) => cases[i])
    const normal = ours.filter((value) => value.normal).length
    expect(normal).toBeGreaterThan(cases.length * 0.05)
    expect(normal).toBeLessThan(cases.length * 0.8)
  },
  LIMITS,
)

testInsideReference(
  `20,000 texts: GLib's values and its messages`,
  async () => {
    const random = new Random(SEED + 2)
    const cases = Array.from({ length: 20_000 * TIMES }, (_, i): [string, string | null] => {
      const variant = randomVariant(random, i)
      const source = [
        () => randomSource(random),
        () => randomSentence(random, 1 + random.below(4)),
        () => damagedText(random, printVariant(variant, { typeAnnotate: true })),
        () => damagedText(random, randomSentence(random, 3)),
        () => randomNumber(random),
      ][i % 5]!()
      const type = i % 5 === 4 ? random.pick('ddixt') : randomType(random, 2)
      return [source, random.chance(0.3) ? type : null]
    })
    for (let depth = 120; depth < 135; depth++) {
      for (const [open, close] of [
        ['[', ']'],
        ['<', '>'],
        ['(', ',)'],
      ] as const) {
        const [left, right] = [open.repeat(depth), close.repeat(depth)]
        cases.push([`${left}1${right}`, null], [left, null])
      }
      cases.push(
        [`${'just '.repeat(depth)}1`, null],
        [`@${'a'.repeat(depth)}y []`, null],
        [`@${'m'.repeat(depth)}y 5`, null],
      )
      cases.push([`<@${'a'.repeat(depth)}y []>`, 'v'], ['{1:'.repeat(depth), null])
    }
    const answer = await askGlib({ texts: cases.map(([text, type]) => [toHex(encodeUtf8(text)), type] as const) })
    const ours = cases.map(([text, type]) => parsed(text, type))
    const theirs = answer.texts.map((text, i) => expectedAnswer(text, ours[i]!))
    expectAll(ours, theirs, (i) => cases[i])
    const values = answer.texts.filter((text) => 'data' in text).length
    expect(values).toBeGreaterThan(cases.length * 0.1)
    expect(
      new Set(answer.texts.flatMap((text) => ('error' in text ? [text.error?.replace(/^[-,\d]+:/, '')] : []))).size,
    ).toBeGreaterThan(20)
  },
  LIMITS,
)

testInsideReference(
  'every code point is printable exactly where GLib says so',
  async () => {
    const { printable } = await askGlib({ printable: true })
    const ours: number[] = []
    let since = false
    for (let code = 0; code < 0x110000; code++) {
      if (isPrintable(code) === since) continue
      ours.push(code)
      since = !since
    }
    expect(ours).toEqual(printable)
  },
  LIMITS,
)

testInsideReference(
  '2,000 dictionaries: keys come out in the order of GVariantDict, after growth, removal and shrinking',
  async () => {
    const random = new Random(SEED + 3)
    const words = [
      'version',
      'ostree.ref-binding',
      'ostree.collection-binding',
      'ostree.bootable',
      'ostree.linux',
      'é',
      'Ünï',
    ]
    const cases = Array.from({ length: 2000 * TIMES }, (_, i) => {
      const pool = Array.from({ length: 1 + random.below(i % 10 === 0 ? 300 : 20) }, (_unused, n) =>
        random.chance(0.2) ? random.pick(words) : `${random.pick(['k', 'key-', 'a.b.', ''])}${n}${random.pick(words)}`,
      )
      const removals = random.pick([0, 0.1, 0.5])
      const steps = Array.from({ length: pool.length * 2 }, () => {
        return [random.chance(removals) ? '-' : '+', random.pick(pool)] as const
      })
      return i % 2 === 0 ? steps : [...steps, ...pool.slice(1).map((key) => ['-', key] as const)]
    })
    const answer = await askGlib({ keys: cases })
    cases.forEach((steps, i) => {
      const order = new StringHashOrder()
      for (const [action, key] of steps) {
        if (action === '+') order.add(key)
        else order.delete(key)
      }
      const entries = Array.from(order, (key) => [key, { type: 'y', value: 0 }])
      expect(toHex(encodeVariant({ type: 'a{sv}', value: entries })), JSON.stringify(steps)).toBe(answer.keys[i])
      const kept = steps.filter(([action]) => action === '+').map(([, key]) => [key, 0] as const)
      if (steps.every(([action]) => action === '+')) {
        expect(inHashOrder(kept).map(([key]) => key)).toEqual([...order])
      }
    })
  },
  LIMITS,
)

testInsideReference(
  "the specification's own dumps and texts: GLib agrees with the page",
  async () => {
    const dumps = specDumps().filter(({ order }) => order === 'little')
    const texts = specTexts()
    const answer = await askGlib({
      values: dumps.map(({ type, data }) => [type, toHex(data)]),
      texts: texts.map(([text]) => [toHex(encodeUtf8(text)), null]),
    })
    expect(answer.values.map(({ annotated, normal }) => [annotated, normal])).toEqual(
      dumps.map(({ text, reads }) => [text ?? reads, reads === undefined]),
    )
    const outcomes = answer.texts.map((result) => {
      if ('error' in result) return `error ${result.error}`
      return `${result.type} ${printVariant(decodeVariant(result.type, fromHex(result.data)), { typeAnnotate: true })}`
    })
    expect(outcomes).toEqual(texts.map(([, outcome]) => outcome))
  },
  LIMITS,
)
