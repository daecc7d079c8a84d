// Pulling refs from the remotes that were found to have them. Facts: spec/pull.md#finding

import { isOstreeError, OstreeError } from '../../errors.ts'
import type { OperationOptions } from '../../operation.ts'
import type { Repo } from '../../repo/repo.ts'
import { pull } from '../pull.ts'
import type { PullEvent, PullOptions } from '../pull-options.ts'
import { type FoundRef, type FoundRemote, sameRef } from './found-remote.ts'

export interface PullFoundOptions
  extends OperationOptions<PullEvent>,
    Pick<PullOptions, 'mirror' | 'depth' | 'cacheDir' | 'networkRetries' | 'progressIntervalMs'> {
  /** Told of each remote that failed; the next one that has a ref is tried for it. */
  readonly onFailed?: ((remote: FoundRemote, error: unknown) => void) | undefined
}

/**
 * Pulls each ref from the first remote that can give it. Commits must be signed by the collection's keys.
 * @returns The refs that were pulled.
 * @throws {@link OstreeError} `FAILED` when a ref could be pulled from none; what came is kept.
 */
export async function pullFound(
  repo: Repo,
  remotes: readonly FoundRemote[],
  options: PullFoundOptions = {},
): Promise<FoundRef[]> {
  const pulled: FoundRef[] = []
  const failed: FoundRef[] = []
  for (const remote of remotes) {
    const refs = remote.refs.filter((ref) => ref.checksum !== null && !pulled.some((done) => sameRef(done, ref)))
    if (refs.length === 0) continue
    try {
      await pullFrom(repo, remote, refs, options)
      pulled.push(...refs)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isOstreeError(error)) throw error
      options.onFailed?.(remote, error)
      failed.push(...refs)
    }
  }
  const missing = failed.filter((ref) => !pulled.some((done) => sameRef(done, ref)))
  if (missing.length === 0) return pulled
  const names = [...new Set(missing.map(({ collectionId, ref }) => `(${collectionId}, ${ref})`))]
  throw new OstreeError('FAILED', { reason: `Failed to pull some refs from the remotes: ${names.join(', ')}` })
}

async function pullFrom(
  repo: Repo,
  { remote, refRemote }: FoundRemote,
  refs: readonly FoundRef[],
  { onFailed: _, ...options }: PullFoundOptions,
): Promise<void> {
  const dynamic = refRemote === null ? {} : { refRemote }
  await pull(refRemote === null ? repo : repo.withRemote(remote), remote.name, {
    ...options,
    ...dynamic,
    refs: refs.map(({ collectionId, ref, checksum }) => ({ collectionId, ref, commit: checksum })),
    untrusted: true,
    gpgVerify: true,
    gpgVerifySummary: false,
    signVerify: false,
  })
}
