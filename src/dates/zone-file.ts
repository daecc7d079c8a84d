// Compiled time zones, the files below /usr/share/zoneinfo. Facts: RFC 9636, and the C library as observed.

import { parsePosixZone } from './posix-zone.ts'
import type { TimeZone, ZoneMoment } from './time-zone.ts'

const HEADER_BYTES = 44
/** More than any zone has; a count beyond it is a broken file. */
const MAX_COUNT = 100_000

interface Header {
  readonly version: number
  readonly isUtcCount: number
  readonly isStdCount: number
  readonly leapCount: number
  readonly timeCount: number
  readonly typeCount: number
  readonly charCount: number
}

/** The zone that a file holds; `undefined` where the bytes are no such file. */
export function parseZoneFile(bytes: Uint8Array): TimeZone | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = readHeader(view, 0)
  if (first === undefined) return undefined
  if (first.version === 0) return readBlock(view, HEADER_BYTES, first, 4, '')
  const second = HEADER_BYTES + blockBytes(first, 4)
  const header = readHeader(view, second)
  if (header === undefined) return undefined
  const start = second + HEADER_BYTES
  const footer = new TextDecoder().decode(bytes.subarray(start + blockBytes(header, 8)))
  return readBlock(view, start, header, 8, /^\n([^\n]*)\n/.exec(footer)?.[1] ?? '')
}

function readHeader(view: DataView, at: number): Header | undefined {
  if (view.byteLength < at + HEADER_BYTES || view.getUint32(at) !== 0x545a6966) return undefined
  const count = (index: number): number => view.getUint32(at + 20 + 4 * index)
  const header = {
    version: view.getUint8(at + 4),
    isUtcCount: count(0),
    isStdCount: count(1),
    leapCount: count(2),
    timeCount: count(3),
    typeCount: count(4),
    charCount: count(5),
  }
  const { version: _, ...counts } = header
  const sane = Object.values(counts).every((number) => number <= MAX_COUNT) && header.typeCount > 0
  return sane ? header : undefined
}

function blockBytes(header: Header, timeBytes: number): number {
  const { timeCount, typeCount, charCount, leapCount, isStdCount, isUtcCount } = header
  return timeCount * (timeBytes + 1) + typeCount * 6 + charCount + leapCount * (timeBytes + 4) + isStdCount + isUtcCount
}

function readBlock(view: DataView, at: number, header: Header, timeBytes: 4 | 8, rule: string): TimeZone | undefined {
  const { timeCount, typeCount } = header
  if (view.byteLength < at + blockBytes(header, timeBytes)) return undefined
  const times = Array.from({ length: timeCount }, (_, i) =>
    timeBytes === 8 ? view.getBigInt64(at + 8 * i) : BigInt(view.getInt32(at + 4 * i)),
  )
  const indexesAt = at + timeBytes * timeCount
  const typesAt = indexesAt + timeCount
  const namesAt = typesAt + 6 * typeCount
  const types = Array.from({ length: typeCount }, (_, i): ZoneMoment => {
    const at = typesAt + 6 * i
    return {
      offsetSeconds: view.getInt32(at),
      isDst: view.getUint8(at + 4) !== 0,
      name: readName(view, namesAt + view.getUint8(at + 5)),
    }
  })
  const moments = Array.from({ length: timeCount }, (_, i) => types[view.getUint8(indexesAt + i)])
  if (moments.includes(undefined)) return undefined
  // Before the first change the first type without summer time holds.
  const earliest = types.find((type) => !type.isDst) ?? types[0]
  const later = rule === '' ? undefined : parsePosixZone(rule)
  if (earliest === undefined) return undefined
  return {
    at(seconds) {
      const index = lastAtOrBefore(times, seconds)
      if (index < 0) return earliest
      return (index === times.length - 1 ? later?.at(seconds) : undefined) ?? moments[index] ?? earliest
    },
  }
}

/** The characters up to a NUL, or the end. */
function readName(view: DataView, start: number): string {
  let name = ''
  for (let at = start; at < view.byteLength && view.getUint8(at) !== 0; at++)
    name += String.fromCharCode(view.getUint8(at))
  return name
}

/** The index of the last time that is not after `seconds`; -1 where all are. */
function lastAtOrBefore(times: readonly bigint[], seconds: bigint): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0n) <= seconds) low = middle + 1
    else high = middle
  }
  return low - 1
}
