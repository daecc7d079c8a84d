// The keyrings that a remote's OpenPGP signatures are checked against. Facts: spec/signatures.md#openpgp

import { OstreeError } from '../../errors.ts'
import type { Verifier } from '../../sign/types.ts'
import type { Repo } from '../repo.ts'

export const GPG_SIGNATURES_KEY = 'ostree.gpgsigs'

/** A verifier with the keyrings of one remote and those of the system. */
export async function gpgVerifier(_repo: Repo, _remoteName: string): Promise<Verifier> {
  throw new OstreeError('UNSUPPORTED', {
    feature: 'verifying OpenPGP signatures',
    hint: 'this version of ostree-ts does not have it yet; gpg-verify=false in the remote goes without',
  })
}
