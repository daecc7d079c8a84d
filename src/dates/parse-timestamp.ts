// A date as a person writes it, turned into a moment: `--timestamp=DATE` and `--keep-younger-than=DATE`.
// Facts: GNU's date input formats, and the reference as observed; its grammar is older than that of today's `date`.

import { OstreeError } from '../errors.ts'
import { floorDivide, SECONDS_PER_DAY } from './calendar.ts'
import { type DateRequest, parseRequest, type Time } from './grammar.ts'
import { type ClockReading, LocalClock, readClock } from './local-clock.ts'
import { parsePosixZone } from './posix-zone.ts'
import type { TimeZone } from './time-zone.ts'
import type { LocalZoneNames } from './words.ts'

export interface TimestampContext {
  /** Now, in seconds since the epoch. */
  readonly now: bigint
  /** The part of the current second that has passed; it counts where a date has fractions. Default 0. */
  readonly nowNanoseconds?: number
  /** Where dates without a zone are. */
  readonly zone: TimeZone
  /** The zone that {@link zoneInText} names, for a date that starts with `TZ="…"`. */
  readonly zoneOfText?: TimeZone | undefined
}

const BILLION = 1_000_000_000n
const int = (value: bigint): bigint => BigInt.asIntN(32, value)
const long = (value: bigint): bigint => BigInt.asIntN(64, value)
const fitsLong = (value: bigint): boolean => value === long(value)

/** `TZ="NAME"` in front of a date: the zone's name, to be loaded with `loadTimeZone`, and the rest of the text. */
export function zoneInText(text: string): { readonly tz: string; readonly rest: string } | undefined {
  const match = /^[\t\n\v\f\r ]*TZ="((?:[^\\"]|\\[\\"])*)"/.exec(text)
  if (match === null) return undefined
  return { tz: (match[1] ?? '').replace(/\\(.)/gs, '$1'), rest: text.slice(match[0].length) }
}

/**
 * The moment that a text means.
 * @returns Seconds since the epoch as a commit stores them: 64 bits without a sign, so that a time before 1970 is large.
 * @throws {@link OstreeError} `INVALID_ARGUMENT`, with the reference's `Could not parse '…'`
 */
export function parseTimestamp(text: string, context: TimestampContext): bigint {
  const seconds = resolveText(text, context)
  if (seconds === undefined) throw new OstreeError('INVALID_ARGUMENT', { reason: `Could not parse '${text}'` })
  return BigInt.asUintN(64, seconds)
}

function resolveText(text: string, context: TimestampContext): bigint | undefined {
  const named = zoneInText(text)
  // The fields that the text leaves out are taken from the clock of the surroundings, whatever zone the text names.
  const zone = named === undefined ? context.zone : (context.zoneOfText ?? parsePosixZone(named.tz))
  const rest = (named?.rest ?? text).replace(/^[\t\n\v\f\r ]+/, '')
  const request = parseRequest(rest === '' ? '0' : rest, localZoneNames(context.zone, context.now))
  if (request === undefined) return undefined
  if (request.stamp !== undefined) return request.stamp
  const { times, dates, days, summers, localZones, zones } = request.seen
  if ((times | dates | days | summers | (localZones + zones)) > 1) return undefined
  const now = readClock(context.zone, context.now).reading
  const reading = readingOf(request, now)
  return reading && new Resolver(request, zone, reading).resolve(context.nowNanoseconds ?? 0)
}

/** What the zone is called now, and what it will be called when its summer time changes in the next three quarters. */
function localZoneNames(zone: TimeZone, now: bigint): LocalZoneNames {
  const current = zone.at(now)
  const other = [1n, 2n, 3n]
    .map((quarter) => zone.at(now + quarter * 90n * SECONDS_PER_DAY))
    .find(({ isDst }) => isDst !== current.isDst)
  if (other === undefined) return new Map([[current.name, current.isDst]])
  if (other.name === current.name) return new Map([[current.name, undefined]])
  return new Map([
    [current.name, current.isDst],
    [other.name, other.isDst],
  ])
}

/** What the clock shows at the wanted moment, before days and shifts are counted on. */
function readingOf(request: DateRequest, now: ClockReading): ClockReading | undefined {
  const { times, dates, days, localZones, shifts } = request.seen
  const isDst = times + dates + days > 0 ? undefined : now.isDst
  const usesClock = times > 0 || (shifts > 0 && dates === 0 && days === 0)
  const time = request.time ?? { ...now, nanosecond: 0n, half: undefined }
  const hour = usesClock ? hourOf(time) : 0n
  if (hour === undefined) return undefined
  return {
    year: int(yearOf(request.year ?? { value: now.year, digits: 0 }) - 1900n) + 1900n,
    month: int((request.month ?? now.month + 1n) - 1n),
    day: int(request.day ?? now.day),
    hour,
    minute: usesClock ? int(time.minute) : 0n,
    second: usesClock ? int(time.second) : 0n,
    isDst: localZones > 0 ? request.isDst : isDst,
  }
}

/** Of two digits, 69 to 99 are in the last century. */
function yearOf({ value, digits }: { readonly value: bigint; readonly digits: number }): bigint {
  if (value < 0n) return long(-value)
  return digits === 2 ? value + (value < 69n ? 2000n : 1900n) : value
}

function hourOf({ hour, half }: Pick<Time, 'hour' | 'half'>): bigint | undefined {
  if (half === undefined) return hour >= 0n && hour < 24n ? hour : undefined
  if (hour < 1n || hour > 12n) return undefined
  return (hour % 12n) + (half === 'pm' ? 12n : 0n)
}

class Resolver {
  readonly #request: DateRequest
  readonly #start: ClockReading
  readonly #clock = new LocalClock()
  #zone: TimeZone
  #seconds = 0n
  #reading: ClockReading

  constructor(request: DateRequest, zone: TimeZone, start: ClockReading) {
    this.#request = request
    this.#zone = zone
    this.#start = start
    this.#reading = start
  }

  resolve(nowNanoseconds: number): bigint | undefined {
    const { seen } = this.#request
    const weekday = this.#settle()
    if (weekday === undefined) return undefined
    if (seen.days > 0 && seen.dates === 0 && !this.#goToWeekday(weekday)) return undefined
    if (!this.#shiftDate()) return undefined
    if (seen.zones > 0 && !this.#applyZone()) return undefined
    return this.#shiftTime(nowNanoseconds)
  }

  /**
   * Finds the moment of the reading, which must show exactly what was written. A time that the local clock skips is
   * fine with a zone, and is then read by a clock that is always as far off as that zone.
   */
  #settle(): number | undefined {
    const direct = this.#exactMoment()
    if (direct !== undefined || this.#request.seen.zones === 0) return direct
    const fixed = { offsetSeconds: Number(this.#request.zoneMinutes) * 60, isDst: false, name: '' }
    this.#zone = { at: () => fixed }
    return this.#exactMoment()
  }

  #exactMoment(): number | undefined {
    const found = this.#clock.moment(this.#zone, this.#start)
    // -1 is also how the C library reports a failure; the reading of that very second tells the two apart.
    const shown = found === undefined || found.seconds === -1n ? readClock(this.#zone, -1n) : found
    if (!showsSame(shown.reading, this.#start)) return undefined
    this.#seconds = shown.seconds
    this.#reading = shown.reading
    return shown.weekday
  }

  #goToWeekday(today: number): boolean {
    const { day, number } = this.#request.weekday ?? { day: 0n, number: 0n }
    const ahead = (day - BigInt(today) + 7n) % 7n
    const weeks = number - (number > 0n && BigInt(today) !== day ? 1n : 0n)
    return this.#move({ ...this.#reading, day: int(this.#reading.day + ahead + 7n * weeks), isDst: undefined })
  }

  #move(reading: ClockReading): boolean {
    const found = this.#clock.moment(this.#zone, reading)
    if (found === undefined || found.seconds === -1n) return false
    this.#seconds = found.seconds
    this.#reading = found.reading
    return true
  }

  #shiftDate(): boolean {
    const { relative } = this.#request
    if (relative.year === 0n && relative.month === 0n && relative.day === 0n) return true
    const { hour, minute, second, isDst } = this.#start
    const add = (field: bigint, shift: bigint): bigint | undefined => {
      const sum = int(field + shift)
      return sum < field === shift < 0n ? sum : undefined
    }
    const year = add(this.#reading.year - 1900n, relative.year)
    const month = add(this.#reading.month, relative.month)
    const day = add(this.#reading.day, relative.day)
    if (year === undefined || month === undefined || day === undefined) return false
    return this.#move({ year: year + 1900n, month, day, hour, minute, second, isDst })
  }

  /** The clock was read as a local one; take it for the written zone's. */
  #applyZone(): boolean {
    const here = BigInt(this.#zone.at(this.#seconds).offsetSeconds)
    this.#seconds -= this.#request.zoneMinutes * 60n - here
    return fitsLong(this.#seconds)
  }

  #shiftTime(nowNanoseconds: number): bigint | undefined {
    const { relative, seen, time } = this.#request
    const usesClock = seen.times > 0 || (seen.shifts > 0 && seen.dates === 0 && seen.days === 0)
    const clock = usesClock ? (time?.nanosecond ?? BigInt(nowNanoseconds)) : 0n
    const [carry] = floorDivide(clock + relative.nanosecond, BILLION)
    let seconds = this.#seconds
    // Hours and minutes wrap around as they become seconds; only the sum is checked.
    for (const shift of [long(relative.hour * 3600n), long(relative.minute * 60n), relative.second, carry]) {
      seconds += shift
      if (!fitsLong(seconds)) return undefined
    }
    return seconds
  }
}

function showsSame(a: ClockReading, b: ClockReading): boolean {
  const fields = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  return fields.every((field) => a[field] === b[field])
}
