// Repositories on mounted volumes. Facts: spec/pull.md#volumes

import { compareUtf8 } from '../../bytes/compare.ts'
import { OstreeError } from '../../errors.ts'
import type { RemoteConfig } from '../../repo/config/config.ts'
import { type CollectionRefEntry, listCollectionRefs } from '../../repo/refs/list-refs.ts'
import type { CollectionRef } from '../../repo/refs/ref-names.ts'
import { openRepo, type Repo } from '../../repo/repo.ts'
import { onSameFileSystem } from '../same-file-system.ts'
import { canonicalPath } from './canonical-path.ts'
import type { FinderOptions } from './config-finder.ts'
import { type FoundRef, type FoundRemote, sameRef } from './found-remote.ts'
import { keyringOf, keyringRemoteOf } from './keyring.ts'
import { isVolume, listMounts } from './mounts.ts'

/** Before what has to come over a network. */
const PRIORITY = 50
const FOLDER_OF_REPOS = '.ostree/repos.d'
const WELL_KNOWN_REPOS = ['.ostree/repo', 'ostree/repo', 'var/lib/flatpak/repo']

/** Repositories on volumes that have the refs, and for whose collections the repository knows keys. */
export async function findOnMounts(
  repo: Repo,
  wanted: readonly CollectionRef[],
  options: FinderOptions,
): Promise<FoundRemote[]> {
  const { platform } = repo
  const mounts = await listMounts(platform)
  const found: FoundRemote[] = []
  for (const mount of mounts) {
    if (!(await isVolume(platform, mount, mounts))) continue
    const repos = await reposOn(repo, mount.path, options)
    found.push(...(await remotesOf(repo, repos, wanted)))
  }
  return found
}

interface MountedRepo {
  /** Without links. */
  readonly path: string
  readonly refs: readonly CollectionRefEntry[]
}

/** Those of `repos.d` in the order of their names, then the well-known places. */
async function reposOn(repo: Repo, mountPath: string, options: FinderOptions): Promise<MountedRepo[]> {
  const { fs } = repo.platform
  const listed = (await fs.tryReadDirectory(`${mountPath}/${FOLDER_OF_REPOS}`)) ?? []
  const names = listed.map(({ name }) => `${FOLDER_OF_REPOS}/${name}`).sort(compareUtf8)
  const repos: MountedRepo[] = []
  for (const name of [...names, ...WELL_KNOWN_REPOS]) {
    const path = `${mountPath}/${name}`
    if ((await fs.tryStat(path)) === undefined) continue
    try {
      repos.push(await openMounted(repo, path, mountPath))
    } catch (error) {
      options.signal?.throwIfAborted()
      options.onIgnored?.(path, error) // what cannot be opened is no repository to pull from
    }
  }
  return repos
}

async function openMounted(repo: Repo, path: string, mountPath: string): Promise<MountedRepo> {
  const { fs } = repo.platform
  const mounted = await openRepo(repo.platform, path)
  if (!(await onSameFileSystem(repo.platform, path, mountPath))) {
    throw new OstreeError('FAILED', { reason: 'Repository is on a different file system from the mount' })
  }
  if ((await fs.devino(path)) === (await fs.devino(repo.path))) {
    throw new OstreeError('FAILED', { reason: 'Repository is the same as the one we are resolving' })
  }
  return {
    path: await canonicalPath(repo.platform, path),
    refs: await listCollectionRefs(mounted, { excludeRemotes: true }),
  }
}

/** Each ref from the first repository that has it; a repository is one remote for each keyring. */
async function remotesOf(
  repo: Repo,
  repos: readonly MountedRepo[],
  wanted: readonly CollectionRef[],
): Promise<FoundRemote[]> {
  const found = new Map<
    string,
    { readonly path: string; readonly keyRemote: RemoteConfig; readonly refs: FoundRef[] }
  >()
  for (const ref of wanted) {
    const keyRemote = keyringRemoteOf(repo, ref.collectionId)
    const holder = repos.find(({ refs }) => refs.some((entry) => sameRef(entry, ref)))
    if (keyRemote === undefined || holder === undefined) continue
    const { checksum } = holder.refs.find((entry) => sameRef(entry, ref))!
    const key = `${holder.path}\0${keyRemote.name}`
    const known = found.get(key) ?? { path: holder.path, keyRemote, refs: [] }
    known.refs.push({ ...ref, checksum })
    found.set(key, known)
  }
  return [...found.values()].map(({ path, keyRemote, refs }) => ({
    finder: 'mount',
    priority: PRIORITY,
    remote: dynamicRemote(path, keyRemote),
    url: `file://${path}`,
    keyring: keyringOf(keyRemote),
    refRemote: keyRemote.name,
    refs,
    summaryLastModified: 0n,
  }))
}

/** A remote that no config has: its commits must be signed, its summary need not be. */
function dynamicRemote(path: string, keyRemote: RemoteConfig): RemoteConfig {
  const url = `file://${path}`
  const escaped = [url, keyringOf(keyRemote)].map(escapeForName).join('_')
  return {
    name: escaped.replaceAll('%', '_'),
    file: null,
    options: new Map([
      ['url', url],
      ['gpg-verify', 'true'],
      ['gpg-verify-summary', 'false'],
    ]),
  }
}

/** Every byte but the unreserved ones of RFC 3986 as `%XX`. */
function escapeForName(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
