// Whether two paths lie on one file system, so that a link between them can be made.

import type { Platform } from '../platform/types.ts'

/** Links are followed. */
export async function onSameFileSystem({ fs }: Platform, a: string, b: string): Promise<boolean> {
  const device = (devino: string) => devino.slice(0, devino.indexOf(':'))
  return device(await fs.devino(a)) === device(await fs.devino(b))
}
