// Applies one part of a static delta: its bytes are checked, then its operations make the objects that its entry lists.
// Facts: spec/static-deltas.md#applying

import type { OperationOptions } from '../operation.ts'
import type { Platform } from '../platform/types.ts'
import { type Job, runJob } from '../repo/job.ts'
import { CHUNK_BYTES, readHandle } from '../repo/store/content.ts'
import { LooseStore, type StoreOptions } from '../repo/store/loose-store.ts'
import type { Transaction } from '../repo/transaction/transaction.ts'
import { type AppliedObjects, executePart } from './execute-part.ts'
import { maxPayloadBytes, openPart } from './open-part.ts'
import { type PartEntry, requireKnownVersion } from './superblock.ts'

/** A part's bytes, its compression byte first. Files and arrays go to the worker pool, a stream is read in this thread. */
export type PartSource = { readonly path: string } | Uint8Array | AsyncIterable<Uint8Array>

export interface ApplyPartOptions extends OperationOptions {
  /** The bytes are known to be right, as those of a part that lies in the superblock. Default `false`. */
  readonly trusted?: boolean
  /** The part is read in this thread, as a stream always is: for a caller that has nothing else to do. Default `false`. */
  readonly inThisThread?: boolean
}

export interface ApplyPartInput {
  readonly store: StoreOptions
  readonly part: { readonly path: string } | Uint8Array
  readonly entry: PartEntry
  readonly trusted: boolean
}

export const APPLY_DELTA_PART: Job<ApplyPartInput, AppliedObjects> = {
  name: 'applyDeltaPart',
  run: (platform, { store, part, entry, trusted }, options) =>
    apply(new LooseStore(platform, store), part, entry, { ...options, trusted }),
}

/**
 * Applies a part into a transaction. Parts do not depend on each other: several may be applied at the same time, in any
 * order. Objects that exist are not written again.
 * @returns What was made; an object is only kept if it hashes to its name.
 * @throws {@link OstreeError} `FAILED` for a wrong checksum of the part (`Checksum mismatch in static delta part; …`), a
 *   version or compression that is not known; `INVALID_FORMAT`; `CHECKSUM_MISMATCH` for an object; `OBJECT_NOT_FOUND` for
 *   one to read from; `NO_SPACE_RESERVED`.
 */
export async function applyDeltaPart(
  transaction: Transaction,
  part: PartSource,
  entry: PartEntry,
  options: ApplyPartOptions = {},
): Promise<AppliedObjects> {
  requireKnownVersion(entry)
  const { trusted = false, inThisThread = false, signal } = options
  const { store } = transaction
  const declared = Number(entry.unpackedBytes)
  transaction.reserveSpace(declared)
  let written = 0
  try {
    const applied =
      inThisThread || Symbol.asyncIterator in part
        ? await apply(store, part, entry, { signal, trusted })
        : await runJob(store.platform, APPLY_DELTA_PART, { store: store.options, part, entry, trusted }, { signal })
    written = applied.contentBytesWritten
    return applied
  } finally {
    transaction.space.giveBack(declared - written)
  }
}

/** Whether there is anything for a part to do. */
export async function hasAllObjects(store: LooseStore, { objects }: PartEntry): Promise<boolean> {
  for (const name of objects) {
    const found = store.has(name)
    if (!(found instanceof Promise ? await found : found)) return false
  }
  return true
}

async function apply(
  store: LooseStore,
  part: PartSource,
  entry: PartEntry,
  { trusted, signal }: { readonly trusted: boolean; readonly signal?: AbortSignal | undefined },
): Promise<AppliedObjects> {
  const opened = await openPart(store.platform, pieces(store.platform, part), {
    checksum: trusted ? null : entry.checksum,
    maxBytes: maxPayloadBytes(entry.unpackedBytes, entry.objects.length),
    temporaryPath: () => store.temporaryPath(),
    signal,
  })
  try {
    return await executePart(store, opened, entry.objects, entry, signal)
  } finally {
    await opened.close()
  }
}

async function* pieces(platform: Platform, part: PartSource): AsyncGenerator<Uint8Array> {
  if (part instanceof Uint8Array) yield part
  else if ('path' in part) yield* piecesOfFile(platform, part.path)
  else yield* part
}

/** All in the same array: each is hashed and decoded before the next is asked for. */
async function* piecesOfFile(platform: Platform, path: string): AsyncGenerator<Uint8Array> {
  const handle = await platform.fs.open(path, 'r')
  try {
    yield* readHandle(platform, handle, 0, new Uint8Array(CHUNK_BYTES))
  } finally {
    await handle.close()
  }
}
