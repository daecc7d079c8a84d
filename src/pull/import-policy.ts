// Whether files of one repository may be shared with another.

import type { Repo } from '../repo/repo.ts'
import type { ImportPolicy } from './import-object.ts'

export async function importPolicy(
  repo: Repo,
  source: Repo,
  options: { readonly untrusted?: boolean; readonly bareUserOnlyFiles?: boolean },
): Promise<ImportPolicy> {
  const { fs } = repo.platform
  const [from, to] = [`${source.path}/objects`, `${repo.path}/objects`]
  const [fromStat, toStat] = [await fs.tryStat(from), await fs.tryStat(to)]
  const device = (devino: string) => devino.slice(0, devino.indexOf(':'))
  return {
    trusted: options.untrusted !== true,
    bareUserOnlyFiles: options.bareUserOnlyFiles ?? false,
    sameOwner: fromStat?.uid === toStat?.uid,
    sameDevice: device(await fs.devino(from)) === device(await fs.devino(to)),
  }
}
