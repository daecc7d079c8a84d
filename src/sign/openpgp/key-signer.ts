// Signing with an exported secret key, without any other program.

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { Signer } from '../types.ts'
import { looksArmored } from './armor.ts'
import { GPG_SIGNATURES_KEY } from './signatures-key.ts'

export interface OpenpgpSignerOptions {
  /** Opens a key that is protected. */
  readonly passphrase?: string | undefined
  /** Fingerprint or key id of the primary key, where the file holds several. Default: the first. */
  readonly keyId?: string | undefined
}

/**
 * A signer that has its key in memory: what `gpg --export-secret-keys` writes, armored or not.
 * @throws {@link OstreeError} `INVALID_ARGUMENT`: no secret key in there, or a wrong passphrase.
 */
export async function openpgpSigner(secretKey: Uint8Array, options: OpenpgpSignerOptions = {}): Promise<Signer> {
  const openpgp = await import('openpgp')
  const key = await openKey(secretKey, options)
  return {
    metadataKey: GPG_SIGNATURES_KEY,
    async sign(data) {
      const message = await openpgp.createMessage({ binary: data })
      const signature = await openpgp.sign({
        message,
        signingKeys: key,
        detached: true,
        format: 'binary',
        // Old keys sign as well as they ever did; what they are worth is for who verifies.
        config: {
          minRSABits: 0,
          rejectPublicKeyAlgorithms: new Set(),
          rejectCurves: new Set(),
          nonDeterministicSignaturesViaNotation: false,
        },
      })
      return Uint8Array.from(signature)
    },
  }
}

async function openKey(secretKey: Uint8Array, { passphrase, keyId }: OpenpgpSignerOptions) {
  const { decryptKey, readPrivateKeys } = await import('openpgp')
  try {
    const keys = looksArmored(secretKey)
      ? await readPrivateKeys({ armoredKeys: new TextDecoder().decode(secretKey) })
      : await readPrivateKeys({ binaryKeys: secretKey })
    const key = keys.find((one) => keyId === undefined || one.getFingerprint().endsWith(keyId.toLowerCase()))
    if (key === undefined) throw unusable('no such key in it')
    return passphrase === undefined ? key : await decryptKey({ privateKey: key, passphrase })
  } catch (error) {
    if (isOstreeError(error) || !(error instanceof Error)) throw error
    throw unusable(error.message, error)
  }
}

function unusable(why: string, cause?: unknown): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason: `Secret OpenPGP key cannot be used: ${why}` }, { cause })
}
