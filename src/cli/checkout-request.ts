// From the options of `checkout` to what the library is asked for.

import { tryDecodeUtf8 } from '../bytes/utf8.ts'
import { isOstreeError, OstreeError, prefixed, retold } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import type { Platform } from '../platform/types.ts'
import { type CheckoutOptions, checkout, type OverwriteMode } from '../repo/checkout/checkout.ts'
import type { LabelSource } from '../repo/commit/modifier.ts'
import { policyOfDirectory } from '../repo/commit/policy.ts'
import type { Repo } from '../repo/repo.ts'
import { isPathNotFound } from '../repo/trees/tree-path.ts'
import { comingLater } from './coming-later.ts'
import type { Session } from './command.ts'
import { absolutePath } from './target.ts'
import { readTextFile } from './text-file.ts'

export interface CheckoutFlags {
  readonly 'user-mode': boolean
  readonly 'disable-cache': boolean
  readonly 'allow-noent': boolean
  readonly fsync: boolean | undefined
  readonly union: boolean
  readonly 'union-add': boolean
  readonly 'union-identical': boolean
  readonly whiteouts: boolean
  readonly 'process-passthrough-whiteouts': boolean
  readonly 'require-hardlinks': boolean
  readonly 'force-copy-zerosized': boolean
  readonly 'force-copy': boolean
  readonly 'bareuseronly-dirs': boolean
  readonly 'skip-list': string | undefined
  readonly 'selinux-policy': string | undefined
  readonly 'selinux-prefix': string | undefined
  readonly composefs: boolean
  readonly 'composefs-noverity': boolean
}

/**
 * The reference has two ways to check out. The older one, for lines with none of these options, uses the uncompressed
 * cache and heeds `--allow-noent`.
 */
export function isPlain(flags: CheckoutFlags): boolean {
  return NEWER.every((name) => flags[name] === false || flags[name] === undefined)
}

const NEWER = [
  'disable-cache',
  'whiteouts',
  'require-hardlinks',
  'union-add',
  'force-copy',
  'force-copy-zerosized',
  'bareuseronly-dirs',
  'union-identical',
  'skip-list',
  'selinux-policy',
  'selinux-prefix',
  'process-passthrough-whiteouts',
] as const

export interface CheckoutContext {
  readonly session: Session
  readonly platform: Platform
  readonly repo: Repo
  readonly flags: CheckoutFlags
  readonly signal: AbortSignal
}

/** Checks out one commit, or the part of it that `subpath` names. */
export async function checkoutOne(
  { session, platform, repo, flags, signal }: CheckoutContext,
  commit: Checksum,
  subpath: string | undefined,
  destination: string,
): Promise<void> {
  const plain = isPlain(flags)
  const options = await optionsOf(platform, flags, subpath)
  try {
    await checkout(repo, commit, plain ? absolutePath(session, destination) : destination, { ...options, signal })
  } catch (error) {
    // An object that the repository lacks is no path that the commit lacks: that stays an error.
    if (!plain || !flags['allow-noent'] || !isPathNotFound(error)) throw error
  }
}

async function optionsOf(
  platform: Platform,
  flags: CheckoutFlags,
  subpath: string | undefined,
): Promise<CheckoutOptions> {
  const common = {
    mode: flags['user-mode'] ? 'user' : 'none',
    ...(subpath !== undefined && { subpath }),
    ...(flags.fsync === false && { fsyncCache: false }),
  } as const
  if (flags.composefs || flags['composefs-noverity']) {
    if (!isPlain(flags)) fail('Specified options are incompatible with --composefs')
    comingLater("'--composefs'")
  }
  if (isPlain(flags)) {
    return { ...common, overwrite: flags.union ? 'union-files' : 'none', uncompressedCache: true }
  }
  const overwrite = overwriteOf(flags)
  const labels = flags['selinux-policy'] === undefined ? null : await labelsOf(platform, flags['selinux-policy'])
  const skipped = flags['skip-list'] === undefined ? null : await readSkipList(platform, flags['skip-list'])
  return {
    ...common,
    overwrite,
    forceCopy: flags['force-copy'] || labels !== null,
    requireHardlinks: flags['require-hardlinks'],
    whiteouts: flags.whiteouts,
    passthroughWhiteouts: flags['process-passthrough-whiteouts'],
    bareUserOnlyDirs: flags['bareuseronly-dirs'],
    ...(labels !== null && { labels: { label: labels.label.bind(labels), prefix: flags['selinux-prefix'] } }),
    ...(skipped !== null && { filter: (path: string) => !skipped.has(path) }),
  }
}

/** In the order in which the reference finds fault. */
function overwriteOf(flags: CheckoutFlags): OverwriteMode {
  const { union, 'union-add': add, 'union-identical': identical, 'require-hardlinks': hardlinks } = flags
  if (union && add) fail('Cannot specify both --union and --union-add')
  if (union && identical) fail('Cannot specify both --union and --union-identical')
  if (add && identical) fail('Cannot specify both --union-add and --union-identical')
  const copies = flags['force-copy'] || flags['selinux-policy'] !== undefined
  if (hardlinks && copies) fail('Cannot specify both --require-hardlinks and --force-copy')
  if (flags['selinux-prefix'] !== undefined && flags['selinux-policy'] === undefined) {
    fail('Cannot specify --selinux-prefix without --selinux-policy')
  }
  if (union) return 'union-files'
  if (add) return 'add-files'
  if (identical && !hardlinks) fail('--union-identical requires --require-hardlinks')
  return identical ? 'union-identical' : 'none'
}

/** Where no policy is in force, the reference crashes at the first file. */
async function labelsOf(platform: Platform, root: string): Promise<LabelSource> {
  let policy: LabelSource | null
  try {
    policy = await policyOfDirectory(platform, root)
  } catch (error) {
    throw isOstreeError(error, 'IO') ? prefixed(error, 'selinux-policy: ') : error
  }
  if (policy === null) fail(`No SELinux policy is in force in ${root}`)
  return policy
}

/** Directories stand in it with a slash at their end. */
async function readSkipList(platform: Platform, path: string): Promise<ReadonlySet<string>> {
  const text = await readTextFile(platform, path)
  return new Set(text.split('\n').filter((line) => line !== ''))
}

export interface RequestedCheckout {
  readonly rev: string
  readonly subpath: string | undefined
}

/** The list that `--from-file` and `--from-stdin` take: revision and path in turn, each closed by a NUL byte. */
export async function* requestedCheckouts(source: AsyncIterable<Uint8Array>): AsyncGenerator<RequestedCheckout> {
  let rev: string | undefined
  for await (const text of splitAtNul(source)) {
    if (rev === undefined) {
      if (text === '') return
      rev = text
    } else {
      yield { rev, subpath: text }
      rev = undefined
    }
  }
  if (rev !== undefined) yield { rev, subpath: undefined }
}

async function* splitAtNul(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pending: number[] = []
  const take = (): string => {
    const text = tryDecodeUtf8(Uint8Array.from(pending))
    if (text === undefined) throw new OstreeError('FAILED', { reason: 'Invalid UTF-8' })
    pending = []
    return text
  }
  for await (const chunk of source) {
    for (const byte of chunk) {
      if (byte === 0) yield take()
      else pending.push(byte)
    }
  }
  if (pending.length > 0) yield take()
}

/** The file that `--from-file` names. */
export async function* readListFile(session: Session, platform: Platform, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield await platform.fs.readFile(path)
  } catch (error) {
    throw retold(error, `Error opening file ${absolutePath(session, path)}`)
  }
}

function fail(reason: string): never {
  throw new OstreeError('FAILED', { reason })
}
