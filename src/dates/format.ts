// Dates as the commands print them. Facts: g_date_time_format, and the reference as observed.

import { OstreeError } from '../errors.ts'
import { type CivilTime, civilTime } from './calendar.ts'
import type { TimeZone } from './time-zone.ts'

/** GLib's calendar: the years 1 to 9999. */
const FIRST_SECOND = -62_135_596_800n
const LAST_SECOND = 253_402_300_799n

/** As wide as a digit: what GLib pads days with. */
const FIGURE_SPACE = '\u2007'
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * `2026-01-02 03:04:05 +0000`, as `log` and `show` print a commit's date.
 * @param timestamp - As stored: 64 bits, which the reference takes for a signed number here.
 * @throws {@link OstreeError} `FAILED`: outside of GLib's calendar
 */
export function formatUtcDate(timestamp: bigint): string {
  return tryFormatUtcDate(timestamp) ?? invalid(timestamp)
}

/** The same; `undefined` outside of GLib's calendar. */
export function tryFormatUtcDate(timestamp: bigint): string | undefined {
  const seconds = inCalendar(timestamp)
  if (seconds === undefined) return undefined
  const civil = civilTime(seconds)
  return `${dateText(civil)} ${timeText(civil)} +0000`
}

/** `2026-01-02T03:04:05Z`; `invalid` outside of GLib's calendar. */
export function formatIsoUtc(timestamp: bigint): string {
  const seconds = inCalendar(timestamp)
  if (seconds === undefined) return 'invalid'
  const civil = civilTime(seconds)
  return `${dateText(civil)}T${timeText(civil)}Z`
}

/** `2026-01-02T04:04:05+01` by the local clock, as `summary --view` prints it; `invalid` outside of GLib's calendar. */
export function formatIsoLocal(timestamp: bigint, zone: TimeZone): string {
  const seconds = inCalendar(timestamp)
  if (seconds === undefined) return 'invalid'
  const { offsetSeconds } = zone.at(seconds)
  const local = inCalendar(seconds + BigInt(offsetSeconds))
  if (local === undefined) return 'invalid'
  const civil = civilTime(local)
  return `${dateText(civil)}T${timeText(civil)}${offsetText(offsetSeconds)}`
}

/**
 * `Fri Jan 12 04:04:05 2026` by the local clock: the form of the C locale, for the dates of GPG keys.
 * @throws {@link OstreeError} `FAILED`: outside of GLib's calendar
 */
export function formatLocalDate(timestamp: bigint, zone: TimeZone): string {
  const seconds = inCalendar(timestamp) ?? invalid(timestamp)
  return plainText(civilTime(inCalendar(seconds + BigInt(zone.at(seconds).offsetSeconds)) ?? invalid(timestamp)))
}

/** `Fri Jan 12 03:04:05 2026`, in UTC; `undefined` outside of GLib's calendar. */
export function formatPlainUtc(timestamp: bigint): string | undefined {
  const seconds = inCalendar(timestamp)
  return seconds === undefined ? undefined : plainText(civilTime(seconds))
}

function plainText(civil: CivilTime): string {
  const day = String(civil.day).padStart(2, FIGURE_SPACE)
  return `${WEEKDAYS[civil.weekday]} ${MONTHS[civil.month]} ${day} ${timeText(civil)} ${civil.year}`
}

function inCalendar(timestamp: bigint): bigint | undefined {
  const seconds = BigInt.asIntN(64, timestamp)
  return seconds >= FIRST_SECOND && seconds <= LAST_SECOND ? seconds : undefined
}

function invalid(timestamp: bigint): never {
  throw new OstreeError('FAILED', { reason: `Invalid timestamp: ${BigInt.asUintN(64, timestamp)}` })
}

const two = (number: number): string => String(number).padStart(2, '0')

/** Years are not padded. */
function dateText({ year, month, day }: CivilTime): string {
  return `${year}-${two(month + 1)}-${two(day)}`
}

function timeText({ hour, minute, second }: CivilTime): string {
  return `${two(hour)}:${two(minute)}:${two(second)}`
}

/** As short as it can be: `+01`, `+05:30`, `-00:44:30`. */
function offsetText(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds)
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60]
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop()
  return (offsetSeconds < 0 ? '-' : '+') + parts.map(two).join(':')
}
