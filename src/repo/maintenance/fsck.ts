// Checking a whole repository: refs, bindings, and every object of every complete commit. Facts: spec/repository.md#fsck

import { OstreeError, prefixed } from '../../errors.ts'
import { type Checksum, parseChecksum } from '../../objects/checksum.ts'
import type { Commit } from '../../objects/commit.ts'
import type { ObjectName } from '../../objects/object-name.ts'
import type { OperationOptions } from '../../operation.ts'
import { runJob } from '../job.ts'
import { collectionBinding, refBindings, verifyBindings } from '../refs/bindings.ts'
import { listCollectionRefs, listRefs } from '../refs/list-refs.ts'
import { parseRefspec } from '../refs/ref-names.ts'
import { tryResolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import { SharedQueue } from '../shared-work.ts'
import { CHECK_OBJECTS, checkAll, type ObjectProblem } from '../store/check-object.ts'
import { markCommitPartial, readCommitState } from '../store/commit-state.ts'
import { deleteObject, objectPath } from '../store/delete-object.ts'
import { listCommits } from '../store/list-objects.ts'
import { readCommit, tryReadMetadata } from '../store/read-object.ts'
import { ObjectSet, traverseCommit } from '../trees/traverse.ts'
import { keepTombstones } from './delete-commit.ts'

export type FsckEvent =
  | { readonly type: 'refs' | 'collection-refs' | 'enumerating' }
  | { readonly type: 'verifying'; readonly commits: number }
  | { readonly type: 'progress'; readonly checked: number; readonly total: number }
  /** `commits`: those that reach the object, where that was looked up. */
  | { readonly type: 'problem'; readonly problem: ObjectProblem; readonly commits: readonly Checksum[] | null }
  | { readonly type: 'marked-partial'; readonly commit: Checksum }
  | { readonly type: 'tombstone'; readonly commit: Checksum }

export interface FsckOptions extends OperationOptions<FsckEvent> {
  /** Go on after the first bad object. Default `false`. */
  readonly all?: boolean
  /** Delete bad objects, and mark their commits partial. Default `false`. */
  readonly delete?: boolean
  /** Replace commits whose parent is missing by tombstones. Default `false`. */
  readonly addTombstones?: boolean
  /** Check that a ref's commit was made for that ref. Default `false`. */
  readonly verifyBindings?: boolean
  /** Check that the refs a commit was made for lead to it. Implies `verifyBindings`. */
  readonly verifyBackRefs?: boolean
}

export interface FsckResult {
  readonly commits: number
  readonly partialCommits: number
  /** Of these, how many an earlier check made partial. */
  readonly fsckPartialCommits: number
  readonly corrupt: boolean
}

/** Objects that are queued in one go. */
const BATCH_OBJECTS = 128

/** @throws {@link OstreeError} the first problem, unless `all` or `delete` asks to go on. */
export async function fsck(repo: Repo, options: FsckOptions = {}): Promise<FsckResult> {
  const run = new FsckRun(repo, options)
  await run.checkRefs()
  return run.checkCommits()
}

class FsckRun {
  readonly #repo: Repo
  readonly #options: FsckOptions
  #corrupt = false

  constructor(repo: Repo, options: FsckOptions) {
    this.#repo = repo
    this.#options = options
  }

  async checkRefs(): Promise<void> {
    this.#emit({ type: 'refs' })
    for (const [refspec, checksum] of await listRefs(this.#repo)) {
      await this.#checkRef(parseChecksum(checksum), null, parseRefspec(refspec).ref)
    }
    this.#emit({ type: 'collection-refs' })
    for (const { collectionId, ref, checksum } of await listCollectionRefs(this.#repo, { excludeRemotes: true })) {
      await this.#checkRef(checksum, collectionId, ref)
    }
  }

  async #checkRef(checksum: Checksum, collectionId: string | null, ref: string): Promise<void> {
    const bad = await this.#checkHere([{ checksum, type: 'commit' }])
    for (const problem of bad) await this.#handle(problem, null)
    let commit: Commit
    try {
      commit = await readCommit(this.#repo.store, checksum)
    } catch (error) {
      const name = collectionId === null ? ref : `(${collectionId}, ${ref})`
      throw prefixed(error, `Loading commit for ref ${name}`)
    }
    if (this.#options.verifyBindings !== true && this.#options.verifyBackRefs !== true) return
    try {
      verifyBindings(commit, collectionId, ref)
    } catch (error) {
      throw prefixed(error, `Commit ${checksum}`)
    }
  }

  async checkCommits(): Promise<FsckResult> {
    this.#emit({ type: 'enumerating' })
    const complete: Checksum[] = []
    const orphans: Checksum[] = []
    let partialCommits = 0
    let fsckPartialCommits = 0
    for await (const checksum of listCommits(this.#repo)) {
      const commit = await readCommit(this.#repo.store, checksum)
      if (this.#options.verifyBackRefs === true) await this.#checkBackRefs(checksum, commit)
      if (await this.#hasLostParent(commit)) orphans.push(checksum)
      const state = await readCommitState(this.#repo, checksum)
      if (state === 'normal') complete.push(checksum)
      else partialCommits++
      if (state === 'fsck-partial') fsckPartialCommits++
    }
    this.#emit({ type: 'verifying', commits: complete.length })
    await this.#checkReachable(complete)
    if (this.#options.addTombstones === true) await this.#bury(orphans)
    return { commits: complete.length, partialCommits, fsckPartialCommits, corrupt: this.#corrupt }
  }

  async #checkBackRefs(checksum: Checksum, commit: Commit): Promise<void> {
    const collectionId = collectionBinding(commit)
    for (const ref of refBindings(commit) ?? []) {
      const target =
        collectionId === undefined
          ? await tryResolveRev(this.#repo, ref)
          : (await listCollectionRefs(this.#repo, { collectionId })).find((entry) => entry.ref === ref)?.checksum
      if (target === checksum) continue
      const name = collectionId === undefined ? `Ref ‘${ref}’` : `Collection–ref (${collectionId}, ${ref})`
      const fault = target === undefined ? 'does not exist' : 'does not resolve to that commit'
      throw new OstreeError('FAILED', { reason: `${name} in bindings for commit ${checksum} ${fault}` })
    }
  }

  async #hasLostParent({ parentChecksum }: Commit): Promise<boolean> {
    if (parentChecksum === null || this.#options.addTombstones !== true) return false
    return (await tryReadMetadata(this.#repo.store, parentChecksum, 'commit')) === undefined
  }

  async #checkReachable(commits: readonly Checksum[]): Promise<void> {
    const { signal } = this.#options
    const reachable = new ObjectSet()
    for (const commit of commits) await traverseCommit(this.#repo, commit, reachable, { tolerant: true, signal })
    const total = reachable.size
    if (total > 1) this.#emit({ type: 'progress', checked: 1, total })
    let checked = 0
    const problems: ObjectProblem[] = []
    const note = (objects: readonly ObjectName[], bad: readonly ObjectProblem[]) => {
      problems.push(...bad)
      checked += objects.length
      this.#emit({ type: 'progress', checked, total })
    }
    const { platform } = this.#repo
    const work = {
      here: async (objects: readonly ObjectName[]) => note(objects, await this.#checkHere(objects)),
      there: async (objects: readonly ObjectName[]) =>
        note(objects, await runJob(platform, CHECK_OBJECTS, { store: this.#repo.store.options, objects }, { signal })),
    }
    const queue = new SharedQueue(platform, work, signal)
    for (const batch of batches(reachable)) {
      await queue.add(batch)
      const bad = problems.some(({ missing }) => !missing) // what is only missing stops nothing
      if (bad && this.#options.all !== true && this.#options.delete !== true) break
    }
    await queue.settle()
    // All lookups come first: deleting a directory hides what lies below it.
    const found = await this.#withCommits(problems, commits)
    for (const [problem, reaching] of found) await this.#handle(problem, reaching)
  }

  #checkHere(objects: readonly ObjectName[]): Promise<ObjectProblem[]> {
    const { platform, store } = this.#repo
    return checkAll(platform, store, objects, this.#options.signal)
  }

  /** Each problem with the commits that its object belongs to. Commits are walked once, however many problems there are. */
  async #withCommits(
    problems: readonly ObjectProblem[],
    commits: readonly Checksum[],
  ): Promise<[ObjectProblem, Checksum[]][]> {
    const found = problems.map((problem): [ObjectProblem, Checksum[]] => [problem, []])
    if (problems.length === 0) return found
    for (const commit of commits) {
      const reachable = new ObjectSet()
      await traverseCommit(this.#repo, commit, reachable, { tolerant: true })
      for (const [{ object }, reaching] of found) if (reachable.has(object.type, object.checksum)) reaching.push(commit)
    }
    return found
  }

  /** Says what is wrong; then stops, deletes or goes on as asked. */
  async #handle(problem: ObjectProblem, commits: readonly Checksum[] | null): Promise<void> {
    const { all = false, delete: deleteBad = false } = this.#options
    if (!problem.missing && !all && !deleteBad) {
      const where = commits === null ? '' : `In commits ${commits.join(', ')}: `
      throw new OstreeError('FAILED', { reason: `${where}${problem.message}` })
    }
    this.#corrupt = true
    this.#emit({ type: 'problem', problem, commits })
    if (!problem.missing && !deleteBad) return
    if (!problem.missing) await this.#deleteBad(problem.object)
    if (problem.object.type !== 'commit') for (const commit of commits ?? []) await this.#markPartial(commit)
  }

  async #deleteBad(object: ObjectName): Promise<void> {
    if ((await this.#repo.platform.fs.tryLstat(objectPath(this.#repo, object))) !== undefined) {
      await deleteObject(this.#repo, object)
    }
  }

  async #markPartial(commit: Checksum): Promise<void> {
    if ((await readCommitState(this.#repo, commit)) !== 'normal') return
    this.#emit({ type: 'marked-partial', commit })
    await markCommitPartial(this.#repo, commit, 'fsck-partial')
  }

  async #bury(orphans: readonly Checksum[]): Promise<void> {
    if (orphans.length > 0) await keepTombstones(this.#repo)
    for (const commit of orphans) {
      this.#emit({ type: 'tombstone', commit })
      await deleteObject(this.#repo, { checksum: commit, type: 'commit' })
    }
  }

  #emit(event: FsckEvent): void {
    this.#options.onProgress?.(event)
  }
}

const CHECKED_TYPES = ['commit', 'dirmeta', 'dirtree', 'file'] as const

function* batches(reachable: ObjectSet): Generator<ObjectName[]> {
  let batch: ObjectName[] = []
  for (const type of CHECKED_TYPES) {
    for (const checksum of reachable.of(type)) {
      batch.push({ checksum, type })
      if (batch.length < BATCH_OBJECTS) continue
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
