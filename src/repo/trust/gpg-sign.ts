// Adding OpenPGP signatures to a commit and taking them away. Facts: spec/signatures.md#openpgp, `ostree gpg-sign` observed.

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Keyring } from '../../sign/openpgp/keyring.ts'
import { GPG_SIGNATURES_KEY } from '../../sign/openpgp/signatures-key.ts'
import type { GpgSignature } from '../../sign/openpgp/verify.ts'
import type { Signer } from '../../sign/types.ts'
import type { Repo } from '../repo.ts'
import { readSignatures, signaturesIn, withSignatures, writeSignatures } from './detached-metadata.ts'
import { openKeyring } from './gpg-keyrings.ts'
import { gpgSignatures } from './gpg-verifier.ts'
import { readCommitBytes } from './sign.ts'

export interface GpgSignOptions {
  /** A GnuPG home whose keyrings help to tell who signed before. */
  readonly homedir?: string | undefined
}

/** A signer that refuses a commit which its key has signed already: as far as the key is found in the keyrings. */
export function gpgSignerOnce(repo: Repo, keyName: string, signer: Signer, options: GpgSignOptions = {}): Signer {
  return {
    metadataKey: signer.metadataKey,
    async sign(data, existing = []) {
      if (existing.length > 0) {
        const keyring = await openKeyring(repo, { remote: null, folder: options.homedir })
        const signatures = await gpgSignatures(keyring, data, existing)
        if ((await signatureBy(keyring, signatures, keyName)) !== undefined) {
          throw new OstreeError('FAILED', { reason: `Commit is already signed with GPG key ${keyName}` })
        }
      }
      return signer.sign(data, existing)
    },
  }
}

/** Takes away one signature by each of the keys that there is one of; answers how many. */
export async function gpgUnsignCommit(repo: Repo, commit: Checksum, keyNames: readonly string[]): Promise<number> {
  const metadata = await readSignatures(repo.store, commit)
  const existing = signaturesIn(metadata, GPG_SIGNATURES_KEY)
  if (existing === undefined) return 0
  const keyring = await openKeyring(repo, { remote: 'every remote' })
  const signatures = await gpgSignatures(keyring, await readCommitBytes(repo.store, commit), existing)
  if (signatures.length !== existing.length) {
    // The reference ends itself here.
    const reason = 'GPG: not every signature of the commit can be told apart; nothing was deleted'
    throw new OstreeError('FAILED', { reason })
  }
  const doomed = new Set<number>()
  for (const name of keyNames) {
    const index = await signatureBy(keyring, signatures, name)
    if (index !== undefined) doomed.add(index)
  }
  const kept = existing.filter((_, index) => !doomed.has(index))
  await writeSignatures(repo.store, commit, withSignatures(metadata, GPG_SIGNATURES_KEY, kept))
  return doomed.size
}

/** The first signature by a key, or one of its subkeys, that a name stands for; a name for several keys is for none. */
async function signatureBy(
  { blocks }: Keyring,
  signatures: readonly GpgSignature[],
  keyName: string,
): Promise<number | undefined> {
  const { oneKey } = await import('../../sign/openpgp/find-keys.ts')
  const key = oneKey(blocks, keyName)
  if (typeof key === 'string') return undefined
  const index = signatures.findIndex(({ primaryFingerprint }) => primaryFingerprint === key.primary.fingerprint)
  return index < 0 ? undefined : index
}
