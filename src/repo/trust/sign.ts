// Signing commits and the summary, with any signer. Facts: spec/signatures.md#detached-metadata

import { OstreeError, prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDetachedMetadata, type Metadata } from '../../objects/commit.ts'
import type { Signer } from '../../sign/types.ts'
import { readMetadata } from '../read-object.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { decodeSignatureFile, readSignatures, replaceDetachedMetadata, withSignature } from './detached-metadata.ts'

/** Adds a signature to those that a commit has. */
export async function signCommit(repo: Repo, commit: Checksum, signer: Signer): Promise<void> {
  const bytes = await readCommitBytes(repo, commit)
  const metadata = await readSignatures(repo, commit)
  let signature: Uint8Array
  try {
    signature = await signer.sign(bytes)
  } catch (error) {
    throw prefixed(error, 'Not able to sign the cobject')
  }
  await replaceDetachedMetadata(repo, commit, withSignature(metadata, signer.metadataKey, signature))
}

/** The bytes that a commit's signatures are made over. */
export async function readCommitBytes(repo: Repo, commit: Checksum): Promise<Uint8Array> {
  try {
    return await readMetadata(repo.store, commit, 'commit')
  } catch (error) {
    throw prefixed(error, 'Failed to read commit')
  }
}

/** Adds signatures to those that the summary has, in one step. */
export async function signSummary(repo: Repo, signers: readonly Signer[]): Promise<void> {
  const { fs } = repo.platform
  const summary = await fs.tryReadFile(`${repo.path}/summary`)
  if (summary === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path: 'summary' })
  const existing = await fs.tryReadFile(`${repo.path}/summary.sig`)
  if (signers.length === 0) throw new OstreeError('FAILED', { reason: 'No keys passed for signing summary' })
  let metadata: Metadata | undefined = existing === undefined ? undefined : decodeSignatureFile(existing)
  for (const signer of signers) {
    metadata = withSignature(metadata, signer.metadataKey, await signer.sign(summary))
  }
  await replaceFile(repo, `${repo.path}/summary.sig`, encodeDetachedMetadata(metadata ?? []))
}
