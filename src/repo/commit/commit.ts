// `commit`: puts a tree together from directories, tar files and other commits, stores it, and moves a branch to it.
// Facts: spec/repository.md#commit

import { isIoError, OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Metadata } from '../../objects/commit.ts'
import type { OperationOptions } from '../../operation.ts'
import { resolveRev, tryResolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import { type DevinoCache, scanHardlinks } from '../store/devino-cache.ts'
import { readCommit } from '../store/read-object.ts'
import { Transaction, type TransactionStats } from '../transaction/transaction.ts'
import { MutableTree, mutableTreeOfCommit, type TreeChecksums, writeMutableTree } from '../trees/mutable-tree.ts'
import { writeSignatures } from '../trust/detached-metadata.ts'
import { type Signers, signCommit } from '../trust/sign.ts'
import { withBootableMetadata } from './bootable.ts'
import { type ArchiveSource, commitArchive } from './commit-archive.ts'
import { commitDirectory } from './commit-directory.ts'
import { commitStoredTree } from './commit-stored-tree.ts'
import { type CommitModifier, type LabelSource, NO_MODIFIER } from './modifier.ts'
import { ObjectSizes } from './object-sizes.ts'
import { PathRules, type PathRulesOptions } from './path-rules.ts'
import { policyOfCommit, policyOfDirectory } from './policy.ts'
import { withBindings, writeCommit } from './write-commit.ts'

export type TreeSource =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'commit'; readonly rev: string }
  | ArchiveSource

export interface CommitOptions extends OperationOptions {
  /** Overlaid in this order. */
  readonly trees: readonly TreeSource[]
  /** A commit to start from; no modifier applies to it. */
  readonly base?: string | undefined
  /** The ref to set; none makes a commit that only its checksum leads to. */
  readonly branch?: string | undefined
  readonly parent?: Checksum | null
  readonly subject?: string | undefined
  readonly body?: string | undefined
  readonly metadata?: Metadata
  readonly detachedMetadata?: Metadata | undefined
  /** Sign the commit before anyone sees it. */
  readonly signers?: Signers | undefined
  /** More refs to bind the commit to than its branch; `null` writes no bindings at all. Default: none. */
  readonly bindRefs?: readonly string[] | null
  /** Mark the commit as one with a kernel. */
  readonly bootable?: boolean
  /** What may be changed on the way in. `null`, the default, lets commits be taken in without looking at their files. */
  readonly modifier?: Omit<CommitModifier, 'filter'> | null
  readonly rules?: PathRulesOptions | undefined
  /** Label files by the policy of the base, or else of the first tree, which may then be no archive. */
  readonly labelsFromBase?: boolean
  /** Look for files that are hard links to objects. */
  readonly linkCheckoutSpeedup?: boolean
  /** Do nothing when the tree is the parent's. */
  readonly skipIfUnchanged?: boolean
  readonly timestamp?: bigint | undefined
}

export interface CommitResult {
  /** The new commit, or the parent where nothing was done. */
  readonly checksum: Checksum
  readonly unchanged: boolean
  readonly stats: TransactionStats
}

/** @throws {@link OstreeError} `UNMATCHED_PATHS`; `FAILED` "Can't commit an empty tree" and for files of other kinds. */
export async function commit(repo: Repo, options: CommitOptions): Promise<CommitResult> {
  const transaction = await Transaction.begin(repo, options.signal)
  try {
    const tree = await buildTree(transaction, options)
    const root = await writeMutableTree(transaction, tree)
    const { parent = null, skipIfUnchanged = false } = options
    if (parent !== null && skipIfUnchanged && (await hasTree(transaction, parent, root))) {
      await transaction.abort()
      return { checksum: parent, unchanged: true, stats: transaction.stats }
    }
    const checksum = await writeCommitOf(transaction, tree, root, options)
    if (options.branch !== undefined) transaction.setRefspec(options.branch, checksum)
    options.signal?.throwIfAborted()
    return { checksum, unchanged: false, stats: await transaction.commit() }
  } catch (error) {
    await transaction.abort()
    throw error
  }
}

/** What a tree is put together with; the first tree may bring the labels for itself and all others. */
async function buildTree(transaction: Transaction, options: CommitOptions): Promise<MutableTree> {
  const { repo } = transaction
  const { base, linkCheckoutSpeedup = false, modifier: given = null, rules: ruleOptions } = options
  const rules = ruleOptions === undefined ? null : new PathRules(ruleOptions)
  let modifier: CommitModifier | null = rules === null ? given : { ...(given ?? NO_MODIFIER), filter: rules.filter }
  const devino = linkCheckoutSpeedup ? await scanHardlinks(repo) : null
  const tree =
    base === undefined ? new MutableTree() : await mutableTreeOfCommit(transaction.store, await resolveRev(repo, base))
  if (options.labelsFromBase === true) {
    modifier = { ...(modifier ?? NO_MODIFIER), labels: await baseLabels(repo, base, options.trees[0]) }
  }
  for (const source of options.trees) {
    // As in the reference, each tree starts the list of sizes anew.
    if (modifier?.generateSizes === true && repo.mode === 'archive') transaction.sizes = new ObjectSizes()
    await overlay(transaction, tree, source, { modifier, devino, signal: options.signal })
  }
  rules?.requireAllMet()
  return tree
}

async function baseLabels(
  repo: Repo,
  base: string | undefined,
  first: TreeSource | undefined,
): Promise<LabelSource | null> {
  if (base !== undefined) return policyOfCommit(repo, base)
  switch (first?.kind) {
    case 'directory':
      return policyOfDirectory(repo.platform, first.path)
    case 'commit':
      return policyOfCommit(repo, first.rev)
    case 'archive':
      throw new OstreeError('FAILED', { reason: 'Cannot use --selinux-policy-from-base with tar' })
    default:
      return null
  }
}

interface OverlayOptions extends OperationOptions {
  readonly modifier: CommitModifier | null
  readonly devino: DevinoCache | null
}

async function overlay(
  transaction: Transaction,
  tree: MutableTree,
  source: TreeSource,
  { modifier, devino, signal }: OverlayOptions,
): Promise<void> {
  switch (source.kind) {
    case 'directory':
      return commitDirectory(transaction, tree, source.path, { modifier: modifier ?? NO_MODIFIER, devino, signal })
    case 'archive':
      return commitArchive(transaction, tree, source, { modifier: modifier ?? NO_MODIFIER, signal })
    case 'commit': {
      const { repo, store } = transaction
      const { rootTreeContents, rootTreeMetadata } = await readCommit(store, await resolveRev(repo, source.rev))
      const stored = { contents: rootTreeContents, metadata: rootTreeMetadata }
      return commitStoredTree(transaction, tree, stored, { modifier, signal })
    }
  }
}

async function hasTree({ store }: Transaction, commit: Checksum, root: TreeChecksums): Promise<boolean> {
  const { rootTreeContents, rootTreeMetadata } = await readCommit(store, commit)
  return rootTreeContents === root.contents && rootTreeMetadata === root.metadata
}

async function writeCommitOf(
  transaction: Transaction,
  tree: MutableTree,
  root: TreeChecksums,
  options: CommitOptions,
): Promise<Checksum> {
  const { branch, bindRefs = [], bootable = false, detachedMetadata, signers, timestamp } = options
  let { metadata = [] } = options
  if (bindRefs !== null) {
    const refs = branch === undefined ? bindRefs : [branch, ...bindRefs]
    metadata = withBindings(metadata, refs, transaction.repo.config.collectionId)
  }
  if (bootable) metadata = await withBootableMetadata(metadata, tree)
  const { parent = null, subject = '', body = '' } = options
  const checksum = await writeCommit(transaction, {
    root,
    parent,
    subject,
    body,
    metadata,
    ...(timestamp === undefined ? {} : { timestamp }),
  })
  const { store } = transaction
  if (detachedMetadata !== undefined) await writeSignatures(store, checksum, detachedMetadata)
  if (signers !== undefined) await signCommit(store, checksum, signers, detachedMetadata)
  return checksum
}

/** The commit that a branch is at, which the next one gets as its parent; `null` for a branch to be. */
export async function currentCommitOf(repo: Repo, branch: string): Promise<Checksum | null> {
  try {
    return (await tryResolveRev(repo, branch)) ?? null
  } catch (error) {
    if (isIoError(error, 'EISDIR')) return null // a folder of refs; setting the ref will say more
    throw error
  }
}

/** The entries of a commit's metadata under `keys`, in that order. @throws {@link OstreeError} `FAILED` */
export async function keptMetadata(repo: Repo, commit: Checksum, keys: readonly string[]): Promise<Metadata> {
  if (keys.length === 0) return []
  const entries = new Map((await readCommit(repo.store, commit)).metadata)
  return keys.map((key) => {
    const value = entries.get(key)
    if (value !== undefined) return [key, value]
    throw new OstreeError('FAILED', { reason: `Missing metadata key '${key}' from commit '${commit}'` })
  })
}
