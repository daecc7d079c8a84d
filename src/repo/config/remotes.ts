// The remotes that a repository knows: listing, adding, replacing, deleting. Facts: spec/repository.md#remotes

import { compareUtf8 } from '../../bytes/compare.ts'
import { encodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, OstreeError } from '../../errors.ts'
import { KeyFile } from '../../keyfile/key-file.ts'
import { parseBoolean, parseList, unescapeValue } from '../../keyfile/values.ts'
import { validateRemoteName } from '../refs/ref-names.ts'
import { replaceFile } from '../replace-file.ts'
import { type Repo, remoteFolders } from '../repo.ts'
import { booleanOf, remoteGroup } from './config.ts'
import { editConfig } from './edit-config.ts'

/** An option as it is to be written: text, yes or no, or a list. A later one of the same name counts. */
export type RemoteOption = readonly [key: string, value: string | boolean | readonly string[]]

export interface AddRemoteOptions {
  /** Default `fail`. */
  readonly ifExists?: 'fail' | 'keep' | 'replace'
}

/** Names in byte order, parents' remotes included. */
export function listRemotes(repo: Repo): string[] {
  const names = new Set<string>()
  for (let current: Repo | null = repo; current !== null; current = current.parent) {
    for (const name of current.remotes.keys()) names.add(name)
  }
  return [...names].sort(compareUtf8)
}

/** A remote's URL as configured; a `file://` URL is its own. @throws {@link OstreeError} `FAILED` */
export function remoteUrl(repo: Repo, name: string): string {
  if (name.startsWith('file://')) return name
  const url = remoteOption(repo, name, 'url')
  if (url === undefined) throw new OstreeError('FAILED', { reason: `No "url" option in remote "${name}"` })
  return url
}

/** One option of a remote, asked of the parents where the repository has none; a `file://` URL has none at all. */
export function remoteOption(repo: Repo, name: string, option: string): string | undefined {
  return typedOption(repo, name, option, unescapeValue)
}

/** {@link remoteOption} for a list, whose items are closed by semicolons, or by another separator. */
export function remoteListOption(
  repo: Repo,
  name: string,
  option: string,
  separator = ';',
): readonly string[] | undefined {
  return typedOption(repo, name, option, (value) => parseList(value, separator))
}

/** {@link remoteOption} for yes or no. */
export function remoteBooleanOption(repo: Repo, name: string, option: string, fallback: boolean): boolean {
  return typedOption(repo, name, option, parseBoolean) ?? fallback
}

function typedOption<T>(
  repo: Repo,
  name: string,
  option: string,
  parse: (value: string) => T | undefined,
): T | undefined {
  if (name.startsWith('file://')) return undefined
  let known = false
  for (let current: Repo | null = repo; current !== null; current = current.parent) {
    const remote = current.remotes.get(name)
    if (remote === undefined) continue
    known = true
    const value = remote.options.get(option)
    if (value === undefined) continue
    const parsed = parse(value)
    if (parsed !== undefined) return parsed
    const reason = `Key file contains key “${option}” which has a value that cannot be interpreted.`
    throw new OstreeError('KEY_FILE_INVALID_VALUE', { group: remoteGroup(name), key: option, reason })
  }
  if (!known) throw notFound(name)
  return undefined
}

/**
 * @param url - Where it is; `metalink=URL` names a metalink instead.
 * @throws {@link OstreeError} `FAILED`: a remote of that name exists, with `ifExists: 'fail'`.
 */
export async function addRemote(
  repo: Repo,
  name: string,
  url: string | undefined,
  settings: readonly RemoteOption[],
  options: AddRemoteOptions = {},
): Promise<void> {
  const { ifExists = 'fail' } = options
  validateRemoteName(name)
  const existing = repo.remotes.get(name)
  if (existing !== undefined && ifExists === 'keep') return
  if (existing !== undefined && ifExists === 'fail') {
    const place = existing.file ?? '(in config)'
    throw new OstreeError('FAILED', { reason: `Remote configuration for "${name}" already exists: ${place}` })
  }
  const file = existing === undefined ? await fileForNewRemote(repo, name) : existing.file
  const group = remoteGroup(name)
  if (file !== null) {
    const remote = new KeyFile()
    writeSettings(remote, group, url, settings)
    await replaceFile(repo, file, encodeUtf8(remote.toText()))
    return
  }
  await editConfig(repo, (config) => {
    if (existing !== undefined) config.removeGroup(group)
    writeSettings(config, group, url, settings)
  })
}

/** The system's repository keeps each remote in a file of its own, unless its config says otherwise. */
async function fileForNewRemote(repo: Repo, name: string): Promise<string | null> {
  const [folder] = await remoteFolders(repo.platform, repo.path, {})
  if (folder === undefined || !booleanOf(repo.configFile, 'core', 'add-remotes-config-dir', true)) return null
  await repo.platform.fs.ensureDirectory(folder)
  return `${folder}/${name}.conf`
}

function writeSettings(file: KeyFile, group: string, url: string | undefined, settings: readonly RemoteOption[]): void {
  const [, metalink] = /^metalink=(.*)$/s.exec(url ?? '') ?? []
  if (metalink !== undefined) file.setString(group, 'metalink', metalink)
  else if (url !== undefined) file.setString(group, 'url', url)
  for (const [key, value] of settings) {
    if (typeof value === 'string') file.setString(group, key, value)
    else if (typeof value === 'boolean') file.setBoolean(group, key, value)
    else file.setStringList(group, key, value)
  }
}

/** Forgets a remote and its keyring. @throws {@link OstreeError} `FAILED` where there is none, unless `missingOk` */
export async function deleteRemote(
  repo: Repo,
  name: string,
  options: { readonly missingOk?: boolean } = {},
): Promise<void> {
  validateRemoteName(name)
  const remote = repo.remotes.get(name)
  if (remote === undefined) {
    if (options.missingOk === true) return
    throw notFound(name)
  }
  if (remote.file !== null) await repo.platform.fs.unlink(remote.file)
  else await editConfig(repo, (config) => config.removeGroup(remoteGroup(name)))
  try {
    await repo.platform.fs.unlink(`${repo.path}/${name}.trustedkeys.gpg`)
  } catch (error) {
    if (!isIoError(error, 'ENOENT')) throw error
  }
}

function notFound(name: string): OstreeError {
  return new OstreeError('FAILED', { reason: `Remote "${name}" not found` })
}
