// `prune --delete-commit`: one commit object goes, and a tombstone says so. Facts: spec/repository.md#tombstones

import { OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { booleanOf } from '../config/config.ts'
import { editConfig } from '../config/edit-config.ts'
import { listCollectionRefs, listRefs } from '../refs/list-refs.ts'
import type { Repo } from '../repo.ts'
import { deleteObject } from '../store/delete-object.ts'

/**
 * Deletes a commit object; from then on the repository keeps tombstones. What only that commit reached stays until the
 * next prune.
 * @throws {@link OstreeError} `FAILED`: a ref stands on it.
 */
export async function deleteCommit(repo: Repo, commit: Checksum): Promise<void> {
  for (const [ref, checksum] of await listRefs(repo)) {
    if (checksum === commit) throw new OstreeError('FAILED', { reason: `Commit '${commit}' is referenced by '${ref}'` })
  }
  for (const { collectionId, ref, checksum } of await listCollectionRefs(repo, { excludeRemotes: true })) {
    if (checksum !== commit) continue
    throw new OstreeError('FAILED', { reason: `Commit '${commit}' is referenced by (${collectionId}, ${ref})` })
  }
  await keepTombstones(repo)
  await deleteObject(repo, { checksum: commit, type: 'commit' })
}

/** Turns `core.tombstone-commits` on. */
export async function keepTombstones(repo: Repo): Promise<void> {
  if (booleanOf(repo.configFile, 'core', 'tombstone-commits', false)) return
  await editConfig(repo, (config) => config.setBoolean('core', 'tombstone-commits', true))
}
