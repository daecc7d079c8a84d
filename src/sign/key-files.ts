// Keys from files: one that is named, or those at the well-known places. Facts: spec/signatures.md#key-files

import { isOstreeError, OstreeError, prefixed, retold } from '../errors.ts'
import type { FileSystem } from '../platform/types.ts'
import type { KeySource, KeyVerifier } from './key-verifier.ts'
import type { KeyKind } from './types.ts'

/** Where the system keeps the keys that it trusts and those that it revokes. */
export const SYSTEM_KEY_FOLDERS: readonly string[] = ['/etc/ostree', '/usr/share/ostree']

const ROLES = { public: 'trusted', revoked: 'revoked' } as const
type Role = keyof typeof ROLES

/** The system's keys, for a verifier that was given none. */
export function systemKeys(fs: FileSystem): KeySource {
  return (verifier) => loadKeyFolders(verifier, fs, SYSTEM_KEY_FOLDERS)
}

/**
 * Adds the keys of `trusted.KIND` and of every file in `trusted.KIND.d/`, in each folder; then those of `revoked.KIND`
 * and `revoked.KIND.d/` as revoked ones. Files without a good key are passed over.
 * @throws {@link OstreeError} `UNTRUSTED`: no trusted key at all.
 */
export async function loadKeyFolders(verifier: KeyVerifier, fs: FileSystem, folders: readonly string[]): Promise<void> {
  requireKeyFiles(verifier.kind)
  if (!(await loadFolders(verifier, fs, folders, 'public'))) {
    throw new OstreeError('UNTRUSTED', { reason: `signature: ${verifier.kind.name}: no keys loaded` })
  }
  await loadFolders(verifier, fs, folders, 'revoked')
}

/** Adds the keys of one file. @throws {@link OstreeError} when it is none, breaks its format, or has no good key. */
export async function loadKeyFile(verifier: KeyVerifier, fs: FileSystem, path: string): Promise<void> {
  requireKeyFiles(verifier.kind)
  await loadFile(verifier, fs, path, 'public')
}

/** The secret keys of a file, in order. */
export async function* readSecretKeys(kind: KeyKind, fs: FileSystem, path: string): AsyncGenerator<Uint8Array> {
  yield* kind.keysInFile(await readFile(fs, path), 'secret')
}

function requireKeyFiles(kind: KeyKind): void {
  if (!kind.hasKeyFiles) throw new OstreeError('FAILED', { reason: 'not implemented' })
}

async function loadFolders(
  verifier: KeyVerifier,
  fs: FileSystem,
  folders: readonly string[],
  role: Role,
): Promise<boolean> {
  let any = false
  for (const folder of folders) {
    const file = `${folder}/${ROLES[role]}.${verifier.kind.name}`
    const paths = [file]
    for (const { name } of (await fs.tryReadDirectory(`${file}.d`)) ?? []) paths.push(`${file}.d/${name}`)
    for (const path of paths) {
      try {
        await loadFile(verifier, fs, path, role)
        any = true
      } catch (error) {
        // Whatever is wrong with one file, the others count; without any good one the caller fails.
        if (!isOstreeError(error)) throw error
      }
    }
  }
  return any
}

async function loadFile(verifier: KeyVerifier, fs: FileSystem, path: string, role: Role): Promise<void> {
  const { kind } = verifier
  let firstError: unknown
  let any = false
  for (const key of kind.keysInFile(await readFile(fs, path), 'public')) {
    try {
      if (role === 'public') verifier.addKey(key)
      else verifier.revokeKey(key)
      any = true
    } catch (error) {
      firstError ??= error
    }
  }
  if (any) return
  if (firstError !== undefined)
    throw prefixed(firstError, `${kind.name}: unable to read from NULL key-data input stream`)
  throw new OstreeError('UNTRUSTED', { reason: `signature: ${kind.name}: no valid keys in file '${path}'` })
}

async function readFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  if ((await fs.tryStat(path))?.kind !== 'file') {
    throw new OstreeError('FAILED', { reason: `File object '${path}' is not a regular file` })
  }
  return openKeyFile(fs, path)
}

/** A file of keys, whatever it may be. @param path - Absolute: the reference's messages are. */
export async function openKeyFile(fs: FileSystem, path: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(path)
  } catch (error) {
    throw retold(error, `Error opening file ${path}`)
  }
}
