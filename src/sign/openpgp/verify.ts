// Detached signatures over some bytes, checked against a keyring, with all that libostree tells of each.
// Facts: spec/signatures.md#openpgp

import { OstreeError } from '../../errors.ts'
import { digestAlgorithmName, digestOf, publicKeyAlgorithmName, SIGNATURE_NUMBERS, UNKNOWN_NAME } from './algorithms.ts'
import { dearmor, looksArmored } from './armor.ts'
import { type Certificate, certify } from './certificate.ts'
import { checkSignature, isOutOfTime, type Verdict } from './check-signature.ts'
import { judgeForeignPacket } from './foreign-packets.ts'
import { findBlock, type KeyBlock, keyIn } from './key-block.ts'
import { type Keyring, primaryNames } from './keyring.ts'
import { readPackets, TAG } from './packets.ts'
import { parseSignature, SIGNATURE_CLASS, type SignaturePacket } from './signature-packet.ts'
import { canonicalText } from './text-mode.ts'

/** What libostree knows of a signature (`OstreeGpgSignatureAttr`). Times are seconds since the epoch, 0 for none. */
export interface GpgSignature {
  readonly valid: boolean
  readonly signatureExpired: boolean
  readonly keyExpired: boolean
  readonly keyRevoked: boolean
  readonly keyMissing: boolean
  /** Of the key that signed; only a key id where no more is known. Capitals. */
  readonly fingerprint: string
  readonly timestamp: number
  readonly expiryTimestamp: number
  readonly publicKeyAlgorithm: string
  readonly hashAlgorithm: string
  readonly userName: string
  readonly userEmail: string
  /** Empty where the key is not in the keyring. */
  readonly primaryFingerprint: string
  readonly keyExpiryTimestamp: number
  readonly primaryKeyExpiryTimestamp: number
}

export interface VerifyOptions {
  /** Seconds since the epoch at which keys and signatures must hold. Default: now. */
  readonly nowSeconds?: number
}

/**
 * Checks signatures in the order they stand. A bad signature, or one that has expired, is the last that is looked at,
 * as in the reference; where they are of several classes, only the first is.
 * @param signatures - Signature packets in a row, or one armored block of them.
 * @throws {@link OstreeError} `UNTRUSTED`: bytes that are no signatures at all spoil the others.
 */
export async function verifySignatures(
  keyring: Keyring,
  data: Uint8Array,
  signatures: Uint8Array,
  options: VerifyOptions = {},
): Promise<GpgSignature[]> {
  const nowSeconds = options.nowSeconds ?? Math.floor(Date.now() / 1000)
  const found = await readSignatures(signatures)
  const [first] = found
  if (first === undefined || cannotDigest(first)) return []
  const oneClass = found.every(({ signatureClass }) => signatureClass === first.signatureClass)
  const checking: Checking = { keyring, data, text: null, nowSeconds, certificates: new Map() }
  const results: GpgSignature[] = []
  for (const signature of oneClass ? found : [first]) {
    const outcome = await checkOne(checking, signature)
    results.push(await tell(checking, signature, outcome))
    if (outcome === 'bad' || outcome === 'signature-expired') break
  }
  return results
}

/** Digests that the first signature may ask for without the data going undigested altogether. */
const DIGESTIBLE: readonly number[] = [0, 1, 2, 3, 6, 8, 9, 10, 11]

function cannotDigest({ signatureClass, digestAlgorithm }: SignaturePacket): boolean {
  return signatureClass <= SIGNATURE_CLASS.text && !DIGESTIBLE.includes(digestAlgorithm)
}

/** Empty also where there are some, but as part of a message of their own. */
async function readSignatures(bytes: Uint8Array): Promise<SignaturePacket[]> {
  const found: SignaturePacket[] = []
  let isMessage = false
  for (const packet of readPackets(looksArmored(bytes) ? dearmor(bytes) : bytes)) {
    if (packet === 'invalid') throw noData()
    if (packet.tag === TAG.signature) {
      const signature = parseSignature(packet)
      if (signature === 'ended') break
      if (signature === 'invalid') throw noData()
      found.push(signature)
      continue
    }
    const foreign = await judgeForeignPacket(packet)
    if (foreign === 'broken') throw noData()
    if (foreign === 'unexpected') throw untrusted('Bad data')
    isMessage ||= foreign === 'message'
  }
  if (found.length === 0) throw noData()
  return isMessage ? [] : found
}

const noData = () => untrusted('No data')

function untrusted(words: string): OstreeError {
  return new OstreeError('UNTRUSTED', { reason: `Unable to complete signature verification: GPGME: ${words}` })
}

interface Checking {
  readonly keyring: Keyring
  readonly data: Uint8Array
  text: Uint8Array | null
  readonly nowSeconds: number
  /** Of the keys that were asked for. */
  readonly certificates: Map<KeyBlock, Promise<Certificate>>
}

type Outcome = Verdict | 'signature-expired' | 'key-expired' | 'key-revoked'

async function checkOne(checking: Checking, signature: SignaturePacket): Promise<Outcome> {
  if (digestOf(signature.digestAlgorithm) === undefined) return 'digest'
  if (signature.signatureClass > SIGNATURE_CLASS.text) return 'class'
  if (SIGNATURE_NUMBERS[signature.publicKeyAlgorithm] === undefined) return 'algorithm'
  const certificate = await certificateFor(checking, signature)
  if (certificate === undefined) return 'no-key'
  const key = certifiedKey(certificate, signature)
  if (key === undefined) return 'no-key'
  if (!key.valid) return 'invalid-key'
  if (isOutOfTime(key.key, signature, checking.nowSeconds)) return 'time'
  const verdict = await checkSignature(key, signature, [signedBytes(checking, signature)])
  if (verdict !== 'good') return verdict
  if (!key.key.isPrimary && key.crossCertified !== 'yes') return 'not-cross-certified'
  if (signature.expiresAt !== 0 && signature.expiresAt <= checking.nowSeconds) return 'signature-expired'
  if (key.expired) return 'key-expired'
  return key.revoked ? 'key-revoked' : 'good'
}

function signedBytes(checking: Checking, { signatureClass }: SignaturePacket): Uint8Array {
  if (signatureClass === SIGNATURE_CLASS.binary) return checking.data
  checking.text ??= canonicalText(checking.data)
  return checking.text
}

/** By fingerprint where the signature tells one and it is known, else by key id. */
async function certificateFor(checking: Checking, signature: SignaturePacket): Promise<Certificate | undefined> {
  const { blocks } = checking.keyring
  const byFingerprint =
    signature.issuerFingerprint === null ? undefined : findBlock(blocks, signature.issuerFingerprint)
  const block = byFingerprint ?? findBlock(blocks, signature.keyId)
  return block && certifiedBlock(checking, block)
}

function certifiedBlock({ keyring, nowSeconds, certificates }: Checking, block: KeyBlock): Promise<Certificate> {
  const known = certificates.get(block)
  if (known !== undefined) return known
  const findKey = (fingerprint: string) => {
    const holder = findBlock(keyring.blocks, fingerprint)
    return holder && keyIn(holder, fingerprint)
  }
  const certificate = certify(block, { nowSeconds, findKey })
  certificates.set(block, certificate)
  return certificate
}

function certifiedKey({ block, primary, subkeys }: Certificate, signature: SignaturePacket) {
  const { issuerFingerprint, keyId } = signature
  const key = (issuerFingerprint === null ? undefined : keyIn(block, issuerFingerprint)) ?? keyIn(block, keyId)
  return [primary, ...subkeys].find((certified) => certified.key === key)
}

/** Outcomes after which a signature is known to be what it says. */
const CHECKED: readonly Outcome[] = ['good', 'signature-expired', 'key-expired', 'key-revoked']

async function tell(checking: Checking, signature: SignaturePacket, outcome: Outcome): Promise<GpgSignature> {
  const checked = CHECKED.includes(outcome)
  const certificate = checked ? await certificateFor(checking, signature) : undefined
  const signer = certificate && certifiedKey(certificate, signature)
  const fingerprint =
    signer?.key.fingerprint ?? (outcome === 'bad' ? signature.keyId : (signature.issuerFingerprint ?? signature.keyId))
  // Nothing that a bad signature says of itself is believed.
  const told = outcome !== 'bad'
  return {
    valid: outcome === 'good',
    signatureExpired: outcome === 'signature-expired',
    keyExpired: outcome === 'key-expired',
    keyRevoked: outcome === 'key-revoked',
    keyMissing: outcome === 'no-key',
    fingerprint,
    timestamp: told ? signature.createdAt : 0,
    expiryTimestamp: checked ? signature.expiresAt : 0,
    publicKeyAlgorithm: told ? publicKeyAlgorithmName(signature.publicKeyAlgorithm) : UNKNOWN_NAME,
    hashAlgorithm: told ? digestAlgorithmName(signature.digestAlgorithm) : UNKNOWN_NAME,
    ...(await ownerOf(checking, fingerprint)),
  }
}

/** Who holds a key, found as GPGME finds it: unknown where two keys answer to the name. */
async function ownerOf(checking: Checking, fingerprint: string) {
  const found = checking.keyring.blocks.filter((block) => keyIn(block, fingerprint) !== undefined)
  const [block] = found
  const isOne = found.every(({ primary }) => primary.fingerprint === block?.primary.fingerprint)
  if (block === undefined || !isOne) {
    const nobody = { userName: UNKNOWN_NAME, userEmail: '[unknown email]', primaryFingerprint: '' }
    return { ...nobody, keyExpiryTimestamp: 0, primaryKeyExpiryTimestamp: 0 }
  }
  const certificate = await certifiedBlock(checking, block)
  const key = [certificate.primary, ...certificate.subkeys].find((one) => one.key.fingerprint === fingerprint)
  const names = primaryNames(certificate)
  return {
    userName: names?.name ?? UNKNOWN_NAME,
    userEmail: names?.email ?? '[unknown email]',
    primaryFingerprint: certificate.primary.key.fingerprint,
    keyExpiryTimestamp: key?.expiresAt ?? 0,
    primaryKeyExpiryTimestamp: certificate.primary.expiresAt,
  }
}
