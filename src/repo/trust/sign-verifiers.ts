// Verifiers of bare keys (ed25519, spki, dummy) as a remote's config asks for them. Facts: spec/signatures.md#remotes

import { isOstreeError, OstreeError, prefixed } from '../../errors.ts'
import type { Metadata } from '../../objects/commit.ts'
import { loadKeyFile, systemKeys } from '../../sign/key-files.ts'
import { keyKind, keyKinds } from '../../sign/key-kinds.ts'
import { KeyVerifier } from '../../sign/key-verifier.ts'
import type { KeyKind } from '../../sign/types.ts'
import { remoteListOption, remoteOption } from '../config/remotes.ts'
import type { Repo } from '../repo.ts'
import { signaturesIn } from './detached-metadata.ts'

/**
 * What `sign-verify` or `sign-verify-summary` asks for: `true` for every kind, or a list of kinds which must then have
 * keys configured.
 * @returns `null` where nothing is asked for.
 * @throws {@link OstreeError} for a kind that is unknown or has no keys, and for keys that cannot be loaded.
 */
export async function signVerifiers(
  repo: Repo,
  remoteName: string,
  option: 'sign-verify' | 'sign-verify-summary',
): Promise<readonly KeyVerifier[] | null> {
  const { platform } = repo
  const value = remoteOption(repo, remoteName, option) ?? ''
  if (value === '' || value === 'false' || value === '0') return null
  const every = value === 'true' || value === '1'
  const kinds = every
    ? keyKinds(platform.environment)
    : (remoteListOption(repo, remoteName, option) ?? []).map((name) => keyKind(name, platform.environment))
  const verifiers: KeyVerifier[] = []
  for (const kind of kinds) verifiers.push(await keyVerifierOf(repo, remoteName, kind, !every))
  return verifiers
}

/**
 * A verifier with the keys that a remote's config has for one kind, or else the system's.
 * @param required - Whether the config has to have some.
 */
export async function keyVerifierOf(
  repo: Repo,
  remoteName: string,
  kind: KeyKind,
  required = false,
): Promise<KeyVerifier> {
  const { fs } = repo.platform
  const file = remoteOption(repo, remoteName, `verification-${kind.name}-file`)
  const key = remoteOption(repo, remoteName, `verification-${kind.name}-key`)
  if (required && file === undefined && key === undefined) {
    throw new OstreeError('UNTRUSTED', { reason: `No keys found for required signapi type ${kind.name}` })
  }
  const verifier = new KeyVerifier(kind, kind.hasKeyFiles ? systemKeys(fs) : undefined)
  try {
    if (file !== undefined) await loadKeyFile(verifier, fs, file)
  } catch (error) {
    throw cannotLoad(error, `Failed loading '${kind.name}' keys from '${file}`) // sic: one quote is missing
  }
  try {
    if (key !== undefined) verifier.addKey(kind.keyFromText(key))
  } catch (error) {
    throw cannotLoad(error, `Failed loading '${kind.name}' keys from inline \`verification-key\``)
  }
  return verifier
}

function cannotLoad(error: unknown, reason: string): unknown {
  return isOstreeError(error) ? new OstreeError('UNTRUSTED', { reason }, { cause: error }) : error
}

/**
 * One valid signature by any of the verifiers is enough.
 * @returns The sentence about it.
 * @throws {@link OstreeError} `UNTRUSTED`
 */
export async function requireAnyValid(
  verifiers: readonly KeyVerifier[],
  data: Uint8Array,
  metadata: Metadata,
): Promise<string> {
  let firstError: unknown
  let failures = 0
  for (const verifier of verifiers) {
    const signatures = signaturesIn(metadata, verifier.metadataKey)
    if (signatures === undefined) continue
    try {
      return await verifier.requireValid(data, signatures)
    } catch (error) {
      if (!isOstreeError(error)) throw error
      failures++
      firstError ??= error
    }
  }
  if (failures === 0) throw new OstreeError('UNTRUSTED', { reason: 'No signatures found' })
  throw failures === 1 ? firstError : prefixed(firstError, `(${failures - 1} other invalid signatures)`)
}
