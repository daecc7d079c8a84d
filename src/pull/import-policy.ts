// Whether files of one repository may be shared with another.

import type { Repo } from '../repo/repo.ts'
import type { ImportPolicy } from './import-object.ts'
import { onSameFileSystem } from './same-file-system.ts'

export async function importPolicy(
  repo: Repo,
  source: Repo,
  options: { readonly untrusted?: boolean; readonly bareUserOnlyFiles?: boolean },
): Promise<ImportPolicy> {
  const { fs } = repo.platform
  const [from, to] = [`${source.path}/objects`, `${repo.path}/objects`]
  const [fromStat, toStat] = [await fs.tryStat(from), await fs.tryStat(to)]
  return {
    trusted: options.untrusted !== true,
    bareUserOnlyFiles: options.bareUserOnlyFiles ?? false,
    sameOwner: fromStat?.uid === toStat?.uid,
    sameDevice: await onSameFileSystem(repo.platform, from, to),
  }
}
