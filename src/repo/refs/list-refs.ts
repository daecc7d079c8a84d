// Listing refs: local ones, remotes' and mirrors', and the aliases among them. Facts: spec/repository.md#refs

import { decodeUtf8 } from '../../bytes/utf8.ts'
import { isIoError, OstreeError, prefixed } from '../../errors.ts'
import { type Checksum, parseChecksum } from '../../objects/checksum.ts'
import type { Platform } from '../../platform/types.ts'
import type { Repo } from '../repo.ts'
import { type CollectionRef, isCollectionId, isRefFragment, isRemoteName, parseRefspec } from './ref-names.ts'

export interface ListRefsOptions {
  /** Only refs at or below this one; `REMOTE:` or `REMOTE:PREFIX` for a remote's. */
  readonly prefix?: string
  /** Leave the prefix off the names that are answered. Default `false`. */
  readonly cutPrefix?: boolean
  /** Answer aliases alone, with the refs they stand for instead of checksums. Default `false`. */
  readonly aliasesOnly?: boolean
  readonly excludeRemotes?: boolean
  readonly excludeMirrors?: boolean
}

/** A ref's checksum, or an alias's target with `aliasesOnly`, by refspec. In no particular order. */
export async function listRefs(repo: Repo, options: ListRefsOptions = {}): Promise<Map<string, string>> {
  const refs = new Map<string, string>()
  try {
    if (options.prefix === undefined) await listAll(repo, options, refs)
    else await listBelow(repo, options.prefix, options, refs)
  } catch (error) {
    throw prefixed(error, 'Listing refs')
  }
  return refs
}

async function listAll(repo: Repo, options: ListRefsOptions, refs: Map<string, string>): Promise<void> {
  const add = (remote: string | null) => (name: string, value: string) =>
    refs.set(remote === null ? name : `${remote}:${name}`, value)
  const aliasesOnly = options.aliasesOnly ?? false
  const heads = `${repo.path}/refs/heads`
  await walk(repo.platform, heads, '', aliasesOnly, heads, 'refs/heads', add(null))
  if (options.excludeRemotes === true) return
  const remotes = `${repo.path}/refs/remotes`
  for (const { name, kind } of await readDirectory(repo.platform, remotes, 'refs/remotes')) {
    if (kind === 'directory')
      await walk(
        repo.platform,
        `${remotes}/${name}`,
        '',
        aliasesOnly,
        `${remotes}/${name}`,
        name,
        add(aliasesOnly ? null : name),
      )
  }
}

async function listBelow(
  repo: Repo,
  prefix: string,
  options: ListRefsOptions,
  refs: Map<string, string>,
): Promise<void> {
  const { remote, ref } = parsePrefix(prefix)
  const inRemotes = options.excludeRemotes !== true && remote !== null
  const base = `${repo.path}/refs/${inRemotes ? `remotes/${remote}` : 'heads'}`
  const path = ref === '.' ? base : `${base}/${ref}`
  const add = (name: string, value: string) =>
    refs.set(remote === null || options.aliasesOnly === true ? name : `${remote}:${name}`, value)
  const stat = await repo.platform.fs.tryStat(path)
  if (stat === undefined) {
    if (!(await leadsThroughFile(repo, path))) return
    throw new OstreeError('IO', { errno: 'ENOTDIR', call: 'fstatat', path: path.slice(repo.path.length + 1) })
  }
  if (stat.kind !== 'directory') {
    add(ref, await readRefFile(repo.platform, path))
    return
  }
  const aliasesOnly = options.aliasesOnly ?? false
  const cut = options.cutPrefix ?? false
  await walk(
    repo.platform,
    path,
    cut || ref === '.' ? (cut ? '' : './') : `${ref}/`,
    aliasesOnly,
    cut ? path : base,
    path,
    add,
  )
}

async function leadsThroughFile({ platform }: Repo, path: string): Promise<boolean> {
  try {
    await platform.fs.lstat(path)
  } catch (error) {
    if (isIoError(error, 'ENOTDIR')) return true
    if (!isIoError(error, 'ENOENT')) throw error
  }
  return false
}

/** `REMOTE:` and `REMOTE:.` stand for all refs of a remote, though neither is a refspec. */
function parsePrefix(prefix: string): { remote: string | null; ref: string } {
  const match = /^(.*):\.?$/.exec(prefix)
  if (match !== null && isRemoteName(match[1]!)) return { remote: match[1]!, ref: '.' }
  return parseRefspec(prefix)
}

/** Files that are no refs (a mirroring tool's, say) are passed over. */
async function walk(
  platform: Platform,
  folder: string,
  prefix: string,
  aliasesOnly: boolean,
  base: string,
  shown: string,
  add: (name: string, value: string) => void,
): Promise<void> {
  for (const { name, kind } of await readDirectory(platform, folder, shown)) {
    if (!isRefFragment(name)) continue
    const path = `${folder}/${name}`
    if (kind === 'directory') await walk(platform, path, `${prefix}${name}/`, aliasesOnly, base, path, add)
    else if (kind === 'symlink' && aliasesOnly)
      add(prefix + name, (await platform.fs.readlink(path)).replace(/^(\.\.\/)+/, ''))
    else if (kind === 'symlink' || (kind === 'file' && !aliasesOnly))
      add(prefix + name, await readRefFile(platform, path))
  }
}

async function readDirectory(platform: Platform, path: string, shown: string) {
  const entries = await platform.fs.tryReadDirectory(path)
  if (entries === undefined) throw new OstreeError('IO', { errno: 'ENOENT', call: 'opendir', path: shown })
  return entries
}

/** The text of a ref file without its closing line break. */
export async function readRefFile(platform: Platform, path: string): Promise<string> {
  return decodeUtf8(await platform.fs.readFile(path)).trimEnd()
}

export interface CollectionRefEntry extends CollectionRef {
  readonly checksum: Checksum
}

/** Refs by collection: the repository's own, its mirrors', and those of remotes that have a collection. */
export async function listCollectionRefs(
  repo: Repo,
  options: {
    readonly collectionId?: string
    readonly excludeRemotes?: boolean
    readonly excludeMirrors?: boolean
  } = {},
): Promise<CollectionRefEntry[]> {
  const wanted = options.collectionId
  if (wanted !== undefined && !isCollectionId(wanted)) {
    throw new OstreeError('INVALID_ARGUMENT', { reason: `Listing refs: Invalid collection ID ${wanted}` })
  }
  const found = new Map<string, CollectionRefEntry>()
  const collect = async (folder: string, collectionId: string) => {
    if (wanted !== undefined && wanted !== collectionId) return
    const add = (ref: string, text: string) =>
      found.set(`${collectionId}\0${ref}`, { collectionId, ref, checksum: parseChecksum(text) })
    await walk(repo.platform, folder, '', false, folder, folder, add)
  }
  const own = repo.config.collectionId
  if (own !== null) await collect(`${repo.path}/refs/heads`, own)
  const folders = async (path: string) =>
    ((await repo.platform.fs.tryReadDirectory(path)) ?? []).filter(({ kind }) => kind === 'directory')
  if (options.excludeMirrors !== true) {
    for (const { name } of await folders(`${repo.path}/refs/mirrors`))
      await collect(`${repo.path}/refs/mirrors/${name}`, name)
  }
  if (options.excludeRemotes !== true) {
    for (const { name } of await folders(`${repo.path}/refs/remotes`)) {
      const collectionId = repo.remotes.get(name)?.options.get('collection-id')
      if (collectionId !== undefined && isCollectionId(collectionId))
        await collect(`${repo.path}/refs/remotes/${name}`, collectionId)
    }
  }
  return [...found.values()]
}
