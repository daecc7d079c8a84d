// What a key's own signatures say of it: which parts are valid, until when, what for, and what was taken back.
// Facts: GnuPG, as observed and as its public source has it.

import { toHex } from '../../bytes/hex.ts'
import { USAGE, usageOf } from './algorithms.ts'
import { certifiedData, checkSignature, isOutOfTime, refusedAlgorithm, type SigningKey } from './check-signature.ts'
import type { KeyBlock, SubkeyComponent, UserIdComponent } from './key-block.ts'
import type { KeyPacket } from './key-packet.ts'
import { comparePrimary, type DatedUserId } from './primary-user-id.ts'
import { type CertifyOptions, type SelfSignatures, selfSignatures } from './self-signatures.ts'
import { numberIn, parseSignature, SIGNATURE_CLASS, type SignaturePacket } from './signature-packet.ts'
import { bodiesOf, bodyOf, SUBPACKET } from './subpackets.ts'

export interface CertifiedKey extends SigningKey {
  /** Bound by a signature that holds. */
  readonly valid: boolean
  readonly revoked: boolean
  readonly expired: boolean
  /** 0: never. */
  readonly expiresAt: number
  /** Whether a signing subkey says itself that it belongs to the primary key; `missing` and `bad` make it useless. */
  readonly crossCertified: 'yes' | 'missing' | 'bad'
}

export interface CertifiedUserId {
  readonly kind: 'user-id' | 'attribute'
  readonly body: Uint8Array
  readonly revoked: boolean
  readonly expired: boolean
  /** When its newest self-signature was made; 0 where none holds. */
  readonly createdAt: number
  readonly isPrimary: boolean
}

export interface Certificate {
  readonly block: KeyBlock
  readonly primary: CertifiedKey
  readonly subkeys: readonly CertifiedKey[]
  /** In the order of the keyring. */
  readonly userIds: readonly CertifiedUserId[]
}

/** @see spec/signatures.md#keys */
export async function certify(block: KeyBlock, options: CertifyOptions): Promise<Certificate> {
  const self = selfSignatures(block, options)
  const direct = await directFindings(self)
  const userIds: UserIdFindings[] = []
  for (const part of block.components) {
    if (part.kind !== 'subkey') userIds.push(await userIdFindings(self, part))
  }
  const revoked = direct.revoked || (await isRevokedByOther(self, direct.revokers))
  const primary = primaryKey(block, direct, userIds, revoked, options.nowSeconds)
  const subkeys: CertifiedKey[] = []
  for (const part of block.components) {
    if (part.kind === 'subkey') subkeys.push(withPrimary(await certifiedSubkey(self, part), primary))
  }
  const main = comparePrimary(userIds)
  return { block, primary, subkeys, userIds: userIds.map((found) => ({ ...found, isPrimary: found === main })) }
}

const isExpired = ({ expiresAt }: SignaturePacket, nowSeconds: number) => expiresAt !== 0 && expiresAt <= nowSeconds

/** The newest of them, the last where several are equally new. */
function newest(signatures: readonly SignaturePacket[]): SignaturePacket | undefined {
  return signatures.reduce<SignaturePacket | undefined>(
    (best, next) => (best === undefined || next.createdAt >= best.createdAt ? next : best),
    undefined,
  )
}

interface DirectFindings {
  readonly revoked: boolean
  readonly newest: SignaturePacket | undefined
  /** Fingerprints of keys that may revoke this one. */
  readonly revokers: ReadonlySet<string>
}

async function directFindings(self: SelfSignatures): Promise<DirectFindings> {
  const { block, options } = self
  const holding = await self.holdingOver(block.direct, null)
  const own = holding.filter(({ signatureClass }) => signatureClass === SIGNATURE_CLASS.direct)
  const revokers = own.flatMap(({ hashed }) => [...bodiesOf(hashed, SUBPACKET.revocationKey)])
  return {
    revoked: holding.length > own.length,
    newest: newest(own.filter((signature) => !isExpired(signature, options.nowSeconds))),
    revokers: new Set(revokers.map((body) => toHex(body.subarray(2, 22)).toUpperCase())),
  }
}

async function isRevokedByOther({ block, options }: SelfSignatures, revokers: ReadonlySet<string>): Promise<boolean> {
  for (const { signature } of block.direct) {
    if (signature.signatureClass !== SIGNATURE_CLASS.revokeKey || signature.keyId === block.primary.keyId) continue
    const fingerprint = [...revokers].find((revoker) => revoker.endsWith(signature.keyId))
    const key = fingerprint === undefined ? undefined : options.findKey?.(fingerprint)
    if (key === undefined || refusedAlgorithm(signature) !== undefined) continue
    if (isOutOfTime(key, signature, options.nowSeconds)) continue
    const revoker = { key, usage: USAGE.certify }
    if ((await checkSignature(revoker, signature, certifiedData(block.primary, null))) === 'good') return true
  }
  return false
}

interface UserIdFindings extends DatedUserId, Omit<CertifiedUserId, 'isPrimary'> {
  readonly signed: boolean
  readonly usage: number
  readonly keyExpiresAt: number
}

async function userIdFindings(self: SelfSignatures, part: UserIdComponent): Promise<UserIdFindings> {
  const { block, options } = self
  const { kind } = part
  const { body } = part.packet
  const chosen = newest(await self.holdingOver(part.signatures, part))
  const nothing = {
    kind,
    body,
    revoked: false,
    expired: false,
    createdAt: 0,
    flagged: false,
    usage: 0,
    keyExpiresAt: 0,
  }
  if (chosen === undefined) return { ...nothing, signed: false }
  if (chosen.signatureClass === SIGNATURE_CLASS.revokeUserId) return { ...nothing, signed: true, revoked: true }
  if (isExpired(chosen, options.nowSeconds)) return { ...nothing, signed: true, expired: true }
  return {
    ...nothing,
    signed: true,
    createdAt: chosen.createdAt,
    flagged: (bodyOf(chosen.hashed, SUBPACKET.primaryUserId)?.[0] ?? 0) !== 0,
    usage: toldUsage(chosen),
    keyExpiresAt: keyExpiry(block.primary, chosen),
  }
}

function primaryKey(
  { primary }: KeyBlock,
  direct: DirectFindings,
  userIds: readonly UserIdFindings[],
  revoked: boolean,
  nowSeconds: number,
): CertifiedKey {
  const directExpiry = direct.newest === undefined ? 0 : keyExpiry(primary, direct.newest)
  const told = (direct.newest && toldUsage(direct.newest)) || latest(userIds, ({ usage }) => usage)
  const expiresAt = directExpiry || latest(userIds, ({ keyExpiresAt }) => keyExpiresAt)
  return {
    key: primary,
    usage: allowedUsage(primary, told) | USAGE.certify,
    valid: direct.newest !== undefined || userIds.some(({ signed }) => signed),
    revoked,
    expired: isPast(expiresAt, nowSeconds),
    expiresAt,
    crossCertified: 'yes',
  }
}

/** The value that the newest user id with one tells; 0 where none does. */
function latest(userIds: readonly UserIdFindings[], value: (userId: UserIdFindings) => number): number {
  let best = 0
  let date = 0
  for (const userId of userIds) {
    const told = value(userId)
    if (told === 0 || !(userId.createdAt > date || (userId.createdAt === 0 && date === 0))) continue
    best = told
    date = userId.createdAt
  }
  return best
}

/** What is wrong with the primary key is wrong with its subkeys too. */
function withPrimary(subkey: CertifiedKey, primary: CertifiedKey): CertifiedKey {
  return {
    ...subkey,
    valid: subkey.valid && primary.valid,
    revoked: subkey.revoked || primary.revoked,
    expired: subkey.expired || primary.expired,
  }
}

async function certifiedSubkey(self: SelfSignatures, part: SubkeyComponent): Promise<CertifiedKey> {
  const { block, options } = self
  const { key, signatures } = part
  const holding = await self.holdingOver(signatures, part)
  const bound = holding.filter(({ signatureClass }) => signatureClass === SIGNATURE_CLASS.bindSubkey)
  const binding = newest(bound.filter((signature) => !isExpired(signature, options.nowSeconds)))
  const revoked = holding.length > bound.length
  const nothing = { key, usage: 0, valid: false, revoked, expired: false, expiresAt: 0 }
  if (binding === undefined) return { ...nothing, crossCertified: 'missing' }
  const expiresAt = keyExpiry(key, binding)
  return {
    key,
    usage: allowedUsage(key, toldUsage(binding)),
    valid: usageOf(key.algorithm) !== 0,
    revoked,
    expired: isPast(expiresAt, options.nowSeconds),
    expiresAt,
    crossCertified: await crossCertification(block.primary, key, binding, options.nowSeconds),
  }
}

/** The newest signature of the subkey over the primary key that its binding carries. */
async function crossCertification(
  primary: KeyPacket,
  subkey: KeyPacket,
  { hashed, unhashed }: SignaturePacket,
  nowSeconds: number,
): Promise<CertifiedKey['crossCertified']> {
  let found: SignaturePacket | undefined
  for (const area of [hashed, unhashed]) {
    for (const body of bodiesOf(area, SUBPACKET.embeddedSignature)) {
      const signature = parseSignature({ body, declaredBytes: body.length })
      if (typeof signature === 'string' || signature.signatureClass !== SIGNATURE_CLASS.backSignature) continue
      if (signature.createdAt > (found?.createdAt ?? 0)) found = signature
    }
  }
  if (found === undefined) return 'missing'
  if (refusedAlgorithm(found) !== undefined || isOutOfTime(subkey, found, nowSeconds)) return 'bad'
  const signer = { key: subkey, usage: USAGE.sign }
  return (await checkSignature(signer, found, certifiedData(primary, subkey))) === 'good' ? 'yes' : 'bad'
}

/** 0 where a signature tells none. */
function keyExpiry(key: KeyPacket, { hashed }: SignaturePacket): number {
  const lifetime = numberIn(hashed, SUBPACKET.keyExpires) ?? 0
  return lifetime === 0 ? 0 : (key.createdAt + lifetime) % 2 ** 32
}

/** Expired from the second after the last one. */
const isPast = (expiresAt: number, nowSeconds: number): boolean => expiresAt !== 0 && expiresAt < nowSeconds

/** 0 where a signature says nothing about it. */
function toldUsage({ hashed }: SignaturePacket): number {
  const body = bodyOf(hashed, SUBPACKET.keyFlags)
  if (body === undefined) return 0
  const flags = body[0] ?? 0
  let usage = 0
  if ((flags & 0x01) !== 0) usage |= USAGE.certify
  if ((flags & 0x02) !== 0) usage |= USAGE.sign
  if ((flags & 0x0c) !== 0) usage |= USAGE.encrypt
  if ((flags & 0x20) !== 0) usage |= USAGE.authenticate
  if ((flags & ~0x2f) !== 0) usage |= USAGE.unknown
  return usage === 0 ? USAGE.none : usage
}

function allowedUsage({ algorithm }: KeyPacket, told: number): number {
  const possible = usageOf(algorithm)
  if (told === 0) return possible
  return possible === 0 ? told : told & possible
}
