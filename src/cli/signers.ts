// From the options that name keys to who signs with them.

import { OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import type { Repo } from '../repo/repo.ts'
import { openKeyFile } from '../sign/key-files.ts'
import { DEFAULT_SIGN_TYPE, keyKind } from '../sign/key-kinds.ts'
import { keySigner } from '../sign/key-verifier.ts'
import type { Signer } from '../sign/types.ts'
import type { Session } from './command.ts'
import { absolutePath } from './target.ts'

export interface KeyOptions {
  readonly sign: readonly string[]
  readonly 'sign-from-file'?: readonly string[]
  readonly 'sign-type': string | undefined
}

/** For a command that looks at the kind before anything else. @throws {@link OstreeError} `INVALID_ARGUMENT` */
export function requireSignType(type: string | undefined, { environment }: Platform): void {
  keyKind(type ?? DEFAULT_SIGN_TYPE, environment)
}

/** One signer for each key: those of the command line, then the first of each file. Files are read when it is their turn. */
export async function* keySignersOf(session: Session, platform: Platform, options: KeyOptions): AsyncGenerator<Signer> {
  const { sign: keys, 'sign-from-file': files = [] } = options
  if (keys.length === 0 && files.length === 0) return
  const kind = keyKind(options['sign-type'] ?? DEFAULT_SIGN_TYPE, platform.environment)
  for (const key of keys) yield keySigner(kind, kind.keyFromText(key))
  for (const file of files) {
    const bytes = await openKeyFile(platform.fs, absolutePath(session, file))
    yield keySigner(kind, firstOf(file, kind.keysInFile(bytes, 'secret')))
  }
}

function firstOf(file: string, keys: Iterable<Uint8Array>): Uint8Array {
  try {
    for (const key of keys) return key
  } catch (error) {
    if (error instanceof OstreeError) error.message = `Reading ${file}${error.message}` // sic: nothing between the two
    throw error
  }
  throw new OstreeError('FAILED', { reason: `Reading ${file}: no key found` }) // the reference ends itself here
}

export interface GpgOptions {
  readonly 'gpg-sign': readonly string[]
  readonly 'gpg-homedir': string | undefined
}

/** One signer for each `--gpg-sign`: the user's `gpg`, which refuses to sign the same commit twice with one key. */
export async function* gpgSignersOf(repo: Repo, options: GpgOptions): AsyncGenerator<Signer> {
  const { 'gpg-sign': names, 'gpg-homedir': homedir } = options
  if (names.length === 0) return
  const { gnupgSigner } = await import('../sign/gnupg/program-signer.ts')
  const { gpgSignerOnce } = await import('../repo/trust/gpg-sign.ts')
  for (const name of names) yield gpgSignerOnce(repo, name, gnupgSigner(repo.platform, name, { homedir }), { homedir })
}

export async function* inTurn(...groups: readonly AsyncIterable<Signer>[]): AsyncGenerator<Signer> {
  for (const group of groups) yield* group
}
