// A transaction: objects gather in a staging folder, reach the disk together, move into place, and only then do refs
// change. A crash at any point leaves a good repository. Facts: spec/repository.md#transactions

import { OstreeError, prefixed } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { MetadataType } from '../../objects/object-name.ts'
import type { ObjectSizes } from '../commit/object-sizes.ts'
import { type CollectionRef, formatRefspec, parseRefspec, type Refspec } from '../refs/ref-names.ts'
import { writeRef } from '../refs/write-ref.ts'
import type { Repo } from '../repo.ts'
import { LooseStore } from '../store/loose-store.ts'
import { type WrittenObject, writeMetadata } from '../store/write-object.ts'
import { regenerateSummaryIfConfigured } from '../summary/update-summary.ts'
import { SpaceBudget } from './free-space.ts'
import { allocateStaging, cleanUpTemporaryFiles, type StagingFolder } from './staging.ts'

export interface TransactionStats {
  metadataObjectsTotal: number
  metadataObjectsWritten: number
  contentObjectsTotal: number
  contentObjectsWritten: number
  contentBytesWritten: number
  /** Files that were known by their inode to be objects, and so not read. */
  devinoCacheHits: number
}

export class Transaction {
  readonly repo: Repo
  /** Writes into the staging folder; reads see what it holds. */
  readonly store: LooseStore
  readonly space: SpaceBudget
  /** `false` for those who write the summary themselves. */
  updateSummary = true
  readonly stats: TransactionStats = {
    metadataObjectsTotal: 0,
    metadataObjectsWritten: 0,
    contentObjectsTotal: 0,
    contentObjectsWritten: 0,
    contentBytesWritten: 0,
    devinoCacheHits: 0,
  }
  /** Where the sizes of written objects are noted, while a commit wants them (`ostree.sizes`). */
  sizes: ObjectSizes | null = null
  readonly #staging: StagingFolder
  readonly #refs = new Map<string, { readonly refspec: Refspec; readonly checksum: Checksum | null }>()
  readonly #collectionRefs = new Map<string, { readonly ref: CollectionRef; readonly checksum: Checksum | null }>()
  #ranOutOfSpace = false
  #ended = false

  private constructor(repo: Repo, staging: StagingFolder, space: SpaceBudget) {
    this.repo = repo
    this.#staging = staging
    this.space = space
    this.store = new LooseStore(repo.platform, { ...repo.store.options, staging: staging.path })
  }

  /** Takes the shared lock until the transaction ends. Prefer {@link withTransaction}. */
  static async begin(repo: Repo, signal?: AbortSignal): Promise<Transaction> {
    if (repo.writeRefusal !== null) {
      throw new OstreeError('IO', { errno: repo.writeRefusal, call: 'openat', path: `${repo.path}/objects` })
    }
    await repo.lock('shared', signal)
    try {
      const space = await SpaceBudget.measure(repo.platform, repo.path, repo.config.reserve)
      const staging = await allocateStaging(repo.platform, repo.tmpPath)
      if (staging.resumed) await checkResumed(repo, staging, signal)
      return new Transaction(repo, staging, space)
    } catch (error) {
      await repo.unlock('shared')
      throw error
    }
  }

  /** The staging folder holds what an interrupted transaction had written. */
  get resumed(): boolean {
    return this.#staging.resumed
  }

  /** The ref is written when the transaction commits; `null` deletes it. */
  setRef(refspec: Refspec, checksum: Checksum | null): void {
    this.#refs.set(formatRefspec(refspec), { refspec, checksum })
  }

  setRefspec(text: string, checksum: Checksum | null): void {
    this.setRef(parseRefspec(text), checksum)
  }

  setCollectionRef(ref: CollectionRef, checksum: Checksum | null): void {
    this.#collectionRefs.set(`${ref.collectionId}\0${ref.ref}`, { ref, checksum })
  }

  /** What this transaction has set a ref to; `undefined` where it has not. */
  pendingRef(refspec: string): Checksum | null | undefined {
    return this.#refs.get(refspec)?.checksum
  }

  /** Checks that content of `sizeBytes` still fits. @throws {@link OstreeError} `NO_SPACE_RESERVED` */
  reserveSpace(sizeBytes: number): void {
    try {
      this.space.reserve(sizeBytes)
    } catch (error) {
      this.#ranOutOfSpace = true
      throw prefixed(error, 'Writing content object')
    }
  }

  /** Stores a metadata object and counts it. */
  async writeMetadata(type: MetadataType, bytes: Uint8Array): Promise<Checksum> {
    const written = await writeMetadata(this.store, type, bytes)
    this.countMetadata(written)
    this.sizes?.note(type, written.checksum, { archived: bytes.length, unpacked: bytes.length })
    return written.checksum
  }

  countMetadata({ existed }: WrittenObject): void {
    this.stats.metadataObjectsTotal++
    if (!existed) this.stats.metadataObjectsWritten++
  }

  /** Counts one stored content object, whose size was reserved before. */
  countContent({ existed, unpackedBytes }: Pick<WrittenObject, 'existed' | 'unpackedBytes'>): void {
    this.stats.contentObjectsTotal++
    if (existed) this.space.giveBack(unpackedBytes)
    else {
      this.stats.contentObjectsWritten++
      this.stats.contentBytesWritten += unpackedBytes
    }
  }

  /** Makes everything durable and visible: objects first, refs last. */
  async commit(): Promise<TransactionStats> {
    const { repo } = this
    const { fs } = repo.platform
    failIfTested(repo)
    if (repo.config.fsync) await fs.syncFileSystem(repo.path)
    try {
      await this.#movePending()
    } catch (error) {
      throw prefixed(error, 'rename pending')
    }
    if (repo.config.fsync) await this.#syncObjectFolders()
    this.#ended = true
    await this.#staging.remove()
    await cleanUpTemporaryFiles(repo.platform, repo.tmpPath, { expirySeconds: repo.config.tmpExpirySeconds })
    for (const { refspec, checksum } of this.#refs.values()) await writeRef(repo, refspec, checksum)
    for (const { ref, checksum } of this.#collectionRefs.values()) await writeRef(repo, ref, checksum)
    if (this.updateSummary && this.#refs.size + this.#collectionRefs.size > 0) await regenerateSummaryIfConfigured(repo)
    await repo.unlock('shared')
    return this.stats
  }

  /** Gives up. What was staged stays for the next try, unless space ran out. */
  async abort(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    try {
      if (this.#ranOutOfSpace) await this.#staging.remove()
      else await this.#staging.release()
    } finally {
      await this.repo.unlock('shared')
    }
  }

  async #movePending(): Promise<void> {
    const { fs } = this.repo.platform
    const objects = this.store.objectsPath
    for (const { name: folder, kind } of await fs.readDirectory(this.#staging.path)) {
      if (kind !== 'directory' || folder.length !== 2) continue
      // A repository's first objects move a folder at a time.
      if (await fs.renameNew(`${this.#staging.path}/${folder}`, `${objects}/${folder}`)) continue
      for (const { name } of await fs.readDirectory(`${this.#staging.path}/${folder}`)) {
        const from = `${this.#staging.path}/${folder}/${name}`
        const to = `${objects}/${folder}/${name}`
        // An object that came by another way meanwhile has the same bytes and keeps its inode; detached metadata is
        // named after its commit and may have changed.
        if (name.endsWith('.commitmeta')) await fs.rename(from, to)
        else if (!(await fs.renameNew(from, to))) await fs.unlink(from)
        await this.repo.platform.breathe()
      }
    }
  }

  /** The names must be on disk before a ref speaks of them. */
  async #syncObjectFolders(): Promise<void> {
    const { fs } = this.repo.platform
    const objects = this.store.objectsPath
    const folders = (await fs.readDirectory(objects)).filter(
      ({ name, kind }) => kind === 'directory' && name.length === 2,
    )
    await Promise.all(
      [...folders.map(({ name }) => `${objects}/${name}`), objects].map((path) => fs.syncDirectory(path)),
    )
  }
}

async function checkResumed(repo: Repo, staging: StagingFolder, signal: AbortSignal | undefined): Promise<void> {
  try {
    const { dropUnsoundStaged } = await import('./staged-objects.ts') // rarely needed
    await dropUnsoundStaged(repo, staging.path, { signal })
  } catch (error) {
    await staging.release()
    throw error
  }
}

/** What the reference's own suite uses to interrupt a transaction at its end. */
function failIfTested(repo: Repo): void {
  const asked = repo.platform.environment('OSTREE_REPO_TEST_ERROR')?.split(/[:;, \t]/) ?? []
  if (!asked.includes('pre-commit')) return
  throw new OstreeError('FAILED', { reason: 'OSTREE_REPO_TEST_ERROR_PRE_COMMIT specified' })
}

export interface TransactionOptions {
  readonly signal?: AbortSignal | undefined
  /** Bring the summary up to date after refs have changed, where the repository is set so. Default `true`. */
  readonly updateSummary?: boolean
}

/** Runs `work` in a transaction: committed when it answers, given up when it throws. */
export async function withTransaction<T>(
  repo: Repo,
  options: TransactionOptions,
  work: (transaction: Transaction) => Promise<T>,
): Promise<{ readonly result: T; readonly stats: TransactionStats }> {
  const transaction = await Transaction.begin(repo, options.signal)
  transaction.updateSummary = options.updateSummary ?? true
  try {
    const result = await work(transaction)
    options.signal?.throwIfAborted()
    return { result, stats: await transaction.commit() }
  } catch (error) {
    await transaction.abort()
    throw error
  }
}
