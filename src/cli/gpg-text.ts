// OpenPGP signatures and keys as the commands print them.

import { formatLocalDate } from '../dates/format.ts'
import { hostTimeZone } from '../dates/host-time.ts'
import type { TimeZone } from '../dates/time-zone.ts'
import type { Platform } from '../platform/types.ts'
import type { Certificate, CertifiedKey, CertifiedUserId } from '../sign/openpgp/certificate.ts'
import type { GpgSignature } from '../sign/openpgp/verify.ts'
import type { Output } from './output.ts'

/** `Found 1 signature:`, then a paragraph for each. */
export async function printGpgSignatures(
  platform: Platform,
  out: Output,
  signatures: readonly GpgSignature[],
  where = '',
): Promise<void> {
  await printParagraphs(platform, out, signatures, `Found ${counted(signatures)}${where}:`)
}

/** The same of what was verified because a remote's config demands it. */
export async function printGpgVerification(
  platform: Platform,
  out: Output,
  signatures: readonly GpgSignature[],
): Promise<void> {
  await printParagraphs(platform, out, signatures, `GPG: Verification enabled, found ${counted(signatures)}:`)
}

const counted = ({ length }: readonly GpgSignature[]) => `${length} signature${length === 1 ? '' : 's'}`

async function printParagraphs(
  platform: Platform,
  out: Output,
  signatures: readonly GpgSignature[],
  title: string,
): Promise<void> {
  const { describeSignature } = await import('../sign/openpgp/describe.ts')
  const zone = await hostTimeZone(platform)
  out.line(title)
  for (const signature of signatures) {
    out.line('')
    for (const line of describeSignature(signature, zone)) out.line(`  ${line}`)
  }
}

export function importedText(remote: string, count: number): string {
  return `Imported ${count} GPG key${count === 1 ? '' : 's'} to remote "${remote}"`
}

/** A key with its user ids, where their updates are, and its subkeys. */
export async function gpgKeyLines(certificate: Certificate, zone: TimeZone): Promise<string[]> {
  const { listedUserIds } = await import('../sign/openpgp/keyring.ts')
  const { userIdText, parseUserId } = await import('../sign/openpgp/user-id.ts')
  const { directoryUrls } = await import('../sign/openpgp/web-key-directory.ts')
  const lines = keyLines(certificate.primary, { title: 'Key', indent: '' }, zone)
  const { primary } = certificate
  for (const userId of listedUserIds(certificate)) {
    const text = userIdText(userId.body)
    const { address } = parseUserId(text)
    const urls = address === null ? { advanced: '', direct: '' } : await directoryUrls(address)
    lines.push(`  UID: ${text}${userIdState(userId, primary)}`)
    lines.push(`  Advanced update URL: ${urls.advanced}`, `  Direct update URL: ${urls.direct}`)
  }
  for (const subkey of certificate.subkeys) lines.push(...keyLines(subkey, { title: 'Subkey', indent: '  ' }, zone))
  return lines
}

/** What is wrong with the key is wrong with all of its names, where nothing is wrong with them themselves. */
function userIdState(userId: CertifiedUserId, primary: CertifiedKey): string {
  if (userId.revoked) return ' (revoked)'
  if (userId.expired) return ''
  return keyState(primary)
}

function keyState({ valid, revoked }: CertifiedKey): string {
  if (!valid) return ' (invalid)'
  return revoked ? ' (revoked)' : ''
}

function keyLines(
  certified: CertifiedKey,
  { title, indent }: { readonly title: string; readonly indent: string },
  zone: TimeZone,
): string[] {
  const { key, expired, expiresAt } = certified
  const state = keyState(certified)
  const lines = [`${indent}${title}: ${key.fingerprint}${state}`]
  lines.push(`${indent}  Created: ${formatLocalDate(BigInt(key.createdAt), zone)}`)
  if (expiresAt === 0) return lines
  // A key that is revoked or invalid is not told to have expired.
  const word = state === '' && expired ? 'Expired' : 'Expires'
  return [...lines, `${indent}  ${word}: ${formatLocalDate(BigInt(expiresAt), zone)}`]
}
