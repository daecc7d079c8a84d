// The time zone that the environment asks for. Facts: tzset(3), and the C library as observed.

import type { Awaitable } from '../operation.ts'
import { parsePosixZone } from './posix-zone.ts'
import { type TimeZone, UTC } from './time-zone.ts'
import { parseZoneFile } from './zone-file.ts'

const ZONE_FOLDER = '/usr/share/zoneinfo'
const LOCAL_ZONE = '/etc/localtime'

/**
 * The time zone that a C program would use.
 * @param tz - The environment's `TZ`; `undefined` where it is not set, which means the machine's own zone.
 * @param readFile - Reads zone files by their absolute path; `undefined` where there is none.
 * @param folder - The environment's `TZDIR`.
 */
export async function loadTimeZone(
  tz: string | undefined,
  readFile: (path: string) => Awaitable<Uint8Array | undefined>,
  folder = ZONE_FOLDER,
): Promise<TimeZone> {
  const name = tz?.startsWith(':') ? tz.slice(1) : tz
  if (name === '') return UTC
  const path = name === undefined ? LOCAL_ZONE : name.startsWith('/') ? name : `${folder}/${name}`
  const bytes = path.includes('\0') ? undefined : await readFile(path)
  const zone = bytes === undefined ? undefined : parseZoneFile(bytes)
  return zone ?? (name === undefined ? UTC : parsePosixZone(name))
}
