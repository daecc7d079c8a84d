import { expect, test } from 'vitest'
import { parseTimestamp, zoneInText } from '../../src/dates/parse-timestamp.ts'
import { parsePosixZone } from '../../src/dates/posix-zone.ts'
import { UTC } from '../../src/dates/time-zone.ts'
import { isOstreeError } from '../../src/errors.ts'

/** 2023-11-14 22:13:20 UTC, a Tuesday. */
const NOW = 1_700_000_000n
const BERLIN = parsePosixZone('CET-1CEST,M3.5.0,M10.5.0/3')
const NEW_YORK = parsePosixZone('EST5EDT,M3.2.0,M11.1.0')

const utc = (text: string): string =>
  new Date(Number(parseTimestamp(text, { now: NOW, zone: UTC })) * 1000).toISOString()
const inZone = (text: string, zone = BERLIN): string =>
  new Date(Number(parseTimestamp(text, { now: NOW, zone })) * 1000).toISOString()

test('absolute dates', () => {
  expect(utc('2005-10-29 12:43:29 +0000')).toBe('2005-10-29T12:43:29.000Z')
  expect(utc('Sun, 29 Feb 2004 16:21:42 -0800')).toBe('2004-03-01T00:21:42.000Z')
  expect(utc('@1234567890')).toBe('2009-02-13T23:31:30.000Z')
  expect(utc('2024-05-05T01:02:03Z')).toBe('2024-05-05T01:02:03.000Z')
  expect(utc('10/29/05 3:15 p.m.')).toBe('2005-10-29T15:15:00.000Z')
  expect(utc('17-JUN-1992')).toBe('1992-06-17T00:00:00.000Z')
  expect(utc('20240505 1030')).toBe('2024-05-05T10:30:00.000Z')
})

test('dates that count from now', () => {
  expect(utc('now')).toBe('2023-11-14T22:13:20.000Z')
  expect(utc('yesterday')).toBe('2023-11-13T22:13:20.000Z')
  expect(utc('2 days ago')).toBe('2023-11-12T22:13:20.000Z')
  expect(utc('last monday')).toBe('2023-11-13T00:00:00.000Z')
  expect(utc('next week 12:00')).toBe('2023-11-21T12:00:00.000Z')
  expect(utc('1 month ago 2 days')).toBe('2023-10-16T22:13:20.000Z')
  expect(utc('')).toBe('2023-11-14T00:00:00.000Z')
})

test('local clocks: summer time, names of the zone, hours that are skipped or shown twice', () => {
  expect(inZone('2024-07-01 12:00')).toBe('2024-07-01T10:00:00.000Z')
  expect(inZone('2024-01-01 12:00')).toBe('2024-01-01T11:00:00.000Z')
  expect(inZone('2024-10-27 02:30 CEST')).toBe('2024-10-27T00:30:00.000Z')
  expect(inZone('2024-10-27 02:30 CET')).toBe('2024-10-27T01:30:00.000Z')
  expect(inZone('2024-03-31 02:30 +0000')).toBe('2024-03-31T02:30:00.000Z')
  expect(() => inZone('2024-03-31 02:30')).toThrow("Could not parse '2024-03-31 02:30'")
  // Now is winter, and a shift of months keeps that: noon is shown an hour later in summer.
  expect(inZone('5 months', NEW_YORK)).toBe('2024-04-14T22:13:20.000Z')
})

test('a zone in front of the date', () => {
  expect(zoneInText(' TZ="Europe/Berlin" 12:00')).toEqual({ tz: 'Europe/Berlin', rest: ' 12:00' })
  expect(zoneInText('TZ="a\\"b" x')).toEqual({ tz: 'a"b', rest: ' x' })
  expect(zoneInText('TZ="open')).toBeUndefined()
  expect(utc('TZ="XXX-3" 2024-01-01 12:00')).toBe('2024-01-01T09:00:00.000Z')
})

test('a time before 1970 is large, as a commit stores it', () => {
  expect(parseTimestamp('@-1', { now: NOW, zone: UTC })).toBe(2n ** 64n - 1n)
})

test('what is no date is refused in the words of the reference', () => {
  for (const text of [
    'tuesday wednesday',
    '25:00',
    '2024-02-30',
    'xyz',
    '@',

    '99999999999999999999',
    '2024-05-05T10',
  ]) {
    try {
      parseTimestamp(text, { now: NOW, zone: UTC })
      expect.unreachable(text)
    } catch (error) {
      if (!isOstreeError(error, 'INVALID_ARGUMENT')) throw error
      expect(error.message).toBe(`Could not parse '${text}'`)
    }
  }
})
