// The proleptic Gregorian calendar, in whole numbers of any size.

export const SECONDS_PER_DAY = 86_400n

/** Days and rests as a floor division gives them: the rest is never negative. */
export function floorDivide(dividend: bigint, divisor: bigint): readonly [quotient: bigint, rest: bigint] {
  const rest = ((dividend % divisor) + divisor) % divisor
  return [(dividend - rest) / divisor, rest]
}

export function isLeapYear(year: bigint): boolean {
  return year % 4n === 0n && (year % 100n !== 0n || year % 400n === 0n)
}

/** Days of a common year before each month. */
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

/** Days of `year` before its month `month` (0 to 11). */
export function daysBeforeMonth(year: bigint, month: number): number {
  return (DAYS_BEFORE_MONTH[month] ?? 0) + (month > 1 && isLeapYear(year) ? 1 : 0)
}

/** Days from 1970-01-01 to the first day of `year`. */
export function daysBeforeYear(year: bigint): bigint {
  const before = year - 1n
  const [fours] = floorDivide(before, 4n)
  const [hundreds] = floorDivide(before, 100n)
  const [fourHundreds] = floorDivide(before, 400n)
  return 365n * (year - 1970n) + fours - hundreds + fourHundreds - 477n
}

export interface CivilTime {
  readonly year: bigint
  /** 0 to 11. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0 is Sunday. */
  readonly weekday: number
}

/** What the clock and calendar show `seconds` after 1970-01-01 00:00:00. */
export function civilTime(seconds: bigint): CivilTime {
  const [days, rest] = floorDivide(seconds, SECONDS_PER_DAY)
  const second = Number(rest)
  // Counting years from March puts the leap day last; 400 of them always have the same length.
  const [eras, dayOfEra] = floorDivide(days + 719_468n, 146_097n)
  const d = Number(dayOfEra)
  const yearOfEra = Math.floor((d - Math.floor(d / 1460) + Math.floor(d / 36_524) - Math.floor(d / 146_096)) / 365)
  const dayOfYear = d - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 2 : fromMarch - 10
  return {
    year: eras * 400n + BigInt(yearOfEra) + (month < 2 ? 1n : 0n),
    month,
    day: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    weekday: Number(floorDivide(days + 4n, 7n)[1]),
  }
}

/** Seconds from 1970-01-01 00:00:00; `dayOfYear` counts from 0, and any part may lie outside its usual range. */
export function secondsOf(year: bigint, dayOfYear: bigint, hour: bigint, minute: bigint, second: bigint): bigint {
  return (((daysBeforeYear(year) + dayOfYear) * 24n + hour) * 60n + minute) * 60n + second
}
