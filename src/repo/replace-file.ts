// Replacing a small file of the repository (a ref, the config, the summary) in one step.

import { retold } from '../errors.ts'
import type { FileHandle } from '../platform/types.ts'
import type { Repo } from './repo.ts'

/** Writes a file beside its name, syncs it as the repository asks, and moves it there. */
export async function replaceFile(repo: Repo, path: string, bytes: Uint8Array, permissions = 0o644): Promise<void> {
  const { fs } = repo.platform
  const temporary = repo.store.temporaryPath()
  const handle = await openTemporary(repo, temporary, permissions)
  try {
    try {
      await handle.write(bytes)
      if (repo.config.fsync) await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.unlink(temporary)
    throw error
  }
}

/** The reference's temporary files have no name, and its messages none either. */
async function openTemporary({ platform }: Repo, path: string, permissions: number): Promise<FileHandle> {
  try {
    return await platform.fs.open(path, 'wx', permissions)
  } catch (error) {
    throw retold(error, 'open(O_TMPFILE)')
  }
}
