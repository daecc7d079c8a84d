// Times in the commands' output.

import { OstreeError } from '../errors.ts'

/** The last second of the year 9999, where GLib's calendar ends. */
const LAST_SECOND = 253402300799n

/** Local time, with as much of its offset as is not zero: `2026-01-02T03:04:05+00`; `invalid` beyond the year 9999. */
export function isoText(seconds: bigint): string {
  if (seconds > LAST_SECOND) return 'invalid'
  const time = new Date(Number(seconds) * 1000)
  const offsetMinutes = -time.getTimezoneOffset()
  const local = new Date(time.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const size = Math.abs(offsetMinutes)
  const minutes = size % 60 === 0 ? '' : `:${two(size % 60)}`
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(size / 60)}${minutes}`
}

/** UTC: `2026-01-02 03:04:05 +0000`. @throws {@link OstreeError} `FAILED` beyond the year 9999 */
export function utcText(seconds: bigint): string {
  if (seconds > LAST_SECOND) throw new OstreeError('FAILED', { reason: `Invalid timestamp: ${seconds}` })
  const text = new Date(Number(seconds) * 1000).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000`
}
