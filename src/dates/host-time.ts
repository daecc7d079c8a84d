// Dates with the clock and the time zone of the running machine.

import { isIoError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import { loadTimeZone } from './load-zone.ts'
import { parseTimestamp, zoneInText } from './parse-timestamp.ts'
import type { TimeZone } from './time-zone.ts'

/**
 * The zone of the environment's `TZ`, or the machine's.
 * @param tz - A zone to take instead, written as `TZ` is.
 */
export function hostTimeZone(platform: Platform, tz = platform.environment('TZ')): Promise<TimeZone> {
  const readFile = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return await platform.fs.tryReadFile(path)
    } catch (error) {
      // What cannot be read (a folder, for one) is no zone: the name is then taken for a description, as in C.
      if (isIoError(error)) return undefined
      throw error
    }
  }
  return loadTimeZone(tz, readFile, platform.environment('TZDIR'))
}

/**
 * {@link parseTimestamp} for a date that a person gives to a command.
 * @param nowMs - Milliseconds since the epoch; default: now.
 */
export async function parseHostTimestamp(platform: Platform, text: string, nowMs = Date.now()): Promise<bigint> {
  const zone = await hostTimeZone(platform)
  const named = zoneInText(text)
  const zoneOfText = named && (await hostTimeZone(platform, named.tz))
  const seconds = Math.floor(nowMs / 1000)
  const nowNanoseconds = Math.floor(nowMs - seconds * 1000) * 1_000_000
  return parseTimestamp(text, { now: BigInt(seconds), nowNanoseconds, zone, zoneOfText })
}
