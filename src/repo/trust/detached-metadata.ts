// Signatures in a commit's detached metadata, and in `summary.sig`, which has the same form: an `a{sv}` with one entry
// of type `aay` for each kind of signature. Facts: spec/signatures.md#detached-metadata

import { prefixed } from '../../errors.ts'
import { inHashOrder } from '../../gvariant/hash-order.ts'
import { decodeLenient } from '../../gvariant/normal-form.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { encodeDetachedMetadata, METADATA, type Metadata } from '../../objects/commit.ts'
import { lookupMetadata } from '../refs/bindings.ts'
import type { LooseStore } from '../store/loose-store.ts'
import { readDetachedMetadata } from '../store/read-object.ts'
import { writeMetadata } from '../store/write-object.ts'

/** The type of an entry that keeps signatures. */
const SIGNATURES = 'aay'

/** The signatures under `key`; `undefined` where there is no such entry, or it is of another type. */
export function signaturesIn(metadata: Metadata | undefined, key: string): readonly Uint8Array[] | undefined {
  const entry = metadata === undefined ? undefined : lookupMetadata(metadata, key)
  return entry?.type === SIGNATURES ? (entry.value as readonly Uint8Array[]) : undefined
}

/** The metadata with one more signature behind those under `key`, in the order that the reference writes entries. */
export function withSignature(metadata: Metadata | undefined, key: string, signature: Uint8Array): Metadata {
  return withSignatures(metadata, key, [...(signaturesIn(metadata, key) ?? []), signature])
}

/** The metadata with exactly these signatures under `key`; none takes the entry away. */
export function withSignatures(
  metadata: Metadata | undefined,
  key: string,
  signatures: readonly Uint8Array[],
): Metadata {
  const others = (metadata ?? []).filter(([name]) => signatures.length > 0 || name !== key)
  return inHashOrder(signatures.length === 0 ? others : [...others, [key, { type: SIGNATURES, value: signatures }]])
}

/** What bytes from outside say, broken ones read as the reference reads them: `summary.sig`, a fetched `.commitmeta`. */
export function decodeSignatureFile(bytes: Uint8Array): Metadata {
  return decodeLenient(METADATA.type.signature, bytes).value as unknown as Metadata
}

/** A commit's detached metadata, for who is about to change or verify it. */
export async function readSignatures(store: LooseStore, commit: Checksum): Promise<Metadata | undefined> {
  try {
    return await readDetachedMetadata(store, commit)
  } catch (error) {
    throw prefixed(error, 'Failed to read detached metadata')
  }
}

/** Replaces a commit's detached metadata: at once, or with the transaction whose store it is. */
export async function writeSignatures(store: LooseStore, commit: Checksum, metadata: Metadata): Promise<void> {
  try {
    await writeMetadata(store, 'commitmeta', encodeDetachedMetadata(metadata), commit)
  } catch (error) {
    throw prefixed(error, 'Unable to write detached metadata')
  }
}
