// A path without links in it, as realpath(3) gives it.

import { OstreeError } from '../../errors.ts'
import type { Platform } from '../../platform/types.ts'

const MAX_LINKS = 40

/** @param path - Absolute. @throws {@link OstreeError} `IO`: `ENOENT`, `ELOOP` */
export async function canonicalPath({ fs }: Platform, path: string): Promise<string> {
  const left = path.split('/')
  const done: string[] = []
  let links = 0
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '' || name === '.') continue
    if (name === '..') {
      done.pop()
      continue
    }
    const here = `/${[...done, name].join('/')}`
    if ((await fs.lstat(here)).kind !== 'symlink') {
      done.push(name)
      continue
    }
    if (++links > MAX_LINKS) throw new OstreeError('IO', { errno: 'ELOOP', call: 'realpath', path })
    const target = await fs.readlink(here)
    if (target.startsWith('/')) done.length = 0
    left.unshift(...target.split('/'))
  }
  return `/${done.join('/')}`
}
