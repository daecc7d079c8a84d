// OpenPGP signatures checked against a remote's keys, and what the reference says of them. Facts: spec/signatures.md#openpgp

import { concatBytes } from '../../bytes/compare.ts'
import { hostTimeZone } from '../../dates/host-time.ts'
import { prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Keyring } from '../../sign/openpgp/keyring.ts'
import { GPG_SIGNATURES_KEY } from '../../sign/openpgp/signatures-key.ts'
import type { GpgSignature } from '../../sign/openpgp/verify.ts'
import type { SignatureReport, Verifier } from '../../sign/types.ts'
import type { Repo } from '../repo.ts'
import { readSignatures, signaturesIn } from './detached-metadata.ts'
import { type KeyringSources, openKeyring } from './gpg-keyrings.ts'
import { readCommitBytes } from './sign.ts'

/** A verifier with the keyrings of one remote, or those of the system. */
export async function gpgVerifier(repo: Repo, remoteName: string): Promise<Verifier> {
  return keyringVerifier(repo, await openKeyring(repo, { remote: remoteName }))
}

/** A verifier with the keys of a keyring. */
export async function keyringVerifier({ platform }: Repo, keyring: Keyring): Promise<Verifier> {
  const { describeSignature } = await import('../../sign/openpgp/describe.ts')
  const zone = await hostTimeZone(platform)
  const report = (signature: GpgSignature): SignatureReport => ({
    valid: signature.valid,
    message: describeSignature(signature, zone).join('\n'),
    key: signature.fingerprint,
    createdAt: signature.timestamp === 0 ? null : signature.timestamp,
  })
  return {
    metadataKey: GPG_SIGNATURES_KEY,
    verify: async (data, signatures) => (await gpgSignatures(keyring, data, signatures)).map(report),
  }
}

/** The reference hands all signatures to GnuPG as one; so what is wrong with the bytes of one is wrong with all. */
export async function gpgSignatures(
  keyring: Keyring,
  data: Uint8Array,
  signatures: readonly Uint8Array[],
): Promise<GpgSignature[]> {
  const { verifySignatures } = await import('../../sign/openpgp/verify.ts')
  try {
    return await verifySignatures(keyring, data, concatBytes(signatures))
  } catch (error) {
    throw prefixed(error, 'GPG')
  }
}

/**
 * All OpenPGP signatures of a commit, good or bad.
 * @returns `undefined` where the commit has none.
 */
export async function commitGpgSignatures(
  repo: Repo,
  commit: Checksum,
  sources: KeyringSources,
): Promise<readonly GpgSignature[] | undefined> {
  const bytes = await readCommitBytes(repo.store, commit)
  const signatures = signaturesIn(await readSignatures(repo.store, commit), GPG_SIGNATURES_KEY)
  if (signatures === undefined) return undefined
  return gpgSignatures(await openKeyring(repo, sources), bytes, signatures)
}
