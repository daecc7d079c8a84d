// Random texts for the comparisons with GLib's parser. Everything follows from a seed.

import { type Random, randomType } from './random.ts'

const FRAGMENTS = [
  ...'[]()<>{},:@%\'"\\- +.0123456789abex\n\v',
  ...[
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '{',
    '}',
    ', ',
    ': ',
    'just ',
    'nothing',
    'true',
    'false',
    'inf',
    'nan',
    '-inf',
    '0x1f',
  ],
  ...[
    'byte ',
    'int16 ',
    'uint16 ',
    'int32 ',
    'uint32 ',
    'int64 ',
    'uint64 ',
    'handle ',
    'double ',
    'string ',
    'boolean ',
  ],
  ...[
    'objectpath ',
    'signature ',
    '@as ',
    '@a{sv} ',
    '@mi ',
    '@ay ',
    '@(ii) ',
    '@* ',
    '@a{?s} ',
    '@zz ',
    "'x'",
    '"y"',
    "b'z'",
  ],
  ...[
    '-5',
    '300',
    '70000',
    '5000000000',
    '18446744073709551616',
    '1e5',
    '1.5',
    '017',
    '08',
    '0x',
    '1e400',
    '1e-310',
    '0x1p-3',
    '0b101',
    '0b',
    '0B2',
  ],
  ...[
    "'\\u00e9'",
    "'\\u12'",
    "'\\U0001F600'",
    "'\\ud800'",
    "'\\U00110000'",
    "b'\\101\\0x'",
    "'/a/b'",
    "'a{sv}'",
    '--5',
    '+5',
    '-0',
    '-nan',
    '-infinity',
    'é',
  ],
]

/** Text that is sometimes close to a value and seldom one. */
export function randomSource(random: Random): string {
  return Array.from({ length: 1 + random.below(7) }, () => random.pick(FRAGMENTS)).join('')
}

/** Text grown from the grammar, so that types can be at odds deep inside. */
export function randomSentence(random: Random, depth: number): string {
  const inner = () => randomSentence(random, depth - 1)
  const list = (length: number) => Array.from({ length }, inner)
  switch (depth === 0 ? 9 : random.below(12)) {
    case 0:
    case 1: {
      const element = inner()
      return `[${Array.from({ length: random.below(4) }, () => (random.chance(0.7) ? element : inner())).join(', ')}]`
    }
    case 2:
      return `(${list(1 + random.below(3)).join(', ')},)`
    case 3:
      return `<${inner()}>`
    case 4:
      return `{${Array.from({ length: random.below(3) }, () => `${randomSentence(random, 0)}: ${inner()}`).join(', ')}}`
    case 5:
      return `{${randomSentence(random, 0)}, ${inner()}}`
    case 6:
      return `just ${inner()}`
    case 7:
      return `@${randomType(random, 2)} ${inner()}`
    case 8:
      return random.pick(['nothing', '[]', '{}', '()'])
    default:
      return random.pick([
        "'s'",
        '5',
        '-3',
        '2.5',
        'true',
        "b'x'",
        'nothing',
        'byte 7',
        'uint32 9',
        "objectpath '/o'",
        '@u 3',
        '300',
      ])
  }
}

/** A character or two dropped, doubled or replaced. */
export function damagedText(random: Random, text: string): string {
  const characters = [...text]
  for (let i = random.below(2); i >= 0; i--) {
    const at = random.below(characters.length)
    characters.splice(at, random.below(3), ...(random.chance(0.5) ? [random.pick(FRAGMENTS)] : []))
  }
  return characters.join('')
}

/** Numbers around the edges of the double format, in the spellings that C takes. */
export function randomNumber(random: Random): string {
  const sign = random.pick(['', '', '-', '+', '--', '-+'])
  const digits = (count: number, base: number) =>
    Array.from({ length: 1 + random.below(count) }, () => random.below(base).toString(base)).join('')
  switch (random.below(7)) {
    case 0:
      return `${sign}0x${digits(20, 16)}.${digits(4, 16)}p${random.pick(['', '-', '+'])}${random.below(1200)}`
    case 1:
      return `${sign}0x1.${digits(16, 16)}p-${1015 + random.below(70)}`
    case 2:
      return `${sign}${digits(25, 10)}.${digits(10, 10)}e-${random.pick(['', '3'])}${random.below(100)}`
    case 3: {
      // Near a multiple of the smallest double, and near the smallest normal one.
      const [mantissa, exponent] = (random.pick([5e-324, 2 ** -1022]) * (1 + random.below(4)))
        .toExponential(30)
        .split('e')
      return `${sign}${mantissa!.slice(0, 4 + random.below(28))}e${exponent}`
    }
    case 4:
      return `${sign}${random.pick(['0x', '0b', '0', '0X', ''])}${digits(24, 16)}`
    case 5:
      return `${sign}1${digits(3, 10)}e${300 + random.below(12)}`
    default:
      return `${sign}${random.pick(['inf', 'INF', 'infinity', 'nan', 'NaN', 'nanx', '.', '.5', '5.', '1e', '1e+', '0x.8', '0x.p1', '0xp1'])}`
  }
}
