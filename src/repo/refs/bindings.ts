// Bindings: a commit says which refs, and which collection, it was made for. Facts: spec/repository.md#bindings

import { OstreeError } from '../../errors.ts'
import type { Variant } from '../../gvariant/schema.ts'
import type { Commit, Metadata } from '../../objects/commit.ts'

export const REF_BINDING = 'ostree.ref-binding'
export const COLLECTION_BINDING = 'ostree.collection-binding'

export function lookupMetadata(metadata: Metadata, key: string): Variant | undefined {
  return metadata.find(([name]) => name === key)?.[1]
}

/** The refs that a commit is bound to; `undefined` where it has no bindings. */
export function refBindings(commit: Commit): readonly string[] | undefined {
  const found = lookupMetadata(commit.metadata, REF_BINDING)
  return found?.type === 'as' ? (found.value as readonly string[]) : undefined
}

export function collectionBinding(commit: Commit): string | undefined {
  const found = lookupMetadata(commit.metadata, COLLECTION_BINDING)
  return found?.type === 's' ? (found.value as string) : undefined
}

/**
 * Checks that a commit was made for the ref, and for the collection, that it was reached by.
 * @param collectionId - `null` asks for no collection, and then lets a commit without bindings pass.
 * @throws {@link OstreeError} `FAILED`
 */
export function verifyBindings(commit: Commit, collectionId: string | null, ref: string | null): void {
  const refs = refBindings(commit)
  if (refs === undefined) {
    if (collectionId === null) return
    throw failed('Expected commit metadata to have ref binding information, found none')
  }
  if (ref !== null && !refs.includes(ref)) {
    const bound = refs.length === 0 ? 'no refs' : refs.map((name) => `‘${name}’`).join(', ')
    throw failed(`Commit has no requested ref ‘${ref}’ in ref binding metadata (${bound})`)
  }
  if (collectionId === null) return
  const bound = collectionBinding(commit)
  if (bound === undefined) {
    throw failed('Expected commit metadata to have collection ID binding information, found none')
  }
  if (bound !== collectionId) {
    throw failed(
      `Commit has collection ID ‘${bound}’ in collection binding metadata, while the remote it came from has collection ID ‘${collectionId}’`,
    )
  }
}

const failed = (reason: string): OstreeError => new OstreeError('FAILED', { reason })
