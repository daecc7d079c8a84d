// What `static-delta show` prints: a superblock's facts, then those of each part and of its operations.
// Facts: spec/static-deltas.md#superblock

import { OstreeError, prefixed, retold } from '../errors.ts'
import { CHECKSUM_BYTES } from '../objects/checksum.ts'
import type { ObjectName } from '../objects/object-name.ts'
import type { Repo } from '../repo/repo.ts'
import { readChunks } from '../repo/store/content.ts'
import { relativeDeltaPath } from '../repo/summary/static-delta-names.ts'
import { formatSize } from '../text/format-size.ts'
import { maxPayloadBytes, type OpenPart, openPart } from './open-part.ts'
import { OperationReader } from './operation-reader.ts'
import { invalidRange, OPCODE_NAME, type OperationName } from './operations.ts'
import { readSuperblock } from './read-superblock.ts'
import { parseDeltaFile } from './signed-delta.ts'
import { countDependencies, type PartEntry, type Superblock } from './superblock.ts'

/** How the reference's line calls each, in the line's order. */
const COUNTED: readonly (readonly [OperationName, string])[] = [
  ['openSpliceAndClose', 'openspliceclose'],
  ['open', 'open'],
  ['write', 'write'],
  ['setReadSource', 'setread'],
  ['unsetReadSource', 'unsetread'],
  ['close', 'close'],
  ['bspatch', 'bspatch'],
]

/**
 * The lines, as they become known. Parts are always looked for in the repository.
 * @param delta - `FROM-TO` or `TO`, or, with a slash in it, the path of a superblock.
 */
export async function* describeDelta(repo: Repo, delta: string, superblockPath: string): AsyncGenerator<string> {
  const { superblock, signatures } = parseDeltaFile(await readSuperblock(repo, delta, superblockPath))
  yield `Delta: ${delta}`
  yield `Signed: ${signatures === null ? 'no' : 'yes'}`
  yield superblock.from === null ? 'From <scratch>' : `From: ${superblock.from}`
  yield `To: ${superblock.to}`
  yield `Endianness: ${superblock.endianness.description}`
  yield `Timestamp: ${superblock.timestamp}`
  yield `Number of parents: ${countDependencies(superblock)}`
  const fallback = new Total()
  yield `Number of fallback entries: ${superblock.fallbacks.length}`
  for (const entry of superblock.fallbacks) {
    fallback.add(entry)
    yield `  ${entry.checksum}`
  }
  yield* fallback.lines('Total Fallback')
  const parts = new Total()
  yield `Number of parts: ${superblock.parts.length}`
  for (const [index, entry] of superblock.parts.entries()) {
    parts.add(entry)
    yield* describePart(repo, superblock, entry, index)
  }
  yield* parts.lines('Total Part')
  yield* parts.plus(fallback).lines('Total')
}

async function* describePart(
  repo: Repo,
  superblock: Superblock,
  entry: PartEntry,
  index: number,
): AsyncGenerator<string> {
  const { objects, sizeBytes, unpackedBytes } = entry
  yield `PartMeta${index}: nobjects=${objects.length} size=${sizeBytes} usize=${unpackedBytes}`
  const relative = `${relativeDeltaPath(superblock)}/${index}`
  const path = `${repo.path}/${relative}`
  if ((await repo.platform.fs.tryStat(path)) === undefined) {
    const error = new OstreeError('IO', { errno: 'ENOENT', call: 'openat', path })
    throw retold(error, `openat(${relative})`)
  }
  const part = await openPart(repo.platform, readChunks(repo.platform, path), {
    checksum: null,
    maxBytes: maxPayloadBytes(unpackedBytes, objects.length),
    temporaryPath: () => repo.store.temporaryPath(),
  })
  try {
    const { modes, xattrs, data, operations } = part
    yield `PartPayload${index}: nmodes=${modes.length} nxattrs=${xattrs.length} blobsize=${data.sizeBytes} opsize=${operations.sizeBytes}`
    const counts = await countOperations(part, objects)
    yield `PartPayloadOps${index}: ${COUNTED.map(([op, label]) => `${label}=${counts.get(op) ?? 0}`).join(' ')}`
  } finally {
    await part.close()
  }
}

/** Reads the operations without doing any. @throws {@link OstreeError} `INVALID_FORMAT` */
export async function countOperations(
  part: OpenPart,
  objects: readonly ObjectName[],
): Promise<ReadonlyMap<OperationName, number>> {
  const counts = new Map<OperationName, number>()
  const reader = new OperationReader(part)
  for (let made = 0; ; ) {
    const operation = await reader.next(objects[made]?.type)
    if (operation === undefined) return counts
    const { op } = operation
    if (op === 'openSpliceAndClose') requireInData(part, op, operation.at, operation.size)
    if (op === 'setReadSource') requireInData(part, op, operation.at, CHECKSUM_BYTES)
    if (op === 'openSpliceAndClose' || op === 'close') made++
    counts.set(op, (counts.get(op) ?? 0) + 1)
  }
}

function requireInData({ data }: OpenPart, op: OperationName, at: number, size: number): void {
  if (size <= data.sizeBytes - at) return
  throw prefixed(invalidRange(at, size), `opcode ${OPCODE_NAME[op]}`)
}

/** Sizes added up, in 64 bits. */
class Total {
  #size = 0n
  #unpacked = 0n

  add({ sizeBytes, unpackedBytes }: { readonly sizeBytes: bigint; readonly unpackedBytes: bigint }): void {
    this.#size = BigInt.asUintN(64, this.#size + sizeBytes)
    this.#unpacked = BigInt.asUintN(64, this.#unpacked + unpackedBytes)
  }

  plus(other: Total): Total {
    const sum = new Total()
    for (const { sizeBytes, unpackedBytes } of [this.sizes, other.sizes]) sum.add({ sizeBytes, unpackedBytes })
    return sum
  }

  get sizes() {
    return { sizeBytes: this.#size, unpackedBytes: this.#unpacked }
  }

  lines(label: string): string[] {
    const told = (size: bigint) => `${size} (${formatSize(Number(size))})`
    return [`${label} Size: ${told(this.#size)}`, `${label} Uncompressed Size: ${told(this.#unpacked)}`]
  }
}
