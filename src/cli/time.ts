// Times that a person types, with the clock and the time zone of this machine.

import { loadTimeZone } from '../dates/load-zone.ts'
import { parseTimestamp, zoneInText } from '../dates/parse-timestamp.ts'
import type { Platform } from '../platform/types.ts'

/** @returns Seconds since the epoch, in 64 bits without a sign. @throws {@link OstreeError} `INVALID_ARGUMENT` */
export async function parseTime(platform: Platform, text: string): Promise<bigint> {
  const load = (tz: string | undefined) =>
    loadTimeZone(tz, (path) => platform.fs.tryReadFile(path), platform.environment('TZDIR'))
  const named = zoneInText(text)
  const milliseconds = Date.now()
  return parseTimestamp(text, {
    now: BigInt(Math.floor(milliseconds / 1000)),
    nowNanoseconds: (milliseconds % 1000) * 1_000_000,
    zone: await load(platform.environment('TZ')),
    zoneOfText: named === undefined ? undefined : await load(named.tz),
  })
}
