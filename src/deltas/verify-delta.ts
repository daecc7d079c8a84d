// The signatures of a signed delta. Facts: spec/static-deltas.md#signed-deltas

import { OstreeError } from '../errors.ts'
import { signaturesIn } from '../repo/trust/detached-metadata.ts'
import type { KeyVerifier } from '../sign/key-verifier.ts'
import type { DeltaFile } from './signed-delta.ts'

/**
 * Passes a delta with a valid signature of the verifier's kind over its superblock.
 * @returns The reference's sentence about it.
 * @throws {@link OstreeError} `UNTRUSTED`
 */
export async function verifyDelta(
  delta: Pick<DeltaFile, 'signatures' | 'superblockBytes'>,
  verifier: KeyVerifier,
): Promise<string> {
  const { signatures, superblockBytes } = delta
  if (signatures === null) throw new OstreeError('UNTRUSTED', { reason: 'no signatures in static-delta' })
  const { metadataKey } = verifier
  const own = signaturesIn(signatures, metadataKey)
  if (own === undefined) {
    throw new OstreeError('UNTRUSTED', { reason: `no signature for '${metadataKey}' in static-delta superblock` })
  }
  return verifier.requireValid(superblockBytes, own)
}
