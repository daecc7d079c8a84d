// `COLLECTION-ID REF` pairs on a command line.

import { type CollectionRef, validateCollectionId, validateRef } from '../repo/refs/ref-names.ts'

/** @param words - An even number of them. */
export function parseCollectionRefs(words: readonly string[]): CollectionRef[] {
  const refs: CollectionRef[] = []
  for (let i = 0; i < words.length; i += 2) {
    const [collectionId = '', ref = ''] = words.slice(i, i + 2)
    validateCollectionId(collectionId)
    validateRef(ref)
    refs.push({ collectionId, ref })
  }
  return refs
}
