// `Range: bytes=…` of a request.

export interface ByteRange {
  readonly start: number
  /** The first byte that is not sent. */
  readonly end: number
}

/**
 * The one range that is asked for; `unsatisfiable` where it lies behind the end. `null` where the header is to be left
 * aside: other units, several ranges, and whatever is malformed.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | null {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const count = Math.min(Number(last), sizeBytes)
    return count === 0 ? 'unsatisfiable' : { start: sizeBytes - count, end: sizeBytes }
  }
  if (last !== '' && Number(last) < Number(first)) return null
  if (Number(first) >= sizeBytes) return 'unsatisfiable'
  return { start: Number(first), end: last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) }
}
