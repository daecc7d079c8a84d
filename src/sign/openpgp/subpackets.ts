// The subpackets of a signature. Facts: RFC 4880 section 5.2.3; which ones count as understood: GnuPG as observed.

export const SUBPACKET = {
  created: 2,
  signatureExpires: 3,
  exportable: 4,
  keyExpires: 9,
  revocationKey: 12,
  issuer: 16,
  notation: 20,
  primaryUserId: 25,
  keyFlags: 27,
  embeddedSignature: 32,
  issuerFingerprint: 33,
  keyBlock: 38,
} as const

export interface Subpacket {
  readonly type: number
  readonly critical: boolean
  readonly body: Uint8Array
}

/** The subpackets of one area; `'malformed'` ends them where one does not fit. */
export function* subpacketsOf(area: Uint8Array): Generator<Subpacket | 'malformed'> {
  let at = 0
  while (at < area.length) {
    const length = lengthAt(area, at)
    if (length === undefined || length.bytes === 0 || length.start + length.bytes > area.length) {
      yield 'malformed'
      return
    }
    const first = area[length.start]!
    const end = length.start + length.bytes
    yield { type: first & 0x7f, critical: first >= 0x80, body: area.subarray(length.start + 1, end) }
    at = end
  }
}

function lengthAt(area: Uint8Array, at: number): { readonly start: number; readonly bytes: number } | undefined {
  const first = area[at]!
  if (first < 192) return { start: at + 1, bytes: first }
  if (first < 255) {
    const second = area[at + 1]
    return second === undefined ? undefined : { start: at + 2, bytes: (first - 192) * 256 + second + 192 }
  }
  if (at + 5 > area.length) return undefined
  return { start: at + 5, bytes: numberOf(area.subarray(at + 1, at + 5)) }
}

/** The bodies of all subpackets of a type that are long enough to mean something. */
export function* bodiesOf(area: Uint8Array, type: number): Generator<Uint8Array> {
  for (const subpacket of subpacketsOf(area)) {
    if (subpacket === 'malformed') return
    if (subpacket.type !== type) continue
    if (!isLongEnough(type, subpacket.body)) return
    yield subpacket.body
  }
}

export function bodyOf(area: Uint8Array, type: number): Uint8Array | undefined {
  return bodiesOf(area, type).next().value ?? undefined
}

const MINIMUM_BYTES: Readonly<Record<number, number>> = {
  [SUBPACKET.created]: 4,
  [SUBPACKET.signatureExpires]: 4,
  [SUBPACKET.exportable]: 1,
  [SUBPACKET.keyExpires]: 4,
  [SUBPACKET.revocationKey]: 22,
  [SUBPACKET.issuer]: 8,
  [SUBPACKET.embeddedSignature]: 1,
  [SUBPACKET.issuerFingerprint]: 21,
}

function isLongEnough(type: number, body: Uint8Array): boolean {
  if (type === SUBPACKET.primaryUserId) return body.length === 1
  return body.length >= (MINIMUM_BYTES[type] ?? 0)
}

/** What may be marked critical without making a signature bad. */
const UNDERSTOOD: readonly number[] = [2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 21, 22, 24, 25, 26, 27, 29, 30, 32, 33]
const UNDERSTOOD_NOTATIONS: readonly string[] = ['preferred-email-encoding@pgp.com', 'pka-address@gnupg.org']

/** True where an area is malformed, or holds something critical that nobody here understands. */
export function hasUnknownCritical(area: Uint8Array): boolean {
  for (const subpacket of subpacketsOf(area)) {
    if (subpacket === 'malformed') return true
    if (subpacket.critical && !isUnderstood(subpacket)) return true
  }
  return false
}

function isUnderstood({ type, body }: Subpacket): boolean {
  if (type === SUBPACKET.keyBlock) return body[0] === 0
  if (type !== SUBPACKET.notation) return UNDERSTOOD.includes(type)
  if (body.length < 8) return false
  const nameBytes = numberOf(body.subarray(4, 6))
  if (body.length - 8 < nameBytes) return false
  return UNDERSTOOD_NOTATIONS.includes(String.fromCharCode(...body.subarray(8, 8 + nameBytes).slice(0, 64)))
}

export function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}
