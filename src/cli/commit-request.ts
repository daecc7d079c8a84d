// From the options of `commit` to what the library is asked for.

import { OstreeError, prefixed } from '../errors.ts'
import { parseVariant } from '../gvariant/parse-text.ts'
import type { Variant } from '../gvariant/schema.ts'
import { type Checksum, parseChecksum } from '../objects/checksum.ts'
import type { Metadata } from '../objects/commit.ts'
import type { Platform } from '../platform/types.ts'
import { currentCommitOf, keptMetadata, type TreeSource } from '../repo/commit/commit.ts'
import type { CommitModifier } from '../repo/commit/modifier.ts'
import { type PathRulesOptions, parseSkipList, parseStatOverrides } from '../repo/commit/path-rules.ts'
import { policyOfDirectory } from '../repo/commit/policy.ts'
import type { Repo } from '../repo/repo.ts'
import { type ArchiveOptions, archiveOf } from './archive-request.ts'
import type { Session } from './command.ts'
import { readTextFile } from './text-file.ts'

export interface PathRuleOptions {
  readonly 'owner-uid': number
  readonly 'owner-gid': number
  readonly 'mode-ro-executables': boolean
  readonly statoverride: string | undefined
  readonly 'skip-list': string | undefined
}

/** `undefined` where no option says anything about single entries. */
export async function pathRulesOf(platform: Platform, options: PathRuleOptions): Promise<PathRulesOptions | undefined> {
  const { statoverride, 'skip-list': skipList } = options
  const given = (id: number) => (id >= 0 ? id : undefined)
  const rules: PathRulesOptions = {
    statOverrides:
      statoverride === undefined ? undefined : parseStatOverrides(await readTextFile(platform, statoverride)),
    skipList: skipList === undefined ? undefined : parseSkipList(await readTextFile(platform, skipList)),
    ownerUid: given(options['owner-uid']),
    ownerGid: given(options['owner-gid']),
    readOnlyExecutables: options['mode-ro-executables'],
  }
  return Object.values(rules).some((rule) => rule !== undefined && rule !== false) ? rules : undefined
}

export interface ParentOptions {
  readonly parent: string | undefined
  readonly branch: string | undefined
  readonly orphan: boolean
}

/** The commit that the new one follows. @throws {@link OstreeError} where there is neither a branch nor an orphan. */
export async function parentOf(repo: Repo, { parent, branch, orphan }: ParentOptions): Promise<Checksum | null> {
  if (branch === undefined && !orphan) fail('A branch must be specified with --branch, or use --orphan')
  if (parent !== undefined) return parent === 'none' ? null : parseChecksum(parent)
  return orphan || branch === undefined ? null : currentCommitOf(repo, branch)
}

export interface MetadataOptions {
  readonly 'add-metadata-string': readonly string[]
  readonly 'add-metadata': readonly string[]
  readonly 'keep-metadata': readonly string[]
}

/** In the order that the reference writes: all strings, then all other values, then what the parent had. */
export async function metadataOf(repo: Repo, parent: Checksum | null, options: MetadataOptions): Promise<Metadata> {
  const { 'add-metadata-string': strings, 'add-metadata': variants, 'keep-metadata': kept } = options
  if (parent === null && kept.length > 0) {
    fail('Either --branch or --parent must be specified when using --keep-metadata')
  }
  const given = [...stringMetadata(strings), ...variants.map((text) => parseEntry(text, parseVariant))]
  return parent === null ? given : [...given, ...(await keptMetadata(repo, parent, kept))]
}

export const stringMetadata = (texts: readonly string[]): Metadata =>
  texts.map((text) => parseEntry(text, (value) => ({ type: 's', value })))

function parseEntry(text: string, parse: (value: string) => Variant): readonly [string, Variant] {
  const equals = text.indexOf('=')
  if (equals < 0) fail(`Missing '=' in KEY=VALUE metadata '${text}'`)
  try {
    return [text.slice(0, equals), parse(text.slice(equals + 1))]
  } catch (error) {
    throw prefixed(error, `Parsing ${text}`)
  }
}

export interface ModifierOptions {
  readonly 'owner-uid': number
  readonly 'owner-gid': number
  readonly 'canonical-permissions': boolean
  readonly 'no-xattrs': boolean
  readonly 'selinux-policy': string | undefined
  readonly 'selinux-policy-from-base': boolean
  readonly 'selinux-labeling-epoch': number
  readonly 'devino-canonical': boolean
  readonly consume: boolean
  readonly 'generate-sizes': boolean
}

/** `null` where no option asks for anything to be changed, or looked at, on the way in. */
export async function modifierOf(
  repo: Repo,
  options: ModifierOptions,
  rules: PathRulesOptions | undefined,
): Promise<Omit<CommitModifier, 'filter'> | null> {
  const canonicalPermissions = options['canonical-permissions']
  for (const option of ['owner-uid', 'owner-gid'] as const) {
    if (canonicalPermissions && options[option] > 0) {
      fail(`Cannot specify both --canonical-permissions and non-zero --${option}`)
    }
  }
  const policy = options['selinux-policy']
  if (policy !== undefined && options['selinux-policy-from-base']) {
    fail('Cannot specify both --selinux-policy and --selinux-policy-from-base')
  }
  const epoch = options['selinux-labeling-epoch']
  if (epoch !== 0 && epoch !== 1) fail(`Unknown SELinux labeling epoch: ${epoch}`)
  const modifier = {
    canonicalPermissions,
    skipXattrs: options['no-xattrs'],
    consume: options.consume,
    devinoCanonical: options['devino-canonical'],
    generateSizes: options['generate-sizes'],
    labelUsrEtcAsEtc: epoch === 1,
  }
  const asked =
    Object.values(modifier).includes(true) ||
    policy !== undefined ||
    options['selinux-policy-from-base'] ||
    repo.mode === 'bare-user-only' ||
    rules !== undefined
  if (!asked) return null
  return policy === undefined ? modifier : { ...modifier, labels: await policyOfDirectory(repo.platform, policy) }
}

export interface TreeOptions extends ArchiveOptions {
  readonly tree: readonly string[]
}

/** `--tree=TYPE=WHAT`; without any, the directory PATH or the current one. */
export function treesOf(options: TreeOptions, path: string | undefined, session: Session): TreeSource[] {
  if (options.tree.length === 0) return [{ kind: 'directory', path: path ?? '.' }]
  return options.tree.map((text) => parseTree(text, options, session))
}

function parseTree(text: string, options: ArchiveOptions, session: Session): TreeSource {
  const equals = text.indexOf('=')
  if (equals < 0) fail(`Missing type in tree specification '${text}'`)
  const type = text.slice(0, equals)
  const what = text.slice(equals + 1)
  switch (type) {
    case 'dir':
      return { kind: 'directory', path: what }
    case 'tar':
      return archiveOf(what, options, session)
    case 'ref':
      return { kind: 'commit', rev: what }
    default:
      return fail(`Invalid tree type specification '${type}'`)
  }
}

function fail(reason: string): never {
  throw new OstreeError('FAILED', { reason })
}
