// `ostree-metadata`: a repository with a collection keeps its metadata in an empty commit on a ref of that name, where it
// can be signed. Facts: spec/repository.md#summary

import { inHashOrder } from '../../gvariant/hash-order.ts'
import type { Variant } from '../../gvariant/schema.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Metadata } from '../../objects/commit.ts'
import { encodeDirmeta } from '../../objects/dirmeta.ts'
import { EMPTY_DIRTREE, encodeDirtree } from '../../objects/dirtree.ts'
import { MODE } from '../../objects/file-mode.ts'
import type { OperationOptions } from '../../operation.ts'
import { writeCommit } from '../commit/write-commit.ts'
import { COLLECTION_BINDING, REF_BINDING } from '../refs/bindings.ts'
import { tryResolveRev } from '../refs/resolve-rev.ts'
import type { Repo } from '../repo.ts'
import { type Transaction, withTransaction } from '../transaction/transaction.ts'
import { type Signers, signCommit } from '../trust/sign.ts'

export const METADATA_REF = 'ostree-metadata'

export interface MetadataCommitOptions extends OperationOptions {
  /** Sign the commit before anyone sees it. */
  readonly signers?: Signers | undefined
}

/** Writes the next commit of `ostree-metadata`; nothing where the repository has no collection. */
export async function writeMetadataCommit(
  repo: Repo,
  metadata: Metadata,
  { signal, signers }: MetadataCommitOptions = {},
): Promise<Checksum | null> {
  const { collectionId } = repo.config
  if (collectionId === null) return null
  const { result } = await withTransaction(repo, { signal, updateSummary: false }, async (transaction) => {
    const parent = (await tryResolveRev(repo, METADATA_REF)) ?? null
    const bound: (readonly [string, Variant])[] = [
      ...metadata,
      [COLLECTION_BINDING, { type: 's', value: collectionId }],
      [REF_BINDING, { type: 'as', value: [METADATA_REF] }],
    ]
    const root = await writeEmptyRoot(transaction)
    const commit = await writeCommit(transaction, { root, parent, metadata: inHashOrder(bound) })
    if (signers !== undefined) await signCommit(transaction.store, commit, signers)
    transaction.setCollectionRef({ collectionId, ref: METADATA_REF }, commit)
    return commit
  })
  return result
}

async function writeEmptyRoot(transaction: Transaction) {
  const meta = encodeDirmeta({ uid: 0, gid: 0, mode: MODE.directory | 0o755, xattrs: [] })
  return {
    metadata: await transaction.writeMetadata('dirmeta', meta),
    contents: await transaction.writeMetadata('dirtree', encodeDirtree(EMPTY_DIRTREE)),
  }
}
