// A commit and bare keys: verifying it by some, taking away the signatures that some have made.
// Facts: spec/signatures.md#detached-metadata

import { isOstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { loadKeyFile, loadKeyFolders, SYSTEM_KEY_FOLDERS } from '../../sign/key-files.ts'
import { KeyVerifier } from '../../sign/key-verifier.ts'
import type { KeyKind } from '../../sign/types.ts'
import type { Repo } from '../repo.ts'
import { readSignatures, signaturesIn, withSignatures, writeSignatures } from './detached-metadata.ts'
import { readCommitBytes } from './sign.ts'

export interface KeysToTry {
  /** As they stand on a command line. */
  readonly keys: readonly string[]
  readonly keysFile?: string | undefined
  /** Where `trusted.KIND`, `revoked.KIND` and their `.d` folders are. Default: the system's. */
  readonly keysFolder?: string | undefined
}

/**
 * Tries the given keys one by one, then those of the file; without either, those of the folder or of the system.
 * @returns The sentence about the first signature that is good; `undefined` where none of the given keys made one.
 * @throws {@link OstreeError} where keys come from files, and cannot be read or made no signature.
 */
export async function verifyCommitByKeys(
  repo: Repo,
  commit: Checksum,
  kind: KeyKind,
  { keys, keysFile, keysFolder }: KeysToTry,
): Promise<string | undefined> {
  const { fs } = repo.platform
  const verifier = new KeyVerifier(kind)
  const check = async () => {
    const bytes = await readCommitBytes(repo.store, commit)
    const metadata = await readSignatures(repo.store, commit)
    return verifier.requireValid(bytes, signaturesIn(metadata, kind.metadataKey))
  }
  for (const key of keys) {
    verifier.clearKeys()
    try {
      verifier.addKey(kind.keyFromText(key))
      return await check()
    } catch (error) {
      if (!isOstreeError(error)) throw error // the next key may be better
    }
  }
  if (keys.length > 0 && keysFile === undefined) return undefined
  if (keysFile !== undefined) await loadKeyFile(verifier, fs, keysFile)
  else await loadKeyFolders(verifier, fs, keysFolder === undefined ? SYSTEM_KEY_FOLDERS : [keysFolder])
  return check()
}

/** Takes away every signature that one of the keys made. @returns How many. */
export async function deleteCommitSignatures(
  repo: Repo,
  commit: Checksum,
  kind: KeyKind,
  { keys, keysFile }: Pick<KeysToTry, 'keys' | 'keysFile'>,
): Promise<number> {
  const verifier = new KeyVerifier(kind)
  for (const key of keys) verifier.addKey(kind.keyFromText(key))
  if (keysFile !== undefined) await loadKeyFile(verifier, repo.platform.fs, keysFile)
  const bytes = await readCommitBytes(repo.store, commit)
  const metadata = await readSignatures(repo.store, commit)
  const signatures = signaturesIn(metadata, kind.metadataKey) ?? []
  const reports = await verifier.verify(bytes, signatures)
  const kept = signatures.filter((_, index) => reports[index]?.valid !== true)
  if (kept.length < signatures.length) {
    await writeSignatures(repo.store, commit, withSignatures(metadata, kind.metadataKey, kept))
  }
  return signatures.length - kept.length
}
