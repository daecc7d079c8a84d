// Packets that are no signatures and stand among some: what GnuPG makes of each, observed one by one.

import { parseKey } from './key-packet.ts'
import { type Packet, TAG } from './packets.ts'

/**
 * `ignored`: as if it were not there. `broken`: nothing can be read. `unexpected`: nothing is read, in other words.
 * `message`: this is no detached signature any more, and none counts.
 */
export type ForeignPacket = 'ignored' | 'broken' | 'unexpected' | 'message'

const MAX_USER_ID_BYTES = 2048
const MAX_SESSION_KEY_BYTES = 200
const CONTROL_TAG = 63
const MARKER_TAG = 10
const MDC_TAG = 19

export async function judgeForeignPacket(packet: Packet): Promise<ForeignPacket> {
  const { tag, declaredBytes, isOpen } = packet
  const [version = 0xff] = packet.body
  const unexpectedIf = (sound: boolean) => (sound ? 'unexpected' : 'broken')
  switch (tag) {
    case TAG.publicKeyEncrypted:
      return unexpectedIf(declaredBytes >= 12 && (version === 2 || version === 3))
    case TAG.symmetricKeyEncrypted:
      return unexpectedIf(declaredBytes >= 4 && declaredBytes <= MAX_SESSION_KEY_BYTES && version === 4)
    case TAG.encrypted:
      return unexpectedIf(isOpen || declaredBytes === 0 || declaredBytes >= 10)
    case TAG.encryptedIntegrity:
      return unexpectedIf(version === 1 && (isOpen || declaredBytes >= 11))
    case TAG.encryptedAead:
      return unexpectedIf(version === 1 && (isOpen || declaredBytes >= 19))
    case TAG.userId:
    case TAG.userAttribute:
      return unexpectedIf(declaredBytes <= MAX_USER_ID_BYTES || tag === TAG.userAttribute)
    case TAG.publicKey:
    case TAG.secretKey:
      return judgeKey(packet, 'unexpected')
    case TAG.publicSubkey:
    case TAG.secretSubkey:
      return judgeKey(packet, 'ignored')
    case TAG.onePassSignature:
      return declaredBytes >= 13 && version === 3 ? 'message' : 'broken'
    case TAG.literal:
      return isOpen || declaredBytes >= 6 ? 'message' : 'broken'
    case TAG.compressed:
      return 'message' // GnuPG would look inside
    case MARKER_TAG:
      return declaredBytes === 3 && String.fromCharCode(...packet.body) === 'PGP' ? 'ignored' : 'broken'
    case MDC_TAG:
      return declaredBytes === 20 && (packet.bytes[0]! & 0x40) !== 0 ? 'ignored' : 'broken'
    case CONTROL_TAG:
      return 'broken'
    default:
      return 'ignored'
  }
}

async function judgeKey({ body, declaredBytes }: Packet, sound: ForeignPacket): Promise<ForeignPacket> {
  if (body[0] === 4 && declaredBytes < 12) return 'broken'
  const key = await parseKey(body, true)
  if (key === 'invalid') return 'broken'
  return key === 'unknown-version' ? 'ignored' : sound
}
