// Bringing a commit by a static delta: its superblock, the commit in it, its parts, and what it leaves to be fetched object
// by object. Facts: spec/pull.md#deltas

import { applyDeltaPart, hasAllObjects } from '../deltas/apply-part.ts'
import { inlineDetachedMetadata, inlinePart } from '../deltas/inline.ts'
import { parseDeltaFile } from '../deltas/signed-delta.ts'
import {
  type FallbackEntry,
  type PartEntry,
  requireKnownVersion,
  type Superblock,
  superblockCommit,
} from '../deltas/superblock.ts'
import { OstreeError } from '../errors.ts'
import { checksumFromBytes } from '../objects/checksum.ts'
import { encodeDetachedMetadata } from '../objects/commit.ts'
import { formatObjectName, isContent } from '../objects/object-name.ts'
import { markCommitPartial } from '../repo/store/commit-state.ts'
import { MAX_METADATA_BYTES } from '../repo/store/read-object.ts'
import { checkChecksum, writeMetadata } from '../repo/store/write-object.ts'
import { formatDeltaName, relativeDeltaPath, type StaticDeltaName } from '../repo/summary/static-delta-names.ts'
import { formatSize } from '../text/format-size.ts'
import { noDelta } from './delta-catalogue.ts'
import { fetchContent } from './fetch-content.ts'
import type { PullRun } from './pull-run.ts'
import { receiveBody } from './receive-body.ts'

export function fetchDelta(run: PullRun, name: StaticDeltaName): void {
  const { queue, fetcher, counts, options } = run.context
  queue.add('deltaSuperblock', async () => {
    counts.requestedMetadata++
    const path = `${relativeDeltaPath(name)}/superblock`
    const answer = await fetcher.fetchBytes(
      { path, kind: 'content', optional: true, maxBytes: MAX_METADATA_BYTES },
      { signal: queue.signal },
    )
    if (answer?.status === 'ok') await followSuperblock(run, name, answer.bytes)
    else if (options.staticDeltas === 'required') throw noDelta(name.from, name.to)
    else run.scanCommitLater(name.to)
    counts.fetchedMetadata++
  })
}

async function followSuperblock(run: PullRun, name: StaticDeltaName, bytes: Uint8Array): Promise<void> {
  const { repo, counts, options } = run.context
  requireDigest(run, name, bytes)
  const { superblock } = parseDeltaFile(bytes)
  if (superblock.to !== name.to || superblock.from !== name.from) {
    throw new OstreeError('FAILED', { reason: `Static delta ${formatDeltaName(name)} is made for other commits` })
  }
  run.deltaTargets.add(name.to)
  const space = await repo.platform.fs.space(repo.path)
  for (const fallback of superblock.fallbacks) await followFallback(run, fallback)
  if (options.dryRun !== true) await storeCommit(run, superblock)
  counts.totalDeltaParts += superblock.parts.length
  options.onProgress?.({ type: 'delta', ...name, parts: superblock.parts.length })
  for (const [index, part] of superblock.parts.entries()) await followPart(run, superblock, part, index)
  const requiredBlocks = Math.floor(counts.totalDeltaPartUnpackedBytes / space.blockSizeBytes)
  if (requiredBlocks > space.freeBlocks) {
    const available = formatSize(space.blockSizeBytes * space.freeBlocks)
    const required = formatSize(counts.totalDeltaPartUnpackedBytes)
    throw new OstreeError('FAILED', {
      reason: `Delta requires ${required} free space, but only ${available} available`,
    })
  }
}

/** What is signed is the summary; a delta is believed when the summary knows it. */
function requireDigest({ context }: PullRun, name: StaticDeltaName, bytes: Uint8Array): void {
  const expected = context.deltas.digestOf(name)
  if (expected === undefined) {
    if (!context.summaryIsGpgVerified) return
    const hint = 'use gpg-verify-summary=false in remote config to disable'
    const reason = `GPG verification enabled, but no summary signatures found (${hint})`
    throw new OstreeError('UNTRUSTED', { reason })
  }
  if (checksumFromBytes(context.repo.platform.sha256Once(bytes)) !== expected) {
    throw new OstreeError('FAILED', { reason: `Invalid checksum for static delta ${formatDeltaName(name)}` })
  }
}

async function followFallback(
  run: PullRun,
  { checksum, type, sizeBytes, unpackedBytes }: FallbackEntry,
): Promise<void> {
  const { counts, transaction, options } = run.context
  counts.totalDeltaFallbacks++
  counts.totalDeltaPartBytes += Number(sizeBytes)
  counts.totalDeltaPartUnpackedBytes += Number(unpackedBytes)
  const stored = await transaction.store.has({ checksum, type })
  if (stored) counts.fetchedDeltaPartBytes += Number(sizeBytes)
  if (stored || options.dryRun === true) return
  if (!isContent(type)) {
    const name = formatObjectName({ checksum, type })
    throw new OstreeError('FAILED', { reason: `Found metadata object as fallback: ${name}` })
  }
  if (run.requestedContent.has(checksum)) return
  run.requestedContent.add(checksum)
  run.fallbacks.add(checksum)
  fetchContent(run, checksum)
}

/** The commit comes first, so that it can be refused before anything else is fetched. */
async function storeCommit(run: PullRun, superblock: Superblock): Promise<void> {
  const { guard, repo, transaction } = run.context
  const { to } = superblock
  if (!(await transaction.store.has({ checksum: to, type: 'commit' }))) {
    const bytes = superblockCommit(superblock)
    checkChecksum('commit', to, checksumFromBytes(repo.platform.sha256Once(bytes)))
    const detached = inlineDetachedMetadata(superblock)
    run.noteCommit(to, await guard.admit(to, bytes, detached, false))
    await markCommitPartial(repo, to, 'partial')
    if (detached !== undefined) {
      await writeMetadata(transaction.store, 'commitmeta', encodeDetachedMetadata(detached), to)
    }
    transaction.countMetadata(await writeMetadata(transaction.store, 'commit', bytes, to))
  }
  run.scanCommitLater(to)
}

async function followPart(run: PullRun, superblock: Superblock, part: PartEntry, index: number): Promise<void> {
  const { counts, transaction, options, queue } = run.context
  requireKnownVersion(part)
  counts.totalDeltaPartBytes += Number(part.sizeBytes)
  counts.totalDeltaPartUnpackedBytes += Number(part.unpackedBytes)
  if (await hasAllObjects(transaction.store, part)) {
    counts.fetchedDeltaPartBytes += Number(part.sizeBytes)
    counts.fetchedDeltaParts++
    return
  }
  if (options.dryRun === true) return
  const inline = inlinePart(superblock, index)
  if (inline === undefined) queue.add('deltaPart', () => fetchPart(run, superblock, part, index))
  // The superblock is trusted as a whole.
  else queue.add('deltaPart', () => applyPart(run, inline, part, true))
}

async function fetchPart(run: PullRun, superblock: Superblock, part: PartEntry, index: number): Promise<void> {
  const { fetcher, queue, transaction, counts, repo } = run.context
  const request = {
    path: `${relativeDeltaPath(superblock)}/${index}`,
    kind: 'content',
    maxBytes: Number(part.sizeBytes),
  } as const
  const received = await fetcher.receive(
    request,
    async (answer) => (answer.status === 'ok' ? receiveBody(transaction.store, answer.body) : undefined),
    { signal: queue.signal },
  )
  if (received === undefined) return
  counts.fetchedDeltaParts++
  counts.fetchedDeltaPartBytes += Number(part.sizeBytes)
  try {
    await applyPart(run, 'bytes' in received ? received.bytes : received, part, false)
  } finally {
    if ('path' in received) await repo.platform.fs.removeTree(received.path)
  }
}

async function applyPart(
  run: PullRun,
  source: Uint8Array | { readonly path: string },
  part: PartEntry,
  trusted: boolean,
): Promise<void> {
  const { transaction, queue } = run.context
  run.applying++
  try {
    const applied = await applyDeltaPart(transaction, source, part, { signal: queue.signal, trusted })
    // The reference counts objects that deltas make, but not their bytes.
    transaction.stats.contentObjectsWritten += applied.contentWritten
    transaction.stats.metadataObjectsWritten += applied.metadataWritten
  } finally {
    run.applying--
  }
}
