// One pull while it runs: what it works with, what was asked for, what is yet to be looked at.

import type { Checksum } from '../objects/checksum.ts'
import type { MetadataType, ObjectName } from '../objects/object-name.ts'
import type { Awaitable } from '../operation.ts'
import type { Repo } from '../repo/repo.ts'
import type { Transaction } from '../repo/transaction/transaction.ts'
import type { CommitVerification } from '../repo/trust/remote-trust.ts'
import type { CommitGuard } from './commit-guard.ts'
import type { ContentImporter } from './content-importer.ts'
import type { ContentInbox } from './content-inbox.ts'
import type { DeltaCatalogue } from './delta-catalogue.ts'
import type { Fetcher } from './fetch/types.ts'
import { type FetchQueue, Line } from './fetch-queue.ts'
import type { ImportPolicy } from './import-object.ts'
import type { PullCounts, PullOptions, PullProgress } from './pull-options.ts'

/** A repository on this machine that objects may be taken from. */
export interface LocalSource {
  readonly repo: Repo
  readonly policy: ImportPolicy
  readonly importer: ContentImporter
}

/** A metadata object that is to be looked at. */
export interface ScanItem {
  readonly name: ObjectName & { readonly type: MetadataType }
  /** Of a dirtree: where it lies, with a slash behind it. */
  readonly path: string
}

export interface PullContext {
  readonly repo: Repo
  readonly transaction: Transaction
  readonly options: PullOptions
  readonly fetcher: Fetcher
  readonly queue: FetchQueue
  /** The remote itself, where it lies on this machine and its objects need no transport. */
  readonly source: LocalSource | null
  readonly caches: readonly LocalSource[]
  readonly inbox: ContentInbox
  readonly guard: CommitGuard
  readonly deltas: DeltaCatalogue
  readonly remoteHasTombstones: boolean
  /** Sizes of commit objects as the summary has them: no more than that is fetched. */
  readonly commitSizes: ReadonlyMap<Checksum, number>
  /** The summary was signed, so that a delta it does not name is not to be believed. */
  readonly summaryIsGpgVerified: boolean
  readonly counts: PullCounts
  readonly startedMs: number
}

export class PullRun {
  readonly context: PullContext
  readonly scanQueue = new Line<ScanItem>()
  /** Parents that were queued, with the number of parents wanted behind each; `-1` for all. */
  readonly commitDepths = new Map<Checksum, number>()
  /** Commits whose detached metadata was asked for, there or not. */
  readonly detachedDone = new Set<Checksum>()
  /** Content objects that a delta leaves to be fetched one by one. */
  readonly fallbacks = new Set<Checksum>()
  /** Commits that a delta brings: their trees are not walked. */
  readonly deltaTargets = new Set<Checksum>()
  /** Names of metadata objects that were looked at, and that were requested. */
  readonly scanned = new Set<string>()
  readonly requested = new Set<string>()
  readonly requestedContent = new Set<Checksum>()
  /** Parts of deltas that are being applied. */
  applying = 0
  /** What came before: refs and the summary, which do not count. */
  readonly #bytesBefore: number

  constructor(context: PullContext) {
    this.context = context
    this.#bytesBefore = context.fetcher.bytesReceived
  }

  scanLater(item: ScanItem): void {
    this.scanQueue.push(item)
  }

  scanCommitLater(checksum: Checksum): void {
    this.scanLater({ name: { checksum, type: 'commit' }, path: '' })
  }

  /** A commit that is only wanted because of a child of its. */
  isParent({ checksum, type }: ObjectName): boolean {
    return type === 'commit' && (this.context.options.depth ?? 0) !== 0 && this.commitDepths.has(checksum)
  }

  /** Tells of a commit that has proved itself. */
  noteCommit(commit: Checksum, { gpgReports, signMessage }: CommitVerification): void {
    const signatures = (gpgReports ?? []).filter(({ valid }) => valid).map(({ message }) => message)
    if (signMessage !== null) signatures.push(signMessage)
    this.context.options.onProgress?.({ type: 'commit', commit, signatures })
  }

  /** A new staging folder holds only what this pull put there, and that is known: no need to look into it. */
  hadBefore(checksum: Checksum): Awaitable<boolean> {
    const { repo, transaction } = this.context
    return (transaction.resumed ? transaction.store : repo.store).has({ checksum, type: 'file' })
  }

  /** Looks at all there is to look at and waits for all there is to wait for. @throws the first failure */
  async finish(scan: (item: ScanItem) => Promise<void>): Promise<void> {
    const { queue, inbox, repo } = this.context
    try {
      for (;;) {
        if (queue.failed) break
        const item = this.scanQueue.shift()
        if (item !== undefined) await scan(item)
        else if (!queue.idle) await queue.change()
        else {
          await inbox.drain()
          for (const { importer } of this.#localSources()) await importer.drain()
          if (queue.idle && this.scanQueue.size === 0) break
        }
        const pause = repo.platform.breathe()
        if (pause !== undefined) await pause
      }
    } catch (error) {
      queue.fail(error)
    }
    await queue.settle()
  }

  get progress(): PullProgress {
    const { queue, inbox, counts, fetcher, startedMs } = this.context
    const { active } = queue
    const importing = this.#localSources().reduce((sum, { importer }) => sum + importer.outstanding, 0)
    counts.bytesTransferred = fetcher.bytesReceived - this.#bytesBefore
    return {
      ...counts,
      outstandingFetches: queue.activeTotal,
      outstandingMetadataFetches: active.metadata + active.deltaIndex + active.deltaSuperblock,
      outstandingWrites: inbox.outstanding + importing + this.applying,
      scanning: this.scanQueue.size > 0,
      failing: queue.failed,
      elapsedSeconds: (performance.now() - startedMs) / 1000,
    }
  }

  #localSources(): readonly LocalSource[] {
    const { source, caches } = this.context
    return source === null ? caches : [source, ...caches]
  }
}
