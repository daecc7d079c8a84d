// From what a local clock shows to the moment it shows it: the C library's mktime, whose answers for times that a clock
// skips or shows twice depend on how it searches. Facts: mktime(3), and glibc as observed.

import { civilTime, daysBeforeMonth, floorDivide, secondsOf } from './calendar.ts'
import type { TimeZone, ZoneMoment } from './time-zone.ts'

/** `struct tm`: parts may be out of range before {@link LocalClock.moment} and are in range after it. */
export interface ClockReading {
  readonly year: bigint
  readonly month: bigint
  readonly day: bigint
  readonly hour: bigint
  readonly minute: bigint
  readonly second: bigint
  /** Whether it is summer time; `undefined` leaves that to the zone. */
  readonly isDst: boolean | undefined
}

export interface ClockMoment {
  readonly seconds: bigint
  readonly reading: ClockReading
  /** 0 is Sunday. */
  readonly weekday: number
}

const MAX_PROBES = 6
/** A bit more than a week less an hour: no zone keeps a change of its clock for a shorter time. */
const STRIDE = 601_200n
const SEARCH_BOUND = 268_828_204n
const MAX_YEAR = 2n ** 31n + 1899n

/** Remembers, as the C library does, how far the clock was off at the last answer, and guesses from there. */
export class LocalClock {
  #lastOffset = 0n

  /** The moment of a reading, and the reading put in order; `undefined` where there is none. */
  moment(zone: TimeZone, reading: ClockReading): ClockMoment | undefined {
    const [years, month] = floorDivide(reading.month, 12n)
    const year = reading.year + years
    const dayOfYear = BigInt(daysBeforeMonth(year, Number(month)) - 1) + reading.day
    // Seconds out of range are added at the end, lest they lead the search astray.
    const second = reading.second < 0n ? 0n : reading.second > 59n ? 59n : reading.second
    const asUtc = secondsOf(year, dayOfYear, reading.hour, reading.minute, second)
    const found = this.#search(zone, asUtc, reading.isDst)
    if (found === undefined) return undefined
    this.#lastOffset = found - asUtc
    return readClock(zone, found + reading.second - second)
  }

  #search(zone: TimeZone, asUtc: bigint, wanted: boolean | undefined): bigint | undefined {
    let guess = asUtc + this.#lastOffset
    let before = guess
    let twoBefore = guess
    let dstBefore = false
    for (let probes = MAX_PROBES; ; ) {
      const { offsetSeconds, isDst } = zone.at(guess)
      if (!isReadable(guess + BigInt(offsetSeconds))) return undefined
      const next = asUtc - BigInt(offsetSeconds)
      if (next === guess) break
      // Going back and forth: the clock skips this time, and either answer will do.
      const settled = wanted === undefined ? !dstBefore || isDst : wanted !== isDst
      if (guess === twoBefore && guess !== before && settled) return guess
      probes -= 1
      if (probes === 0) return undefined
      twoBefore = before
      before = guess
      guess = next
      dstBefore = isDst
    }
    const { isDst } = zone.at(guess)
    return wanted === undefined || wanted === isDst ? guess : this.#searchDst(zone, asUtc, guess, wanted)
  }

  /** The clock shows that time, but not in the wanted half of the year: take the offset of the nearest one. */
  #searchDst(zone: TimeZone, asUtc: bigint, found: bigint, wanted: boolean): bigint {
    for (let distance = STRIDE; distance < SEARCH_BOUND; distance += STRIDE) {
      for (const near of [found - distance, found + distance]) {
        const moment: ZoneMoment = zone.at(near)
        if (moment.isDst === wanted) return asUtc - BigInt(moment.offsetSeconds)
      }
    }
    return found + (wanted ? -3600n : 3600n)
  }
}

/** What the clock of a zone shows. */
export function readClock(zone: TimeZone, seconds: bigint): ClockMoment {
  const { offsetSeconds, isDst } = zone.at(seconds)
  const { year, month, day, hour, minute, second, weekday } = civilTime(seconds + BigInt(offsetSeconds))
  const reading = {
    year,
    month: BigInt(month),
    day: BigInt(day),
    hour: BigInt(hour),
    minute: BigInt(minute),
    second: BigInt(second),
    isDst,
  }
  return { seconds, reading, weekday }
}

/** `struct tm` counts years in an int. */
function isReadable(localSeconds: bigint): boolean {
  const { year } = civilTime(localSeconds)
  return year <= MAX_YEAR && year >= 1900n - 2n ** 31n
}
