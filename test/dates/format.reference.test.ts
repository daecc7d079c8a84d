// Dates as GLib formats them, in UTC and by local clocks.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIsoLocal, formatIsoUtc, formatLocalDate, formatUtcDate } from '../../src/dates/format.ts'
import { loadTimeZone } from '../../src/dates/load-zone.ts'
import { UTC } from '../../src/dates/time-zone.ts'
import { isOstreeError } from '../../src/errors.ts'
import { REFERENCE_ROOT, testInsideReference } from '../reference.ts'
import { referencePython } from '../reference-python.ts'
import { seedOr } from '../seed.ts'

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kolkata',
  'Africa/Monrovia',
  'Australia/Lord_Howe',
  '<+02>-2',
]

test('dates before 1970 are stored as large numbers; a year is not padded', () => {
  expect(formatUtcDate(2n ** 64n - 1n)).toBe('1969-12-31 23:59:59 +0000')
  expect(formatUtcDate(-62135596800n)).toBe('1-01-01 00:00:00 +0000')
  expect(formatIsoUtc(253402300800n)).toBe('invalid')
  expect(formatIsoLocal(0n, UTC)).toBe('1970-01-01T00:00:00+00')
})

/** What GLib gives no text for is an error or `invalid` here. */
const textOrNull = (call: () => string): string | null => {
  try {
    const text = call()
    return text === 'invalid' ? null : text
  } catch (error) {
    if (isOstreeError(error, 'FAILED')) return null
    throw error
  }
}

for (const tz of ZONES) {
  testInsideReference(`700 moments in ${tz}: the texts of GLib`, async () => {
    const near = fc.bigInt({ min: -3_000_000_000n, max: 5_000_000_000n })
    // Local clocks end with the year 2999 in GLib: from then on there is no summer time. We go on as the C library does.
    const any = fc.bigInt({ min: -62_135_596_800n, max: tz === 'UTC' ? 253_402_300_799n : 32_000_000_000n })
    const edge = fc.constantFrom(-62_135_596_801n, -62_135_596_800n, 253_402_300_799n, 253_402_300_800n, 2n ** 63n - 1n)
    const moments = fc.sample(fc.oneof({ weight: 8, arbitrary: near }, { weight: 2, arbitrary: any }, edge), {
      numRuns: 700,
      seed: seedOr(5),
    })
    const zone = await loadTimeZone(tz, (path) => readZone(path))
    const ours = moments.map((seconds) => [
      textOrNull(() => formatUtcDate(BigInt.asUintN(64, seconds))),
      textOrNull(() => formatIsoUtc(seconds)),
      textOrNull(() => formatIsoLocal(seconds, zone)),
      textOrNull(() => formatLocalDate(seconds, zone)),
    ])
    const theirs = await referencePython(new URL('reference.py', import.meta.url), moments.map(String), { TZ: tz })
    expect(ours).toEqual(theirs)
  })
}

/** The zone files of the reference's root, so that both sides read the same. */
function readZone(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(join(REFERENCE_ROOT, path)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
