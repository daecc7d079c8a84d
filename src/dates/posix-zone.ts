// Time zones written out, as TZ may hold them: `CET-1CEST,M3.5.0,M10.5.0/3`. Facts: POSIX.1-2024 8.3, RFC 9636 3.3.1,
// and the C library as observed.

import { civilTime, daysBeforeMonth, daysBeforeYear, isLeapYear, SECONDS_PER_DAY } from './calendar.ts'
import type { TimeZone, ZoneMoment } from './time-zone.ts'

/** The day and time of a change, as a rule for every year. */
interface Rule {
  readonly kind: 'julian' | 'day' | 'month'
  /** 1 to 365 without leap days, or 0 to 365 with them. */
  readonly day: number
  readonly month: number
  readonly week: number
  readonly weekday: number
  readonly seconds: number
}

/** Where a zone with summer time does not say when: the second Sunday of March to the first of November. */
const DEFAULT_RULES = ',M3.2.0,M11.1.0'
const TWO_O_CLOCK = 7200

const NAME = '([A-Za-z]{3,}|<[-+A-Za-z0-9]{3,}>)'
const OFFSET = '([-+]?)(\\d+)(?::(\\d+))?(?::(\\d+))?'
const ZONE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}(?:${OFFSET})?(,.*)?)?$`)
const NAME_ONLY = new RegExp(`^${NAME}`)

/** The zone that `text` describes. What is no description is UTC, which keeps the name that the text starts with. */
export function parsePosixZone(text: string): TimeZone {
  const match = ZONE.exec(text)
  if (match === null) return fixedZone(0, NAME_ONLY.exec(text)?.[1] ?? '')
  const [, name = '', , , , , summerName] = match
  const offsetSeconds = -signedTime(match, 2, 24)
  if (summerName === undefined) return fixedZone(offsetSeconds, name)
  const summerOffset = match[8] === undefined ? offsetSeconds + 3600 : -signedTime(match, 7, 24)
  const [start, end, ...more] = (match[11] ?? DEFAULT_RULES).split(',').slice(1).map(parseRule)
  if (start === undefined || end === undefined || more.length > 0) return fixedZone(offsetSeconds, name)
  return ruleZone(
    { offsetSeconds, isDst: false, name: bareName(name) },
    { offsetSeconds: summerOffset, isDst: true, name: bareName(summerName) },
    start,
    end,
  )
}

function fixedZone(offsetSeconds: number, name: string): TimeZone {
  const moment = { offsetSeconds, isDst: false, name: bareName(name) }
  return { at: () => moment }
}

function bareName(name: string): string {
  return name.replace(/^<|>$/g, '')
}

/** Sign, hours, minutes and seconds from four groups of a match. */
function signedTime(match: RegExpExecArray, group: number, maxHours: number): number {
  const part = (index: number, limit: number): number => Math.min(Number(match[group + index] ?? 0), limit)
  const seconds = part(1, maxHours) * 3600 + part(2, 59) * 60 + part(3, 59)
  return match[group] === '-' ? -seconds : seconds
}

function parseRule(text: string): Rule | undefined {
  const match = /^(?:(J?)(\d+)|M(\d+)\.(\d)\.(\d))(?:\/([-+]?)(\d+)(?::(\d+))?(?::(\d+))?)?$/.exec(text)
  if (match === null) return undefined
  const [, julian, day, month, week, weekday] = match
  const seconds = match[7] === undefined ? TWO_O_CLOCK : signedTime(match, 6, 167)
  const rule = {
    day: Number(day ?? 0),
    month: Number(month ?? 0),
    week: Number(week ?? 0),
    weekday: Number(weekday ?? 0),
  }
  if (month === undefined) {
    const isJulian = julian === 'J'
    if (rule.day > 365 || (isJulian && rule.day < 1)) return undefined
    return { ...rule, kind: isJulian ? 'julian' : 'day', seconds }
  }
  if (rule.month < 1 || rule.month > 12 || rule.week < 1 || rule.week > 5 || rule.weekday > 6) return undefined
  return { ...rule, kind: 'month', seconds }
}

function ruleZone(standard: ZoneMoment, summer: ZoneMoment, start: Rule, end: Rule): TimeZone {
  return {
    at(seconds) {
      // The year is the one that UTC shows, as in the C library.
      const { year } = civilTime(seconds)
      const from = changeOf(start, year) - BigInt(standard.offsetSeconds)
      const to = changeOf(end, year) - BigInt(summer.offsetSeconds)
      const isSummer = from > to ? seconds < to || seconds >= from : seconds >= from && seconds < to
      return isSummer ? summer : standard
    },
  }
}

/**
 * When a rule strikes in a year, by the local clock. The C library puts all changes before 1970 into that year, and
 * counts the days up to a year in an int.
 */
function changeOf(rule: Rule, year: bigint): bigint {
  const yearStart = year > 1970n ? BigInt.asIntN(32, daysBeforeYear(year)) : 0n
  return (yearStart + BigInt(dayOfRule(rule, year))) * SECONDS_PER_DAY + BigInt(rule.seconds)
}

function dayOfRule(rule: Rule, year: bigint): number {
  if (rule.kind === 'day') return rule.day
  if (rule.kind === 'julian') return rule.day - (rule.day >= 60 && isLeapYear(year) ? 0 : 1)
  const first = daysBeforeMonth(year, rule.month - 1)
  const next = rule.month === 12 ? (isLeapYear(year) ? 366 : 365) : daysBeforeMonth(year, rule.month)
  const { weekday } = civilTime((daysBeforeYear(year) + BigInt(first)) * SECONDS_PER_DAY)
  let day = first + ((rule.weekday - weekday + 7) % 7) + (rule.week - 1) * 7
  while (day >= next) day -= 7
  return day
}
