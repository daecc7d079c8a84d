// The configured remotes of a collection. Facts: spec/pull.md#finding

import type { OperationOptions } from '../../operation.ts'
import { listRemotes, remoteUrl } from '../../repo/config/remotes.ts'
import { type CollectionRef, isCollectionId } from '../../repo/refs/ref-names.ts'
import type { Repo } from '../../repo/repo.ts'
import { type RemoteSummaryOptions, readRemoteSummary } from '../remote-summary.ts'
import type { FoundRemote } from './found-remote.ts'
import { configuredRemote, keyringOf } from './keyring.ts'
import { offersIn } from './offers.ts'

/** Behind the other finders. */
const PRIORITY = 100

export interface FinderOptions extends OperationOptions, RemoteSummaryOptions {
  /** Told of each place that was looked at and left out, and why. */
  readonly onIgnored?: ((place: string, error: unknown) => void) | undefined
}

/** Remotes that are configured for the collection of a ref and list it in their summary. */
export async function findInConfig(
  repo: Repo,
  wanted: readonly CollectionRef[],
  options: FinderOptions,
): Promise<FoundRemote[]> {
  const found: FoundRemote[] = []
  for (const name of listRemotes(repo)) {
    const remote = configuredRemote(repo, name)
    const collectionId = remote?.options.get('collection-id')
    if (remote === undefined || collectionId === undefined || !isCollectionId(collectionId)) continue
    const ours = wanted.filter((ref) => ref.collectionId === collectionId)
    if (ours.length === 0) continue
    try {
      const { summaryBytes } = await readRemoteSummary(repo, name, options)
      if (summaryBytes === undefined) continue
      const { offers } = offersIn(summaryBytes, ours, null)
      const refs = ours.map((ref, index) => ({ ...ref, checksum: offers[index]?.checksum ?? null }))
      if (refs.every(({ checksum }) => checksum === null)) continue
      const url = remoteUrl(repo, name)
      found.push({
        finder: 'config',
        priority: PRIORITY,
        remote,
        url,
        keyring: keyringOf(remote),
        refRemote: null,
        refs,
        summaryLastModified: 0n,
      })
    } catch (error) {
      options.signal?.throwIfAborted()
      options.onIgnored?.(name, error) // a remote that does not answer is no remote to pull from
    }
  }
  return found
}
