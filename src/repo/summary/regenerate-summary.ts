// Writing `summary`: every ref with its commit, and facts about the repository. Facts: spec/repository.md#summary

import { compareUtf8 } from '../../bytes/compare.ts'
import { inHashOrder } from '../../gvariant/hash-order.ts'
import type { Variant } from '../../gvariant/schema.ts'
import { type Checksum, checksumToBytes } from '../../objects/checksum.ts'
import { decodeCommit, type Metadata } from '../../objects/commit.ts'
import { encodeSummary, SUMMARY_KEY, type SummaryRef } from '../../objects/summary.ts'
import type { OperationOptions } from '../../operation.ts'
import { booleanOf, keyText } from '../config/config.ts'
import { type CollectionRefEntry, listCollectionRefs, listRefs } from '../refs/list-refs.ts'
import { parseRefspec } from '../refs/ref-names.ts'
import { replaceFile } from '../replace-file.ts'
import type { Repo } from '../repo.ts'
import { unlinkIfThere } from '../store/delete-object.ts'
import { readMetadata } from '../store/read-object.ts'
import { encodeSummarySignatures, type Signers } from '../trust/sign.ts'
import { listedDeltas, reindexStaticDeltas } from './static-delta-index.ts'
import { listStaticDeltas } from './static-delta-names.ts'

export interface RegenerateSummaryOptions extends OperationOptions {
  /** Goes in front of the repository's own entries; a key of theirs replaces one of these. */
  readonly additionalMetadata?: Metadata
  /** Who signs it; without any, a `summary.sig` that is there goes. */
  readonly signers?: Signers | undefined
}

type Entries = (readonly [string, Variant])[]

export async function regenerateSummary(repo: Repo, options: RegenerateSummaryOptions = {}): Promise<void> {
  await repo.withLock('shared', { signal: options.signal }, async () => {
    const { main, others } = await collectRefs(repo)
    const metadata: Entries = [...(options.additionalMetadata ?? [])]
    if (!booleanOf(repo.configFile, 'core', 'no-deltas-in-summary', false)) await addStaticDeltas(repo, metadata)
    metadata.push(...repositoryFacts(repo))
    if (repo.config.collectionId !== null) {
      metadata.push([SUMMARY_KEY.collectionId, { type: 's', value: repo.config.collectionId }])
    }
    if (others.size > 0) metadata.push([SUMMARY_KEY.collectionMap, collectionMap(others)])
    const bytes = encodeSummary({ refs: main, metadata: inHashOrder(metadata) })
    await reindexStaticDeltas(repo, { signal: options.signal })
    await publish(repo, bytes, options.signers)
  })
}

async function publish(repo: Repo, summary: Uint8Array, signers: Signers | undefined): Promise<void> {
  const target = `${repo.path}/summary`
  if (signers === undefined) {
    await replaceFile(repo, target, summary)
    // A signature of what is no longer there would make every client refuse.
    return unlinkIfThere(repo, `${target}.sig`)
  }
  // Both are finished before either is seen: a summary must not be out for long without its signature.
  const { fs } = repo.platform
  const folder = await fs.makeTemporaryDirectory(`${repo.tmpPath}/summary-`)
  try {
    const [made, signature] = [`${folder}/summary`, `${folder}/summary.sig`]
    await replaceFile(repo, made, summary)
    await replaceFile(repo, signature, await encodeSummarySignatures(summary, signers))
    // The same time on both, to the nanosecond, so that an HTTP client takes both for old at once.
    const seconds = Date.now() / 1000
    for (const file of [made, signature]) await fs.lutimes(file, seconds, seconds)
    await fs.rename(made, target)
    await fs.rename(signature, `${target}.sig`)
  } finally {
    await fs.removeTree(folder)
  }
}

/** Refs of the repository's own collection, or without one its local refs; and those of other collections. */
async function collectRefs(repo: Repo): Promise<{ main: SummaryRef[]; others: Map<string, SummaryRef[]> }> {
  const byName = (a: string, b: string) => compareUtf8(a, b)
  const main: SummaryRef[] = []
  const others = new Map<string, SummaryRef[]>()
  const own = repo.config.collectionId
  if (own === null) {
    for (const [name, checksum] of [...(await listRefs(repo))].sort(([a], [b]) => byName(a, b))) {
      if (parseRefspec(name).remote === null) main.push(await summaryRef(repo, name, checksum as Checksum))
    }
  }
  const order = (a: CollectionRefEntry, b: CollectionRefEntry) =>
    byName(a.collectionId, b.collectionId) || byName(a.ref, b.ref)
  for (const { collectionId, ref, checksum } of (await listCollectionRefs(repo)).sort(order)) {
    const target = collectionId === own ? main : (others.get(collectionId) ?? [])
    if (collectionId !== own) others.set(collectionId, target)
    target.push(await summaryRef(repo, ref, checksum))
  }
  return { main, others }
}

async function summaryRef(repo: Repo, name: string, checksum: Checksum): Promise<SummaryRef> {
  const data = await readMetadata(repo.store, checksum, 'commit')
  const commit = decodeCommit(data)
  const metadata: Entries = []
  if (isValidTime(commit.timestamp)) metadata.push([SUMMARY_KEY.commitTimestamp, bigEndian(commit.timestamp)])
  const version = commit.metadata.find(([key]) => key === 'version')?.[1]
  if (version?.type === 's') metadata.push([SUMMARY_KEY.commitVersion, version])
  return {
    name,
    commit: {
      sizeBytes: BigInt(data.length),
      checksum: checksumToBytes(checksum),
      metadata: inHashOrder(metadata),
    },
  }
}

/** GDateTime knows the years 1 to 9999. */
const LAST_SECOND = 253402300799n
const isValidTime = (seconds: bigint): boolean => seconds <= LAST_SECOND

/** Times are big-endian inside a native 64-bit number. */
function bigEndian(value: bigint): Variant {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, value)
  return { type: 't', value: view.getBigUint64(0, true) }
}

async function addStaticDeltas(repo: Repo, metadata: Entries): Promise<void> {
  const deltas = await listStaticDeltas(repo)
  if (deltas.length > 0) metadata.push([SUMMARY_KEY.staticDeltas, await listedDeltas(repo, deltas)])
}

function repositoryFacts(repo: Repo): Entries {
  return [
    [SUMMARY_KEY.lastModified, bigEndian(BigInt(Math.floor(Date.now() / 1000)))],
    [SUMMARY_KEY.mode, { type: 's', value: keyText(repo.configFile, 'core', 'mode') ?? 'bare' }],
    [
      SUMMARY_KEY.tombstoneCommits,
      { type: 'b', value: booleanOf(repo.configFile, 'core', 'tombstone-commits', false) },
    ],
    [SUMMARY_KEY.indexedDeltas, { type: 'b', value: true }],
  ]
}

function collectionMap(collections: ReadonlyMap<string, readonly SummaryRef[]>): Variant {
  return { type: 'a{sa(s(taya{sv}))}', value: [...collections].map(([id, refs]) => [id, refs.map(plainRef)]) }
}

/** The declared struct as the dynamic value of its type. */
function plainRef({ name, commit }: SummaryRef) {
  return [name, [commit.sizeBytes, commit.checksum, commit.metadata]] as const
}
