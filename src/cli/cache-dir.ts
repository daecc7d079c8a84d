// `--cache-dir`: another folder for what may be fetched again.

import { OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'

/** The option as the library takes it. @throws {@link OstreeError} `IO` where there is no such folder. */
export async function cacheDirOption(
  platform: Platform,
  path: string | undefined,
): Promise<{ readonly cacheDir?: string }> {
  if (path === undefined) return {}
  const stat = await platform.fs.tryStat(path)
  if (stat?.kind === 'directory') return { cacheDir: path }
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path })
}
