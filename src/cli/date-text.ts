// Times in the commands' output, in UTC.

import { OstreeError } from '../errors.ts'

/** The last second of the year 9999, where GLib's calendar ends. */
const LAST_SECOND = 253402300799n

/** `2026-01-02T03:04:05Z`; `invalid` beyond the year 9999. */
export function isoText(seconds: bigint): string {
  return seconds > LAST_SECOND ? 'invalid' : `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`
}

/** `2026-01-02 03:04:05 +0000`. @throws {@link OstreeError} `FAILED` beyond the year 9999 */
export function utcText(seconds: bigint): string {
  if (seconds > LAST_SECOND) throw new OstreeError('FAILED', { reason: `Invalid timestamp: ${seconds}` })
  const text = new Date(Number(seconds) * 1000).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)} +0000`
}
