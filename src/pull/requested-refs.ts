// Which refs a pull is about, and which commits they stand for on the remote. Facts: spec/pull.md#refs

import { decodeUtf8 } from '../bytes/utf8.ts'
import { OstreeError, prefixed } from '../errors.ts'
import { type Checksum, checksumFromBytes, isChecksum, parseChecksum } from '../objects/checksum.ts'
import { SUMMARY_KEY, type Summary, type SummaryRef } from '../objects/summary.ts'
import type { OperationOptions } from '../operation.ts'
import { lookupMetadata } from '../repo/refs/bindings.ts'
import { listCollectionRefs } from '../repo/refs/list-refs.ts'
import { validateCollectionId, validateRef } from '../repo/refs/ref-names.ts'
import { resolveRev } from '../repo/refs/resolve-rev.ts'
import type { Repo } from '../repo/repo.ts'
import { MAX_METADATA_BYTES } from '../repo/store/read-object.ts'
import type { Fetcher } from './fetch/types.ts'
import type { PulledRef, PullOptions, RequestedRef } from './pull-options.ts'

/** What was asked for; `null` for everything that the remote has. */
export interface Request {
  readonly refs: readonly RequestedRef[] | null
  readonly commits: readonly Checksum[]
}

/** @param branches - `branches` of the remote's config. */
export function requestedRefs(
  { refs, commits = [], mirror = false }: PullOptions,
  branches: readonly string[] | undefined,
  remote: string,
): Request {
  if (refs === undefined && commits.length === 0) {
    if (mirror && branches === undefined) return { refs: null, commits }
    if (branches === undefined || branches.length === 0) {
      throw new OstreeError('FAILED', { reason: `No configured branches for remote ${remote}` })
    }
    return { refs: branches.map((ref) => ({ ref })), commits }
  }
  const wanted: RequestedRef[] = []
  const checksums = [...commits]
  for (const entry of refs ?? []) {
    const request = typeof entry === 'string' ? { ref: entry } : entry
    if (isChecksum(request.ref)) checksums.push(request.ref)
    else {
      validateRef(request.ref)
      wanted.push(request)
    }
  }
  return { refs: wanted, commits: checksums }
}

/** A summary's refs by collection; its own refs are under `own`, which may have no name. */
export interface SummaryRefs {
  readonly own: string | null
  readonly collections: ReadonlyMap<string | null, readonly SummaryRef[]>
}

/** @throws {@link OstreeError} for names that none may have */
export function readSummaryRefs({ refs, metadata }: Summary): SummaryRefs {
  const id = lookupMetadata(metadata, SUMMARY_KEY.collectionId)
  const own = id?.type === 's' ? (id.value as string) : null
  if (own !== null) validateCollectionId(own)
  const collections = new Map<string | null, readonly SummaryRef[]>([[own, refs]])
  const map = lookupMetadata(metadata, SUMMARY_KEY.collectionMap)
  if (map?.type === 'a{sa(s(taya{sv}))}') {
    for (const [collectionId, entries] of map.value as readonly CollectionEntry[]) {
      validateCollectionId(collectionId)
      collections.set(
        collectionId,
        entries.map(([name, commit]) => ({ name, commit: namedFields(commit) })),
      )
    }
  }
  for (const entries of collections.values()) for (const { name } of entries) validateRef(name)
  return { own, collections }
}

type PlainCommit = readonly [sizeBytes: bigint, checksum: Uint8Array, metadata: SummaryRef['commit']['metadata']]
type CollectionEntry = readonly [string, readonly (readonly [string, PlainCommit])[]]

function namedFields([sizeBytes, checksum, metadata]: PlainCommit): SummaryRef['commit'] {
  return { sizeBytes, checksum, metadata }
}

/** Everything that a summary lists. */
export function allRefs({ collections }: SummaryRefs): RequestedRef[] {
  return [...collections].flatMap(([collectionId, refs]) => refs.map(({ name }) => ({ ref: name, collectionId })))
}

export interface FoundRef extends PulledRef {
  /** Size of the commit object, where the summary says so. */
  readonly sizeBytes: number | null
}

export function findInSummary(summary: SummaryRefs, request: RequestedRef): FoundRef {
  const { ref, collectionId = null } = request
  const collection = collectionId ?? summary.own
  const found = summary.collections.get(collection)?.find(({ name }) => name === ref)
  if (found === undefined) {
    const shown = collectionId === null ? `'${ref}'` : `(${collectionId}, ${ref})`
    throw new OstreeError('FAILED', { reason: `No such branch ${shown} in repository summary` })
  }
  const commit = checksumFromBytes(found.commit.checksum)
  return { ref, collectionId: collection, commit, sizeBytes: Number(found.commit.sizeBytes) }
}

/** Without a summary, from the file that the remote keeps the ref in. */
export async function findInRemote(
  fetcher: Fetcher,
  source: Repo | null,
  { ref, collectionId = null }: RequestedRef,
  { signal }: OperationOptions,
): Promise<FoundRef> {
  const found = { ref, collectionId, sizeBytes: null }
  if (source !== null) return { ...found, commit: await findInSource(source, ref, collectionId) }
  const path = collectionId === null ? `refs/heads/${ref}` : `refs/mirrors/${collectionId}/${ref}`
  const answer = await fetcher.fetchBytes({ path, kind: 'metadata', maxBytes: MAX_METADATA_BYTES }, { signal })
  const text = answer?.status === 'ok' ? decodeText(answer.bytes) : ''
  try {
    return { ...found, commit: parseChecksum(text) }
  } catch (error) {
    throw prefixed(error, `Fetching checksum for ref (${collectionId ?? '(empty)'}, ${ref})`)
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes).trimEnd()
  } catch (cause) {
    throw new OstreeError('FAILED', { reason: 'Invalid UTF-8' }, { cause })
  }
}

async function findInSource(source: Repo, ref: string, collectionId: string | null): Promise<Checksum> {
  if (collectionId === null) return resolveRev(source, ref)
  const refs = await listCollectionRefs(source, { collectionId })
  const found = refs.find((entry) => entry.ref === ref)
  if (found === undefined) {
    throw new OstreeError('FAILED', { reason: `Collection–ref (${collectionId}, ${ref}) not found` })
  }
  return found.checksum
}
