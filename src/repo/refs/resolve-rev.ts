// From what a person types to a commit: a checksum or its unique start, a refspec, and `^` for the parent.
// Facts: spec/repository.md#revisions

import { isIoError, OstreeError, prefixed } from '../../errors.ts'
import { type Checksum, isChecksum, parseChecksum } from '../../objects/checksum.ts'
import type { Repo } from '../repo.ts'
import { listCommits } from '../store/list-objects.ts'
import { readCommit } from '../store/read-object.ts'
import type { Transaction } from '../transaction/transaction.ts'
import { readRefFile } from './list-refs.ts'
import { formatRefspec, parseRefspec, type Refspec } from './ref-names.ts'

export interface ResolveRevOptions {
  /** Do not look for a bare name among remotes' refs. Default `false`. */
  readonly localOnly?: boolean
  /** Refs that this transaction has set count. */
  readonly transaction?: Transaction
}

/** @throws {@link OstreeError} `REF_NOT_FOUND`, or `INVALID_ARGUMENT` for a text that names nothing. */
export async function resolveRev(repo: Repo, text: string, options: ResolveRevOptions = {}): Promise<Checksum> {
  const found = await tryResolveRev(repo, text, options)
  if (found === undefined) throw new OstreeError('REF_NOT_FOUND', { ref: text.replace(/\^+$/, '') })
  return found
}

/** `undefined` where the ref does not exist. */
export async function tryResolveRev(
  repo: Repo,
  text: string,
  options: ResolveRevOptions = {},
): Promise<Checksum | undefined> {
  if (isChecksum(text)) return text
  const partial = await resolvePartialChecksum(repo, text)
  if (partial !== undefined) return partial
  if (text.endsWith('^')) return resolveParent(repo, text.slice(0, -1), options)
  return resolveRefspec(repo, parseRefspec(text), options)
}

async function resolveParent(repo: Repo, text: string, options: ResolveRevOptions): Promise<Checksum | undefined> {
  const child = await tryResolveRev(repo, text, options)
  if (child === undefined) return undefined
  const { parentChecksum } = await readCommit(repo.store, child)
  if (parentChecksum === null) throw new OstreeError('FAILED', { reason: `Commit ${child} has no parent` })
  return parentChecksum
}

async function resolvePartialChecksum(repo: Repo, text: string): Promise<Checksum | undefined> {
  if (!/^[0-9a-f]{0,64}$/.test(text)) return undefined
  const matches: Checksum[] = []
  for await (const checksum of listCommits(repo, text)) matches.push(checksum)
  if (matches.length > 1) throw new OstreeError('FAILED', { reason: `Refspec ${text} not unique` })
  return matches[0]
}

/** A refspec's checksum, parents asked last. `undefined` where nobody has it. */
export async function resolveRefspec(
  repo: Repo,
  refspec: Refspec,
  options: ResolveRevOptions = {},
): Promise<Checksum | undefined> {
  const pending = options.transaction?.pendingRef(formatRefspec(refspec))
  if (pending !== undefined && pending !== null) return pending
  const path = await findRefFile(repo, refspec, options.localOnly ?? false)
  if (path === undefined) {
    const { transaction: _, ...rest } = options
    return repo.parent === null ? undefined : resolveRefspec(repo.parent, refspec, rest)
  }
  let text: string
  try {
    text = await readRefFile(repo.platform, path)
  } catch (error) {
    const plain = isIoError(error, 'EISDIR') ? new OstreeError('IO', { errno: 'EISDIR', call: '', path: '' }) : error
    throw prefixed(plain, `Couldn't open ref '${refspec.ref}'`)
  }
  return parseChecksum(text)
}

async function findRefFile(repo: Repo, { remote, ref }: Refspec, localOnly: boolean): Promise<string | undefined> {
  const { fs } = repo.platform
  const exists = (folder: string, shown?: string) => existingRefFile(repo, `${folder}/${ref}`, shown)
  if (remote !== null) return exists(`refs/remotes/${remote}`)
  const local = await exists('refs/heads')
  if (local !== undefined || localOnly) return local
  const spelledOut = await exists('refs/remotes')
  if (spelledOut !== undefined) return spelledOut
  for (const { name, kind } of await fs.readDirectory(`${repo.path}/refs/remotes`)) {
    if (kind !== 'directory') continue
    const found = await exists(`refs/remotes/${name}`, ref)
    if (found !== undefined) return found
  }
  return undefined
}

/** A ref below another ref, and aliases in a circle, are failures rather than refs that are not there. */
async function existingRefFile(repo: Repo, relative: string, shown = relative): Promise<string | undefined> {
  const { fs } = repo.platform
  const path = `${repo.path}/${relative}`
  try {
    if ((await fs.tryStat(path)) !== undefined) return path
    await fs.lstat(path)
    return undefined // an alias whose ref is gone
  } catch (error) {
    if (isIoError(error, 'ENOENT')) return undefined
    if (!isIoError(error, 'ENOTDIR', 'ELOOP')) throw error
    throw new OstreeError('IO', { errno: error.details.errno, call: 'openat', path: shown }, { cause: error })
  }
}
