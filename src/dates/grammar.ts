// The grammar of dates: which tokens may follow which, and what a date asks for. Where two readings are possible, the
// one that takes more tokens wins. Facts: GNU's date input formats, as the reference reads them.

import { type DecimalNumber, type Token, tokenize, type WholeNumber } from './tokens.ts'
import type { LocalZoneNames, TimeUnit } from './words.ts'

/** A `long` wraps around. */
const long = (value: bigint): bigint => BigInt.asIntN(64, value)

export interface Relative {
  readonly year: bigint
  readonly month: bigint
  readonly day: bigint
  readonly hour: bigint
  readonly minute: bigint
  readonly second: bigint
  readonly nanosecond: bigint
}

const NO_SHIFT: Relative = { year: 0n, month: 0n, day: 0n, hour: 0n, minute: 0n, second: 0n, nanosecond: 0n }

/** What is not said in the text stays `undefined`. */
export interface DateRequest {
  /** `@SECONDS`; nothing else counts then. */
  stamp: bigint | undefined
  year: { readonly value: bigint; readonly digits: number } | undefined
  month: bigint | undefined
  day: bigint | undefined
  time: Time | undefined
  /** `number` weeks on; 0 is the next such day, today included. */
  weekday: { readonly day: bigint; readonly number: bigint } | undefined
  zoneMinutes: bigint
  /** What a name of the local zone says about summer time. */
  isDst: boolean | undefined
  relative: Relative
  seen: Readonly<Record<'times' | 'dates' | 'days' | 'zones' | 'localZones' | 'summers' | 'shifts', number>>
}

export interface Time {
  readonly hour: bigint
  readonly minute: bigint
  readonly second: bigint
  readonly nanosecond: bigint
  readonly half: 'am' | 'pm' | undefined
}

/** What a text asks for; `undefined` where it is no date. */
export function parseRequest(text: string, local: LocalZoneNames): DateRequest | undefined {
  const reader = new RequestReader(tokenize(text, local))
  return reader.readAll() ? reader.request : undefined
}

class RequestReader {
  readonly #tokens: readonly Token[]
  #at = 0
  readonly #seen = { times: 0, dates: 0, days: 0, zones: 0, localZones: 0, summers: 0, shifts: 0 }
  readonly request: DateRequest = {
    stamp: undefined,
    year: undefined,
    month: undefined,
    day: undefined,
    time: undefined,
    weekday: undefined,
    zoneMinutes: 0n,
    isDst: undefined,
    relative: NO_SHIFT,
    seen: this.#seen,
  }

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** False where the text does not follow the grammar. */
  readAll(): boolean {
    if (this.#skipSign('@')) return this.#readStamp() && this.#peek().kind === 'end'
    while (this.#peek().kind !== 'end') if (!this.#readItem()) return false
    return true
  }

  #peek(offset = 0): Token {
    return this.#tokens[this.#at + offset] ?? { kind: 'end' }
  }

  #skipSign(text: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'sign' || token.text !== text) return false
    this.#at += 1
    return true
  }

  /** The next token where it is a whole number with or without a sign, as asked. */
  #takeNumber(signed: boolean): WholeNumber | undefined {
    const token = this.#peek()
    if (token.kind !== 'number' || token.signed !== signed) return undefined
    this.#at += 1
    return token
  }

  #readStamp(): boolean {
    const token = this.#peek()
    if (token.kind !== 'number' && token.kind !== 'decimal') return false
    this.#at += 1
    this.request.stamp = token.kind === 'number' ? token.value : token.seconds
    return true
  }

  #readItem(): boolean {
    const token = this.#peek()
    this.#at += 1
    switch (token.kind) {
      case 'number':
        return token.signed ? this.#readShift(token.value) && this.#readDirection() : this.#readAfterNumber(token)
      case 'decimal':
        return this.#readDecimalSeconds(token)
      case 'ordinal':
        return this.#readWeekday(token.number) || (this.#readShift(token.number) && this.#readDirection())
      case 'weekday':
        this.#at -= 1
        return this.#readWeekday(0n) && (this.#skipSign(',') || true)
      case 'month':
        return this.#readAfterMonth(token.month)
      case 'unit':
        this.#at -= 1
        return this.#readShift(1n) && this.#readDirection()
      case 'day-shift':
        this.#shift({ ...NO_SHIFT, day: token.days })
        return true
      case 'zone':
        return this.#readAfterZone(token.minutes, token.daylight)
      case 'local-zone':
        return this.#readAfterLocalZone(token.isDst)
      case 't':
        return this.#readAfterT()
      default:
        return false
    }
  }

  // Shifts: `2 days`, `-1 month`, `next week`, `ago`.

  #pending: Relative = NO_SHIFT

  /** A unit; how many of it is known. The shift waits for {@link #readDirection}, or for {@link #applyShift}. */
  #readShift(count: bigint): boolean {
    const token = this.#peek()
    if (token.kind !== 'unit') return false
    this.#at += 1
    this.#pending = { ...NO_SHIFT, [token.unit satisfies TimeUnit]: long(count * token.count) }
    return true
  }

  #readDirection(): boolean {
    const token = this.#peek()
    if (token.kind === 'direction') this.#at += 1
    this.#shift(this.#pending, token.kind === 'direction' ? token.factor : 1n)
    return true
  }

  #shift(by: Relative, factor = 1n): void {
    const now = this.request.relative
    this.request.relative = {
      year: long(now.year + factor * by.year),
      month: long(now.month + factor * by.month),
      day: long(now.day + factor * by.day),
      hour: long(now.hour + factor * by.hour),
      minute: long(now.minute + factor * by.minute),
      second: long(now.second + factor * by.second),
      nanosecond: BigInt.asIntN(32, now.nanosecond + factor * by.nanosecond),
    }
    this.#seen.shifts = 1
  }

  #readDecimalSeconds({ seconds, nanoseconds }: DecimalNumber): boolean {
    const token = this.#peek()
    if (token.kind !== 'unit' || token.unit !== 'second') return false
    this.#at += 1
    this.#pending = { ...NO_SHIFT, second: seconds, nanosecond: nanoseconds }
    return this.#readDirection()
  }

  // Days and dates.

  #readWeekday(number: bigint): boolean {
    const token = this.#peek()
    if (token.kind !== 'weekday') return false
    this.#at += 1
    this.request.weekday = { day: token.day, number }
    this.#seen.days += 1
    return true
  }

  #setDate(month: bigint, day: bigint, year?: { readonly value: bigint; readonly digits: number }): true {
    this.request.month = month
    this.request.day = day
    if (year !== undefined) this.request.year = year
    this.#seen.dates += 1
    return true
  }

  /** `JUN 17`, `JUN 17, 1992`, `JUN-17-1992`. */
  #readAfterMonth(month: bigint): boolean {
    const signedDay = this.#takeNumber(true)
    if (signedDay !== undefined) {
      const year = this.#takeNumber(true)
      return year !== undefined && this.#setDate(month, long(-signedDay.value), negated(year))
    }
    const day = this.#takeNumber(false)
    if (day === undefined) return false
    if (!this.#skipSign(',')) return this.#setDate(month, day.value)
    const year = this.#takeNumber(false)
    return year !== undefined && this.#setDate(month, day.value, year)
  }

  /** What may follow a number without a sign; alone it is read by how many digits it has. */
  #readAfterNumber(first: WholeNumber): boolean {
    const token = this.#peek()
    switch (token.kind) {
      case 'meridian':
        this.#at += 1
        return this.#setTime(first.value, 0n, undefined, token.half)
      case 'month':
        this.#at += 1
        return this.#readDayMonth(first, token.month)
      case 'weekday':
        return this.#readWeekday(first.value)
      case 'unit':
        return this.#readShift(first.value) && this.#readDirection()
      case 'number':
        if (token.signed) return this.#readAfterSigned(first, token)
        break
      default:
        if (this.#skipSign(':')) return this.#readTime(first.value, true)
        if (this.#skipSign('/')) return this.#readSlashDate(first)
    }
    this.#readDigits(first)
    return true
  }

  /** `17 JUN`, `17 JUN 1992`, `17-JUN-1992`. */
  #readDayMonth(day: WholeNumber, month: bigint): true {
    const signedYear = this.#takeNumber(true)
    const year = signedYear === undefined ? this.#takeNumber(false) : negated(signedYear)
    return this.#setDate(month, day.value, year)
  }

  /** `6/17`, `6/17/92`, `1992/6/17`. */
  #readSlashDate(first: WholeNumber): boolean {
    const second = this.#takeNumber(false)
    if (second === undefined) return false
    if (!this.#skipSign('/')) return this.#setDate(first.value, second.value)
    const third = this.#takeNumber(false)
    if (third === undefined) return false
    return first.digits >= 4
      ? this.#setDate(second.value, third.value, first)
      : this.#setDate(first.value, second.value, third)
  }

  /** `1992-06-17`, `10 +0200`, `19920617 +2 days`. */
  #readAfterSigned(first: WholeNumber, signed: WholeNumber): boolean {
    this.#at += 1
    const day = this.#takeNumber(true)
    if (day !== undefined) {
      this.#setDate(long(-signed.value), long(-day.value), first)
      return this.#peek().kind === 't' ? this.#readIsoTime() : true
    }
    if (this.#readShift(signed.value)) {
      this.#readDigits(first)
      this.#shift(this.#pending)
      return true
    }
    return this.#readZoneOffset(signed) && this.#setTime(first.value, 0n)
  }

  /** The time behind the T of an ISO date. */
  #readIsoTime(): boolean {
    this.#at += 1
    const hour = this.#takeNumber(false)
    if (hour === undefined) return false
    if (this.#skipSign(':')) return this.#readTime(hour.value, false)
    const signed = this.#takeNumber(true)
    return signed !== undefined && this.#readZoneOffset(signed) && this.#setTime(hour.value, 0n)
  }

  /** A number that stands alone: a year, a date (`YYYYMMDD`, `YYMMDD`), or a time (`HH`, `HHMM`). */
  #readDigits(number: WholeNumber): void {
    const { value, digits } = number
    const { dates, times, shifts } = this.#seen
    const noYearYet = (this.request.year?.digits ?? 0) === 0
    if (dates > 0 && noYearYet && shifts === 0 && (times > 0 || digits > 2)) {
      this.request.year = number
    } else if (digits > 4) {
      this.#setDate((value / 100n) % 100n, value % 100n, { value: value / 10_000n, digits: digits - 4 })
    } else if (digits <= 2) this.#setTime(value, 0n)
    else this.#setTime(value / 100n, value % 100n)
  }

  // Times and zones.

  /** Minutes and what may follow them; the colon behind the hour is read. */
  #readTime(hour: bigint, mayBeHalf: boolean): boolean {
    const minute = this.#takeNumber(false)
    if (minute === undefined) return false
    let seconds: WholeNumber | DecimalNumber | undefined
    if (this.#skipSign(':')) {
      const token = this.#peek()
      if ((token.kind !== 'number' && token.kind !== 'decimal') || token.signed) return false
      this.#at += 1
      seconds = token
    }
    const token = this.#peek()
    if (mayBeHalf && token.kind === 'meridian') {
      this.#at += 1
      return this.#setTime(hour, minute.value, seconds, token.half)
    }
    const zone = this.#takeNumber(true)
    if (zone !== undefined && !this.#readZoneOffset(zone)) return false
    return this.#setTime(hour, minute.value, seconds)
  }

  #setTime(hour: bigint, minute: bigint, seconds?: WholeNumber | DecimalNumber, half?: 'am' | 'pm'): true {
    const second = seconds?.kind === 'number' ? seconds.value : (seconds?.seconds ?? 0n)
    const nanosecond = seconds?.kind === 'decimal' ? seconds.nanoseconds : 0n
    this.request.time = { hour, minute, second, nanosecond, half }
    this.#seen.times += 1
    return true
  }

  /** `+0200`, `+2`, `+02:00`; the number is read. */
  #readZoneOffset(number: WholeNumber, base = 0n): boolean {
    const minutes = this.#readColonMinutes()
    if (minutes === null) return false
    this.#seen.zones += 1
    this.request.zoneMinutes = long(base + this.#zoneMinutes(number, minutes))
    return true
  }

  /** `undefined` without a colon, `null` for a colon without minutes. */
  #readColonMinutes(): bigint | null | undefined {
    return this.#skipSign(':') ? (this.#takeNumber(false)?.value ?? null) : undefined
  }

  #zoneMinutes({ value, digits, negative }: WholeNumber, minutes: bigint | undefined): bigint {
    const hundreds = digits <= 2 ? long(value * 100n) : value
    const total =
      minutes === undefined
        ? (hundreds / 100n) * 60n + (hundreds % 100n)
        : long(value * 60n + (negative ? -minutes : minutes))
    // More than a day is refused, by counting as a second zone.
    if (total > 1440n || total < -1440n) this.#seen.zones += 1
    return total
  }

  /** `EST`, `EST DST`, `UTC+2`, `UTC +2 days`. */
  #readAfterZone(minutes: bigint, daylight: boolean): boolean {
    if (daylight) return this.#setZone(minutes + 60n)
    if (this.#peek().kind === 'dst') {
      this.#at += 1
      return this.#setZone(minutes + 60n)
    }
    const signed = this.#takeNumber(true)
    if (signed === undefined) return this.#setZone(minutes)
    if (!this.#readShift(signed.value)) return this.#readZoneOffset(signed, minutes)
    this.#shift(this.#pending)
    return this.#setZone(minutes)
  }

  /** `CET`, `CET DST` where that is the local zone. */
  #readAfterLocalZone(isDst: boolean | undefined): true {
    const isSummer = this.#peek().kind === 'dst'
    if (isSummer) this.#at += 1
    this.request.isDst = isSummer ? true : isDst
    this.#seen.summers += (isDst === true ? 1 : 0) + (isSummer ? 1 : 0)
    this.#seen.localZones += 1
    return true
  }

  /** The letter T as a zone, seven hours east. */
  #readAfterT(): boolean {
    const signed = this.#takeNumber(true)
    if (signed !== undefined) {
      if (!this.#readShift(signed.value)) return false
      this.#shift(this.#pending)
    }
    return this.#setZone(420n)
  }

  #setZone(minutes: bigint): true {
    this.request.zoneMinutes = minutes
    this.#seen.zones += 1
    return true
  }
}

function negated({ value, digits }: WholeNumber): { readonly value: bigint; readonly digits: number } {
  return { value: long(-value), digits }
}
