// What the reference says of a signature, line by line. Facts: `ostree show`, observed.

import { formatLocalDate } from '../../dates/format.ts'
import type { TimeZone } from '../../dates/time-zone.ts'
import type { GpgSignature } from './verify.ts'

/** Lines without their ends. */
export function describeSignature(signature: GpgSignature, zone: TimeZone): string[] {
  const { fingerprint, primaryFingerprint } = signature
  const made = formatLocalDate(BigInt(signature.timestamp), zone)
  const lines = [`Signature made ${made} using ${signature.publicKeyAlgorithm} key ID ${fingerprint.slice(-16)}`]
  lines.push(judgement(signature))
  const bySubkey = fingerprint !== primaryFingerprint
  if (!signature.keyMissing && bySubkey) lines.push(`Primary key ID ${primaryFingerprint.slice(-16)}`)
  const { signatureExpired, keyExpired } = signature
  lines.push(...expiry('Signature', signature.expiryTimestamp, signatureExpired, zone))
  lines.push(...expiry('Key', signature.keyExpiryTimestamp, keyExpired, zone))
  if (bySubkey) lines.push(...expiry('Primary key', signature.primaryKeyExpiryTimestamp, keyExpired, zone))
  return lines
}

function judgement({ keyMissing, valid, keyRevoked, signatureExpired, userName, userEmail }: GpgSignature): string {
  if (keyMissing) return "Can't check signature: public key not found"
  const from = `from "${userName} <${userEmail}>"`
  if (valid) return `Good signature ${from}`
  if (keyRevoked) return 'Key revoked'
  return signatureExpired ? `Expired signature ${from}` : `BAD signature ${from}`
}

function expiry(what: string, timestamp: number, expired: boolean, zone: TimeZone): string[] {
  if (timestamp <= 0) return []
  return [`${what} ${expired ? 'expired' : 'expires'} ${formatLocalDate(BigInt(timestamp), zone)}`]
}
