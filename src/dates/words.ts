// The words that a date may hold, and what each means. Facts: GNU's date input formats, as the reference knows them.

export type TimeUnit = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second'

export type Word =
  | { readonly kind: 'meridian'; readonly half: 'am' | 'pm' }
  | { readonly kind: 'month'; readonly month: bigint }
  /** 0 is Sunday. */
  | { readonly kind: 'weekday'; readonly day: bigint }
  /** `count` days for a week or a fortnight. */
  | { readonly kind: 'unit'; readonly unit: TimeUnit; readonly count: bigint }
  | { readonly kind: 'day-shift'; readonly days: bigint }
  | { readonly kind: 'ordinal'; readonly number: bigint }
  | { readonly kind: 'direction'; readonly factor: bigint }
  /** East of Greenwich. `daylight`: the hour of summer time comes on top. */
  | { readonly kind: 'zone'; readonly minutes: bigint; readonly daylight: boolean }
  /** A name of the zone that the clock is in. `isDst`: whether it means summer time; `undefined` where both have that name. */
  | { readonly kind: 'local-zone'; readonly isDst: boolean | undefined }
  | { readonly kind: 'dst' }
  /** The letter T: between an ISO date and a time, or a zone. */
  | { readonly kind: 't' }

const MONTHS = 'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ')
const WEEKDAYS = 'SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY'.split(' ')

const CALENDAR: readonly (readonly [name: string, word: Word])[] = [
  ...MONTHS.map((name, i) => [name, { kind: 'month', month: BigInt(i + 1) }] as const),
  ['SEPT', { kind: 'month', month: 9n }],
  ...WEEKDAYS.map((name, i) => [name, { kind: 'weekday', day: BigInt(i) }] as const),
  ...['TUES', 'WEDNES', 'THUR', 'THURS'].map(
    (name) => [name, { kind: 'weekday', day: BigInt(WEEKDAYS.findIndex((day) => day.startsWith(name))) }] as const,
  ),
]

const UNITS: Readonly<Record<string, readonly [unit: TimeUnit, count: bigint]>> = {
  YEAR: ['year', 1n],
  MONTH: ['month', 1n],
  FORTNIGHT: ['day', 14n],
  WEEK: ['day', 7n],
  DAY: ['day', 1n],
  HOUR: ['hour', 1n],
  MINUTE: ['minute', 1n],
  MIN: ['minute', 1n],
  SECOND: ['second', 1n],
  SEC: ['second', 1n],
}

const DAY_SHIFTS: Readonly<Record<string, bigint>> = { TOMORROW: 1n, YESTERDAY: -1n, TODAY: 0n, NOW: 0n }

/** `SECOND` is a unit. */
const ORDINALS: Readonly<Record<string, bigint>> = {
  LAST: -1n,
  THIS: 0n,
  NEXT: 1n,
  FIRST: 1n,
  THIRD: 3n,
  FOURTH: 4n,
  FIFTH: 5n,
  SIXTH: 6n,
  SEVENTH: 7n,
  EIGHTH: 8n,
  NINTH: 9n,
  TENTH: 10n,
  ELEVENTH: 11n,
  TWELFTH: 12n,
}

/** Hours east of Greenwich. */
const STANDARD_ZONES: Readonly<Record<string, number>> = {
  GMT: 0,
  UT: 0,
  UTC: 0,
  WET: 0,
  ART: -3,
  BRT: -3,
  NST: -3.5,
  AST: -4,
  CLT: -4,
  EST: -5,
  CST: -6,
  MST: -7,
  PST: -8,
  AKST: -9,
  HST: -10,
  HAST: -10,
  SST: -12,
  WAT: 1,
  CET: 1,
  MET: 1,
  MEZ: 1,
  EET: 2,
  CAT: 2,
  SAST: 2,
  EAT: 3,
  MSK: 3,
  IST: 5.5,
  SGT: 8,
  KST: 9,
  JST: 9,
  GST: 10,
  NZST: 12,
}

/** Hours east of Greenwich without the hour of summer time. */
const DAYLIGHT_ZONES: Readonly<Record<string, number>> = {
  WEST: 0,
  BST: 0,
  BRST: -3,
  NDT: -3.5,
  ADT: -4,
  CLST: -4,
  EDT: -5,
  CDT: -6,
  MDT: -7,
  PDT: -8,
  AKDT: -9,
  HADT: -10,
  CEST: 1,
  MEST: 1,
  MESZ: 1,
  EEST: 2,
  MSD: 3,
  NZDT: 12,
}

/** Military letters, west first: A is one hour west, N one hour east. */
const WEST_LETTERS = 'ABCDEFGHIKLM'
const EAST_LETTERS = 'NOPQRS'
const FAR_EAST_LETTERS = 'UVWXY'

/** The zone's own names, and whether each means summer time. */
export type LocalZoneNames = ReadonlyMap<string, boolean | undefined>

/** What a word means, letters of either case and dots; `undefined` for one that is unknown. */
export function lookUpWord(text: string, local: LocalZoneNames): Word | undefined {
  const word = text.toUpperCase()
  if (/^[AP]\.?M\.?$/.test(word) && (word.length === 2 || word.length === 4)) {
    return { kind: 'meridian', half: word.startsWith('A') ? 'am' : 'pm' }
  }
  const isShort = word.length === 3 || (word.length === 4 && word.endsWith('.'))
  const day = CALENDAR.find(([name]) => (isShort ? name.startsWith(word.slice(0, 3)) : name === word))
  if (day !== undefined) return day[1]
  return (
    zoneOf(word, local) ??
    (word === 'DST' ? { kind: 'dst' } : undefined) ??
    unitOf(word) ??
    relativeOf(word) ??
    letterOf(word) ??
    (word.includes('.') ? zoneOf(word.replaceAll('.', ''), local) : undefined)
  )
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** The names of UTC are never local, all others may be. */
function zoneOf(name: string, local: LocalZoneNames): Word | undefined {
  const isUtc = name === 'GMT' || name === 'UT' || name === 'UTC'
  if (!isUtc && local.has(name)) return { kind: 'local-zone', isDst: local.get(name) }
  const standard = own(STANDARD_ZONES, name)
  const hours = standard ?? own(DAYLIGHT_ZONES, name)
  return hours === undefined ? undefined : zone(hours, standard === undefined)
}

function zone(hours: number, daylight = false): Word {
  return { kind: 'zone', minutes: BigInt(hours * 60), daylight }
}

function unitOf(word: string): Word | undefined {
  const unit = own(UNITS, word) ?? (word.endsWith('S') ? own(UNITS, word.slice(0, -1)) : undefined)
  return unit && { kind: 'unit', unit: unit[0], count: unit[1] }
}

function relativeOf(word: string): Word | undefined {
  const days = own(DAY_SHIFTS, word)
  if (days !== undefined) return { kind: 'day-shift', days }
  const number = own(ORDINALS, word)
  if (number !== undefined) return { kind: 'ordinal', number }
  if (word === 'AGO') return { kind: 'direction', factor: -1n }
  return word === 'HENCE' ? { kind: 'direction', factor: 1n } : undefined
}

function letterOf(word: string): Word | undefined {
  if (word.length !== 1) return undefined
  if (word === 'T') return { kind: 't' }
  if (word === 'Z') return zone(0)
  if (WEST_LETTERS.includes(word)) return zone(-1 - WEST_LETTERS.indexOf(word))
  if (EAST_LETTERS.includes(word)) return zone(1 + EAST_LETTERS.indexOf(word))
  return FAR_EAST_LETTERS.includes(word) ? zone(8 + FAR_EAST_LETTERS.indexOf(word)) : undefined
}
