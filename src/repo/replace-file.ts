// Replacing a small file of the repository (a ref, the config, the summary) in one step.

import type { Repo } from './repo.ts'

/** Writes a file beside its name, syncs it as the repository asks, and moves it there. */
export async function replaceFile(repo: Repo, path: string, bytes: Uint8Array, permissions = 0o644): Promise<void> {
  const { fs } = repo.platform
  const temporary = repo.store.temporaryPath()
  const handle = await fs.open(temporary, 'wx', permissions)
  try {
    await handle.write(bytes)
    if (repo.config.fsync) await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.unlink(temporary)
    throw error
  }
}
