// Signing commits and the summary, with any signer. Facts: spec/signatures.md#detached-metadata

import { prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDetachedMetadata, type Metadata } from '../../objects/commit.ts'
import type { Signer } from '../../sign/types.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { readMetadata } from '../store/read-object.ts'
import { readSignatures, signaturesIn, withSignature, writeSignatures } from './detached-metadata.ts'

/** Signers one after the other; each is asked for only when the one before has signed. */
export type Signers = Iterable<Signer> | AsyncIterable<Signer>

/**
 * Adds signatures to those that a commit has, each written before the next signer is asked.
 * @param store - `repo.store`, or a transaction's for a commit that is still being written.
 * @param existing - The detached metadata; read where it is not given.
 */
export async function signCommit(
  store: LooseStore,
  commit: Checksum,
  signers: Signers,
  existing?: Metadata,
): Promise<void> {
  let metadata = existing
  for await (const signer of signers) {
    const bytes = await readCommitBytes(store, commit)
    metadata ??= (await readSignatures(store, commit)) ?? []
    const signature = await commitSignature(signer, bytes, metadata)
    metadata = withSignature(metadata, signer.metadataKey, signature)
    await writeSignatures(store, commit, metadata)
  }
}

async function commitSignature(signer: Signer, bytes: Uint8Array, metadata: Metadata): Promise<Uint8Array> {
  const { metadataKey, commitFailure } = signer
  try {
    return await signer.sign(bytes, signaturesIn(metadata, metadataKey) ?? [])
  } catch (error) {
    throw commitFailure === undefined ? error : prefixed(error, commitFailure)
  }
}

/** The bytes that a commit's signatures are made over. */
export async function readCommitBytes(store: LooseStore, commit: Checksum): Promise<Uint8Array> {
  try {
    return await readMetadata(store, commit, 'commit')
  } catch (error) {
    throw prefixed(error, 'Failed to read commit')
  }
}

/** A `summary.sig`: the signatures of these bytes. */
export async function encodeSummarySignatures(summary: Uint8Array, signers: Signers): Promise<Uint8Array> {
  let metadata: Metadata = []
  for await (const signer of signers) {
    metadata = withSignature(metadata, signer.metadataKey, await signer.sign(summary))
  }
  return encodeDetachedMetadata(metadata)
}
