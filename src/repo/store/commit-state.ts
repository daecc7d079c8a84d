// Commits that are here in part: `state/CHECKSUM.commitpartial`. Facts: spec/repository.md#partial

import { isIoError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Repo } from '../repo.ts'

/** `fsck`: a check deleted bad objects, so that the commit must be pulled again. */
export type CommitState = 'normal' | 'partial' | 'fsck-partial'

const FSCK_MARK = 0x66 // f

const markPath = (repo: Repo, checksum: Checksum): string => `${repo.path}/state/${checksum}.commitpartial`

export async function readCommitState(repo: Repo, checksum: Checksum): Promise<CommitState> {
  const mark = await repo.platform.fs.tryReadFile(markPath(repo, checksum))
  if (mark !== undefined) return mark[0] === FSCK_MARK ? 'fsck-partial' : 'partial'
  return 'normal'
}

/** A mark that is there already is left as it is. */
export async function markCommitPartial(
  repo: Repo,
  checksum: Checksum,
  state: 'partial' | 'fsck-partial',
): Promise<void> {
  const { fs } = repo.platform
  try {
    const handle = await fs.open(markPath(repo, checksum), 'wx', 0o644)
    try {
      if (state === 'fsck-partial') await handle.write(Uint8Array.of(FSCK_MARK))
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!isIoError(error, 'EEXIST')) throw error
  }
}

export async function clearCommitPartial(repo: Repo, checksum: Checksum): Promise<void> {
  try {
    await repo.platform.fs.unlink(markPath(repo, checksum))
  } catch (error) {
    if (!isIoError(error, 'ENOENT')) throw error
  }
}
