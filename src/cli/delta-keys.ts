// The keys that `static-delta verify` and `apply-offline` check signatures against: those on the command line, of a file, or
// of the system.

import type { Platform } from '../platform/types.ts'
import { loadKeyFile, loadKeyFolders, SYSTEM_KEY_FOLDERS } from '../sign/key-files.ts'
import { DEFAULT_SIGN_TYPE, keyKind } from '../sign/key-kinds.ts'
import { KeyVerifier } from '../sign/key-verifier.ts'
import type { KeyKind } from '../sign/types.ts'
import { ED25519_ONLY, string, type ValuesOf } from './options.ts'

export const DELTA_KEY_OPTIONS = {
  'sign-type': string('NAME', "Signature type to use (defaults to 'ed25519')"),
  'keys-file': string('NAME', 'Read key(s) from file', ED25519_ONLY),
  'keys-dir': string(
    'NAME',
    'Redefine system-wide directories with public and revoked keys for verification',
    ED25519_ONLY,
  ),
}
type Options = ValuesOf<typeof DELTA_KEY_OPTIONS>

/** @throws {@link OstreeError} `INVALID_ARGUMENT` for a type that is not known. */
export const deltaKeyKind = (platform: Platform, options: Options): KeyKind =>
  keyKind(options['sign-type'] ?? DEFAULT_SIGN_TYPE, platform.environment)

/** Files are read where no key is given, or one is named. @throws {@link OstreeError} */
export async function deltaVerifier(
  { fs }: Platform,
  kind: KeyKind,
  options: Options,
  keys: readonly string[],
): Promise<KeyVerifier> {
  const { 'keys-file': file, 'keys-dir': folder } = options
  const verifier = new KeyVerifier(kind)
  for (const key of keys) verifier.addKey(kind.keyFromText(key))
  if (file !== undefined) await loadKeyFile(verifier, fs, file)
  else if (keys.length === 0) await loadKeyFolders(verifier, fs, folder === undefined ? SYSTEM_KEY_FOLDERS : [folder])
  return verifier
}
