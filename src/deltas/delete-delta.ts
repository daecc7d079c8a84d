// Deletes a static delta with its parts. Its index keeps it until the next reindex.

import { OstreeError } from '../errors.ts'
import type { Repo } from '../repo/repo.ts'
import { deltaPath, parseDeltaName } from '../repo/summary/static-delta-names.ts'

/**
 * @param name - `FROM-TO` or `TO`.
 * @throws {@link OstreeError} `INVALID_CHECKSUM`; `FAILED` where it is not there.
 */
export async function deleteDelta(repo: Repo, name: string): Promise<void> {
  const { fs } = repo.platform
  const path = deltaPath(repo, parseDeltaName(name))
  if ((await fs.tryStat(path)) === undefined) throw new OstreeError('FAILED', { reason: `Can't find delta ${name}` })
  await fs.removeTree(path)
}
