// Which keys count for OpenPGP signatures: a remote's keyring, all remotes', those of the system, files that a remote's
// config names. Facts: spec/signatures.md#keyrings

import { concatBytes } from '../../bytes/compare.ts'
import { isIoError, OstreeError, prefixed } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'
import type { Keyring } from '../../sign/openpgp/keyring.ts'
import { remoteListOption, remoteOption } from '../config/remotes.ts'
import { type Repo, remoteFolders } from '../repo.ts'

export interface KeyringSources {
  /** A remote whose keys count; every remote's in this repository; or none. */
  readonly remote: string | 'every remote' | null
  /** Whether the keys of the system count, where the remote has no keyring of its own. Default `true`. */
  readonly system?: boolean
  /** A folder whose `*.gpg` files count too, such as a GnuPG home with keyrings of the old kind. */
  readonly folder?: string | undefined
}

/** Overrides where the system's keyrings lie. */
const SYSTEM_VARIABLE = 'OSTREE_GPG_HOME'
const SYSTEM_FOLDER = '/usr/share/ostree/trusted.gpg.d/'

/** @throws {@link OstreeError} `FAILED` for an unknown remote, `IO` for what cannot be read. */
export async function openKeyring(repo: Repo, sources: KeyringSources): Promise<Keyring> {
  const { readKeyring } = await import('../../sign/openpgp/key-block.ts')
  const found = await keyringBytes(repo, sources)
  const blocks = await readKeyring(concatBytes(found.keyrings))
  if (found.keyFiles.length === 0) return { blocks }
  return { blocks: await withKeyFiles(repo, blocks, found.keyFiles) }
}

interface KeyringBytes {
  readonly keyrings: readonly Uint8Array[]
  /** Paths of what may be armored. */
  readonly keyFiles: readonly string[]
}

async function keyringBytes(repo: Repo, { remote, system = true, folder }: KeyringSources): Promise<KeyringBytes> {
  const { platform } = repo
  const keyrings: Uint8Array[] = []
  const keyFiles: string[] = []
  let systemCounts = system
  if (remote === 'every remote') keyrings.push(...(await keyringsIn(platform, repo.path)))
  else if (remote !== null) {
    const own = await remoteKeyring(repo, remote)
    if (own !== undefined) {
      keyrings.push(own)
      systemCounts = false
    }
    for (const path of gpgKeyPaths(repo, remote)) keyFiles.push(...(await keyFilesAt(platform, path)))
  }
  if (systemCounts) keyrings.push(...(await systemKeyrings(platform)))
  if (folder !== undefined) keyrings.push(...(await keyringsIn(platform, folder)))
  return { keyrings, keyFiles }
}

export function remoteKeyringName(remote: string): string {
  return `${remote}.trustedkeys.gpg`
}

/** In the repository, else beside the system's remotes, else in the parents. */
async function remoteKeyring(repo: Repo, remote: string): Promise<Uint8Array | undefined> {
  if (!remote.startsWith('file://')) remoteOption(repo, remote, 'gpgkeypath') // fails where there is no such remote
  for (let current: Repo | null = repo; current !== null; current = current.parent) {
    const { platform, path } = current
    for (const folder of [path, ...(await remoteFolders(platform, path, {}))]) {
      const bytes = await platform.fs.tryReadFile(`${folder}/${remoteKeyringName(remote)}`)
      if (bytes !== undefined) return bytes
    }
  }
  return undefined
}

/** `gpgkeypath` is a list by semicolons or by commas, whichever it has; an empty item is a path that is not there. */
function gpgKeyPaths(repo: Repo, remote: string): readonly string[] {
  const text = remoteOption(repo, remote, 'gpgkeypath')
  if (text === undefined) return []
  const [separator, another] = [';', ','].filter((one) => text.includes(one))
  if (another !== undefined) {
    throw new OstreeError('FAILED', { reason: 'key value list contains more than one separator' })
  }
  return separator === undefined ? [text] : (remoteListOption(repo, remote, 'gpgkeypath', separator) ?? [])
}

async function systemKeyrings(platform: Platform): Promise<Uint8Array[]> {
  const folder = platform.environment(SYSTEM_VARIABLE) ?? SYSTEM_FOLDER
  if ((await platform.fs.tryStat(folder))?.kind !== 'directory') return []
  try {
    return await keyringsIn(platform, folder)
  } catch (error) {
    throw prefixed(error, `Reading keyring directory '${folder}'`)
  }
}

/** GnuPG's own files of the same ending, which are no keyrings. */
const NO_KEYRINGS: readonly string[] = ['trustdb.gpg', 'secring.gpg']

async function keyringsIn({ fs }: Platform, folder: string): Promise<Uint8Array[]> {
  const names = await filesIn(await fs.readDirectory(folder))
  const keyrings = names.filter((name) => name.endsWith('.gpg') && !NO_KEYRINGS.includes(name))
  return Promise.all(keyrings.map((name) => fs.readFile(`${folder}/${name}`)))
}

async function keyFilesAt({ fs }: Platform, path: string): Promise<string[]> {
  if (path === '') throw new OstreeError('FAILED', { reason: 'opendir(): No such file or directory' })
  try {
    return (await filesIn(await fs.readDirectory(path))).map((name) => `${path}/${name}`)
  } catch (error) {
    if (isIoError(error, 'ENOTDIR')) return [path]
    throw error
  }
}

/** Regular files, in one order everywhere; the reference takes them as the file system lists them. */
async function filesIn(entries: Awaited<ReturnType<Platform['fs']['readDirectory']>>): Promise<string[]> {
  return entries
    .filter(({ kind }) => kind === 'file')
    .map(({ name }) => name)
    .sort()
}

async function withKeyFiles(repo: Repo, blocks: Keyring['blocks'], paths: readonly string[]) {
  const { importKeys, readKeys } = await import('../../sign/openpgp/import-keys.ts')
  const nowSeconds = Math.floor(Date.now() / 1000)
  let all = blocks
  for (const path of paths) {
    const incoming = await readKeys(await repo.platform.fs.readFile(path)) // a file without keys adds none
    all = (await importKeys(all, incoming, nowSeconds)).blocks
  }
  return all
}
