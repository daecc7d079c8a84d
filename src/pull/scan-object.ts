// Looking at one metadata object: is it here, can it be had nearby, must it be fetched, and what does it refer to?
// Facts: spec/pull.md#scanning

import { prefixed } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import { type Commit, decodeCommit } from '../objects/commit.ts'
import { formatObjectName } from '../objects/object-name.ts'
import { type Awaitable, andThen } from '../operation.ts'
import { readCommitState } from '../repo/store/commit-state.ts'
import { readDetachedMetadata, readDirtree, readMetadata } from '../repo/store/read-object.ts'
import { fetchContent } from './fetch-content.ts'
import { fetchCommit, fetchDetached, fetchMetadata } from './fetch-metadata.ts'
import { importNearby, refreshDetached } from './import-nearby.ts'
import type { PullRun, ScanItem } from './pull-run.ts'
import { wantsDirectory, wantsFile } from './subpaths.ts'

export async function scanObject(run: PullRun, item: ScanItem): Promise<void> {
  const { name } = item
  const label = formatObjectName(name)
  if (run.scanned.has(label)) return
  if (!(await run.context.transaction.store.has(name))) {
    const outcome = await importNearby(run, name)
    if (outcome === 'ends here') return
    if (outcome === 'not there') {
      if (run.requested.has(label)) return
      run.requested.add(label)
      if (name.type === 'commit') fetchCommit(run, item)
      else fetchMetadata(run, item)
      return
    }
  }
  if (name.type === 'commit') await scanStoredCommit(run, item, label)
  else if (name.type === 'dirtree') await scanDirtree(run, item, label)
}

async function scanStoredCommit(run: PullRun, item: ScanItem, label: string): Promise<void> {
  const { guard, transaction } = run.context
  const { checksum } = item.name
  if (!run.detachedDone.has(checksum)) {
    // Signatures may have been added since the commit came.
    if (run.context.source === null) return fetchDetached(run, item)
    await refreshDetached(run, run.context.source, checksum)
  }
  const bytes = await readMetadata(transaction.store, checksum, 'commit')
  if (!guard.hasAdmitted(checksum)) {
    await guard.admit(checksum, bytes, await readDetachedMetadata(transaction.store, checksum), true)
  }
  await followCommit(run, checksum, decodeCommit(bytes))
  run.scanned.add(label)
  run.context.counts.scannedMetadata++
}

async function followCommit(run: PullRun, checksum: Checksum, commit: Commit): Promise<void> {
  const { repo, transaction, options } = run.context
  const depth = run.commitDepths.get(checksum) ?? options.depth ?? 0
  if (commit.parentChecksum !== null && depth !== 0) {
    run.commitDepths.set(commit.parentChecksum, depth > 0 ? depth - 1 : -1)
    run.scanCommitLater(commit.parentChecksum)
  }
  // What an interrupted transaction left is not known to be complete.
  const partial = transaction.resumed || (await readCommitState(repo, checksum)) !== 'normal'
  if (!partial || options.commitOnly === true || run.deltaTargets.has(checksum)) return
  run.scanLater({ name: { checksum: commit.rootTreeContents, type: 'dirtree' }, path: '/' })
  run.scanLater({ name: { checksum: commit.rootTreeMetadata, type: 'dirmeta' }, path: '/' })
}

async function scanDirtree(run: PullRun, { name: { checksum }, path }: ScanItem, label: string): Promise<void> {
  try {
    await followDirtree(run, checksum, path)
  } catch (error) {
    throw prefixed(error, `Validating dirtree ${checksum} (${path})`)
  }
  run.scanned.add(label)
  run.context.counts.scannedMetadata++
}

async function followDirtree(run: PullRun, checksum: Checksum, path: string): Promise<void> {
  const { transaction, options, repo } = run.context
  const { subpaths } = options
  const tree = await readDirtree(transaction.store, checksum)
  for (const file of tree.files) {
    if (!wantsFile(subpaths, path + file.name)) continue
    const waiting = requestContent(run, file.checksum)
    if (waiting !== undefined) await waiting
    const pause = repo.platform.breathe()
    if (pause !== undefined) await pause
  }
  for (const { name, treeChecksum, metaChecksum } of tree.directories) {
    if (!wantsDirectory(subpaths, path + name)) continue
    const below = `${path}${name}/`
    run.scanLater({ name: { checksum: treeChecksum, type: 'dirtree' }, path: below })
    run.scanLater({ name: { checksum: metaChecksum, type: 'dirmeta' }, path: below })
  }
}

/** Has a content object brought from wherever it is nearest. */
function requestContent(run: PullRun, checksum: Checksum): Awaitable<void> {
  if (run.requestedContent.has(checksum)) return
  return andThen(run.hadBefore(checksum), (had) => {
    if (!had) return bringContent(run, checksum)
  })
}

function bringContent(run: PullRun, checksum: Checksum): Awaitable<void> {
  const { source, caches } = run.context
  run.requestedContent.add(checksum)
  if (source !== null) return source.importer.add(checksum)
  if (caches.length > 0) return bringFromCache(run, checksum)
  fetchContent(run, checksum)
}

async function bringFromCache(run: PullRun, checksum: Checksum): Promise<void> {
  for (const { repo, importer } of run.context.caches) {
    if (await repo.store.has({ checksum, type: 'file' })) return importer.add(checksum)
  }
  fetchContent(run, checksum)
}
