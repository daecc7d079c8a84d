import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadTimeZone } from '../../src/dates/load-zone.ts'
import { parsePosixZone } from '../../src/dates/posix-zone.ts'
import { UTC } from '../../src/dates/time-zone.ts'
import { parseZoneFile } from '../../src/dates/zone-file.ts'

const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0))
const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const i64 = (value: bigint): number[] =>
  Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(56 - 8 * i)) & 255n))

/** A version 2 file: an empty old block, one change at the start of 1980, and a rule for later. */
function zoneFile(rule: string): Uint8Array {
  const header = (times: number, types: number, characters: number): number[] => [
    ...ascii('TZif2'),
    ...Array<number>(15).fill(0),
    ...[0, 0, 0, times, types, characters].flatMap(u32),
  ]
  const oldBlock = [...header(0, 1, 4), ...u32(0), 0, 0, ...ascii('UTC\0')]
  const types = [...u32(-1800 >>> 0), 0, 0, ...u32(3600), 0, 4, ...u32(7200), 1, 8]
  const block = [...header(2, 3, 13), ...i64(0n), ...i64(315_532_800n), 2, 1, ...types, ...ascii('LMT\0CET\0CEST\0')]
  return Uint8Array.from([...oldBlock, ...block, ...ascii(`\n${rule}\n`)])
}

test('a zone file: before its first change, between changes, and by its rule', () => {
  const zone = parseZoneFile(zoneFile('CET-1CEST,M3.5.0,M10.5.0/3'))
  expect(zone?.at(-1n)).toEqual({ offsetSeconds: -1800, isDst: false, name: 'LMT' })
  expect(zone?.at(0n)).toEqual({ offsetSeconds: 7200, isDst: true, name: 'CEST' })
  expect(zone?.at(315_532_800n)).toEqual({ offsetSeconds: 3600, isDst: false, name: 'CET' })
  expect(zone?.at(1_720_000_000n)).toEqual({ offsetSeconds: 7200, isDst: true, name: 'CEST' })
  expect(parseZoneFile(zoneFile(''))?.at(1_720_000_000n).name).toBe('CET')
})

test('a file that is cut short or damaged is no zone, or one that still answers', () => {
  const whole = zoneFile('CET-1CEST,M3.5.0,M10.5.0/3')
  for (let length = 0; length < whole.length - 30; length++) {
    expect(parseZoneFile(whole.subarray(0, length)), `${length} bytes`).toBeUndefined()
  }
  fc.assert(
    fc.property(
      fc.nat({ max: whole.length - 1 }),
      fc.nat({ max: 255 }),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      (at, byte, seconds) => {
        const damaged = whole.slice()
        damaged[at] = byte
        expect(typeof (parseZoneFile(damaged)?.at(seconds).offsetSeconds ?? 0)).toBe('number')
      },
    ),
    { numRuns: 2000 },
  )
})

test('zones written out', () => {
  const offsetAt = (text: string, seconds: bigint): number => parsePosixZone(text).at(seconds).offsetSeconds
  expect(offsetAt('<+0330>-3:30', 0n)).toBe(12_600)
  expect(offsetAt('EST5EDT', 1_720_000_000n)).toBe(-14_400)
  expect(offsetAt('AAA-1BBB-3,J60/0,300/24', 1_720_000_000n)).toBe(10_800)
  // The southern half: summer time over the turn of the year.
  expect(offsetAt('AEST-10AEDT,M10.1.0,M4.1.0/3', 1_704_067_200n)).toBe(39_600)
  expect(parsePosixZone('Nonsense/Zone').at(0n)).toEqual({ offsetSeconds: 0, isDst: false, name: 'Nonsense' })
})

test('which zone TZ means', async () => {
  const asked: string[] = []
  const read = (path: string): undefined => {
    asked.push(path)
  }
  expect(await loadTimeZone('', read)).toBe(UTC)
  expect(await loadTimeZone(undefined, read)).toBe(UTC)
  expect((await loadTimeZone(':Xyz-2', read)).at(0n).offsetSeconds).toBe(7200)
  await loadTimeZone('/etc/zone', read)
  await loadTimeZone('A/B', read, '/zones')
  expect(asked).toEqual(['/etc/localtime', '/usr/share/zoneinfo/Xyz-2', '/etc/zone', '/zones/A/B'])
  expect((await loadTimeZone('A/B', () => zoneFile(''))).at(0n).name).toBe('CEST')
})
