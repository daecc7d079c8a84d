// Copying commits from another repository on this machine. Facts: spec/repository.md#pull-local

import { isOstreeError, OstreeError, prefixed } from '../errors.ts'
import { type Checksum, checksumFromBytes, isChecksum } from '../objects/checksum.ts'
import { decodeCommit } from '../objects/commit.ts'
import { formatObjectName, type MetadataType, type ObjectName } from '../objects/object-name.ts'
import { decodeSummary, type Summary } from '../objects/summary.ts'
import { type Awaitable, andThen, type OperationOptions } from '../operation.ts'
import { runJob } from '../repo/job.ts'
import { verifyBindings } from '../repo/refs/bindings.ts'
import { listRefs } from '../repo/refs/list-refs.ts'
import { formatRefspec, validateRef } from '../repo/refs/ref-names.ts'
import { resolveRefspec, tryResolveRev } from '../repo/refs/resolve-rev.ts'
import type { Repo } from '../repo/repo.ts'
import { SharedQueue } from '../repo/shared-work.ts'
import { clearCommitPartial, markCommitPartial, readCommitState } from '../repo/store/commit-state.ts'
import { readDirtree, readMetadata, tryReadMetadata } from '../repo/store/read-object.ts'
import { writeMetadata } from '../repo/store/write-object.ts'
import { type Transaction, withTransaction } from '../repo/transaction/transaction.ts'
import {
  IMPORT_OBJECTS,
  type ImportedObjects,
  type ImportPolicy,
  importAll,
  importObject,
  linksOnly,
} from './import-object.ts'
import { importPolicy } from './import-policy.ts'

export interface PullLocalProgress {
  readonly metadataImported: number
  readonly contentImported: number
  /** Bytes of content written anew; a hard link writes none. */
  readonly contentBytesWritten: number
}

export interface PullLocalOptions extends OperationOptions<PullLocalProgress> {
  /** Refs and commits to bring; default: all refs of the source. */
  readonly refs?: readonly string[]
  /** Parents to bring behind each commit; `-1` brings all. Default `0`. */
  readonly depth?: number
  /** Bring commit objects alone. Default `false`. */
  readonly commitOnly?: boolean
  /** Set the refs of this remote instead of local ones. */
  readonly remote?: string
  /** Compute the checksum of every object that comes. Default `false`. */
  readonly untrusted?: boolean
  /** Refuse files whose mode a bare-user-only repository could not hold. Default `false`. */
  readonly bareUserOnlyFiles?: boolean
  /** Take commits that say they were made for other refs. Default `false`. */
  readonly ignoreBindings?: boolean
}

export interface PullLocalResult extends PullLocalProgress {
  readonly refs: ReadonlyMap<string, Checksum>
}

/** Content objects that are gathered before they are imported, or queued for it. */
const BATCH_OBJECTS = 64

export async function pullLocal(repo: Repo, source: Repo, options: PullLocalOptions = {}): Promise<PullLocalResult> {
  const requested = options.refs ?? [...(await listRefs(source)).keys()]
  const refs = new Map<string, Checksum>()
  const commits: Checksum[] = []
  const summary = await readSummary(source)
  for (const text of requested) {
    if (isChecksum(text)) commits.push(text)
    else {
      validateRef(text)
      refs.set(text, summary === undefined ? await resolveInSource(source, text) : lookUp(summary, text))
    }
  }
  await repo.platform.fs.ensureDirectory(`${repo.path}/state`, 0o777)
  const policy = await importPolicy(repo, source, options)
  const { result: pulled } = await withTransaction(repo, { signal: options.signal }, async (transaction) => {
    const run = new LocalPull(repo, source, transaction, policy, options)
    try {
      for (const commit of commits) await run.pull(commit, null)
      for (const [ref, commit] of refs) await run.pull(commit, ref)
    } finally {
      await run.finish() // nothing may still be written when the transaction ends; and what failed there came first
    }
    await setRefs(repo, transaction, refs, options.remote ?? null)
    return run
  })
  if (options.commitOnly !== true) for (const commit of pulled.commits) await clearCommitPartial(repo, commit)
  return { ...pulled.counts, refs }
}

/** The source's summary counts before its refs, as over any other transport. */
async function readSummary(source: Repo): Promise<Summary | undefined> {
  const bytes = await source.platform.fs.tryReadFile(`${source.path}/summary`)
  return bytes === undefined ? undefined : decodeSummary(bytes)
}

function lookUp(summary: Summary, ref: string): Checksum {
  const found = summary.refs.find(({ name }) => name === ref)
  if (found === undefined) throw new OstreeError('FAILED', { reason: `No such branch '${ref}' in repository summary` })
  return checksumFromBytes(found.commit.checksum)
}

async function resolveInSource(source: Repo, ref: string): Promise<Checksum> {
  const found = await tryResolveRev(source, ref, { localOnly: true })
  if (found === undefined) throw new OstreeError('REF_NOT_FOUND', { ref })
  return found
}

/** A ref that stands where it should is not written again. */
async function setRefs(
  repo: Repo,
  transaction: Transaction,
  refs: ReadonlyMap<string, Checksum>,
  remote: string | null,
): Promise<void> {
  for (const [ref, checksum] of refs) {
    const refspec = { remote, ref }
    if ((await resolveRefspec(repo, refspec)) !== checksum) transaction.setRefspec(formatRefspec(refspec), checksum)
  }
}

class LocalPull {
  /** Every commit that was looked at. */
  readonly commits = new Set<Checksum>()
  readonly counts = { metadataImported: 0, contentImported: 0, contentBytesWritten: 0 }
  readonly #repo: Repo
  readonly #source: Repo
  readonly #transaction: Transaction
  readonly #policy: ImportPolicy
  readonly #options: PullLocalOptions
  /** Links are made in this thread: they are done sooner than other threads have started (measured: bench/reading). */
  readonly #linksOnly: boolean
  readonly #scannedTrees = new Set<Checksum>()
  readonly #importedMetadata = new Set<string>()
  readonly #requestedContent = new Set<Checksum>()
  #batch: ObjectName[] = []
  readonly #queue: SharedQueue<ObjectName>

  constructor(repo: Repo, source: Repo, transaction: Transaction, policy: ImportPolicy, options: PullLocalOptions) {
    this.#repo = repo
    this.#source = source
    this.#transaction = transaction
    this.#policy = policy
    this.#options = options
    this.#linksOnly = linksOnly(source.store, transaction.store, policy)
    const work = {
      here: (objects: readonly ObjectName[]) => this.#importHere(objects),
      there: (objects: readonly ObjectName[]) => this.#importThere(objects),
    }
    this.#queue = new SharedQueue(repo.platform, work, options.signal)
  }

  /** Brings a commit, and its parents as deep as asked. @param ref - What it was reached by; `null`: its checksum. */
  async pull(head: Checksum, ref: string | null): Promise<void> {
    const { depth = 0, commitOnly = false, ignoreBindings = false } = this.#options
    let left = depth < 0 ? Number.POSITIVE_INFINITY : depth
    for (let checksum: Checksum | null = head; checksum !== null && left >= 0; left--) {
      this.commits.add(checksum)
      if (!(await this.#importCommit(checksum, checksum !== head))) return
      const commit = decodeCommit(await readMetadata(this.#transaction.store, checksum, 'commit'))
      if (!ignoreBindings) this.#verifyBindings(checksum, commit, checksum === head ? ref : null)
      if (!commitOnly && (await this.#isPartial(checksum))) {
        await this.#importMetadata({ checksum: commit.rootTreeMetadata, type: 'dirmeta' })
        await this.#importTrees(commit.rootTreeContents)
      }
      checksum = commit.parentChecksum
    }
  }

  /** Waits for the content that is under way. @throws what failed first. */
  async finish(): Promise<void> {
    await this.#flush()
    await this.#queue.settle()
  }

  #verifyBindings(checksum: Checksum, commit: ReturnType<typeof decodeCommit>, ref: string | null): void {
    const collectionId = this.#source.config.collectionId
    try {
      verifyBindings(commit, collectionId === '' ? null : collectionId, ref)
    } catch (error) {
      throw prefixed(error, `Commit ${checksum}`)
    }
  }

  /** What an interrupted transaction left is not known to be complete. */
  async #isPartial(commit: Checksum): Promise<boolean> {
    return this.#transaction.resumed || (await readCommitState(this.#repo, commit)) !== 'normal'
  }

  /** @returns `false` for a parent that the source does not have either: its history ends there. */
  async #importCommit(checksum: Checksum, isParent: boolean): Promise<boolean> {
    const { store } = this.#transaction
    if (!(await store.has({ checksum, type: 'commit' }))) {
      await markCommitPartial(this.#repo, checksum, 'partial')
      try {
        await this.#importMetadata({ checksum, type: 'commit' })
      } catch (error) {
        if (isParent && isOstreeError(error, 'OBJECT_NOT_FOUND')) return false
        throw error
      }
    }
    // Signatures may have been added since the commit came.
    const detached = await tryReadMetadata(this.#source.store, checksum, 'commitmeta')
    if (detached !== undefined) await writeMetadata(store, 'commitmeta', detached, checksum)
    return true
  }

  /** A new staging folder holds only what this pull put there, and that is known: no need to look into it. */
  #hasBefore(name: ObjectName): Awaitable<boolean> {
    return (this.#transaction.resumed ? this.#transaction.store : this.#repo.store).has(name)
  }

  async #importMetadata(name: ObjectName & { readonly type: MetadataType }): Promise<void> {
    const label = formatObjectName(name)
    if (this.#importedMetadata.has(label)) return
    if (!(await this.#hasBefore(name))) await this.#importNow(name)
    this.#importedMetadata.add(label)
  }

  async #importNow(name: ObjectName): Promise<void> {
    await importObject(this.#source.store, this.#transaction.store, name, this.#policy)
    this.counts.metadataImported++
    this.#options.onProgress?.(this.counts)
  }

  async #importTrees(root: Checksum): Promise<void> {
    const pending = [root]
    for (let checksum = pending.pop(); checksum !== undefined; checksum = pending.pop()) {
      if (this.#scannedTrees.has(checksum)) continue
      this.#scannedTrees.add(checksum)
      this.#options.signal?.throwIfAborted()
      await this.#importMetadata({ checksum, type: 'dirtree' })
      const tree = await readDirtree(this.#transaction.store, checksum)
      for (const file of tree.files) {
        const waiting = this.#requestContent(file.checksum)
        if (waiting !== undefined) await waiting
        const pause = this.#repo.platform.breathe()
        if (pause !== undefined) await pause
      }
      for (const { metaChecksum, treeChecksum } of tree.directories) {
        await this.#importMetadata({ checksum: metaChecksum, type: 'dirmeta' })
        pending.push(treeChecksum)
      }
      await this.#repo.platform.breathe()
    }
  }

  #requestContent(checksum: Checksum): Awaitable<void> {
    if (this.#requestedContent.has(checksum)) return
    this.#requestedContent.add(checksum)
    const name: ObjectName = { checksum, type: 'file' }
    return andThen(this.#hasBefore(name), (had) => {
      if (had) return
      this.#batch.push(name)
      if (this.#batch.length >= BATCH_OBJECTS) return this.#flush()
    })
  }

  /** Imports what was gathered, now or later; waits when that is much. */
  async #flush(): Promise<void> {
    const objects = this.#batch
    this.#batch = []
    if (this.#linksOnly) await this.#importHere(objects)
    else await this.#queue.add(objects)
  }

  async #importHere(objects: readonly ObjectName[]): Promise<void> {
    const stores = { from: this.#source.store, to: this.#transaction.store }
    const { platform } = this.#repo
    this.#count(objects, await importAll(platform, stores, objects, this.#policy, this.#options.signal))
  }

  async #importThere(objects: readonly ObjectName[]): Promise<void> {
    const batch = {
      source: this.#source.store.options,
      destination: this.#transaction.store.options,
      objects,
      policy: this.#policy,
    }
    this.#count(objects, await runJob(this.#repo.platform, IMPORT_OBJECTS, batch, { signal: this.#options.signal }))
  }

  #count(objects: readonly ObjectName[], { writtenBytes, copiedBytes }: ImportedObjects): void {
    this.#transaction.reserveSpace(writtenBytes + copiedBytes)
    this.counts.contentBytesWritten += writtenBytes
    this.counts.contentImported += objects.length
    this.#options.onProgress?.(this.counts)
  }
}
