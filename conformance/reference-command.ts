// Where the reference's root is, and how its command is run on this machine's own paths: by its own loader and with its
// own libraries, so that nothing of this machine's is mixed in. `conformance/ostree` is the same for a shell.

import { existsSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What `conformance/setup` makes; it may not be there. */
export const REFERENCE_ROOT =
  process.env.OSTREE_REFERENCE_ROOT ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ostree-reference')

export const isReferenceSetUp = (): boolean => existsSync(join(REFERENCE_ROOT, '.complete'))

const LOADERS = [
  { path: 'lib64/ld-linux-x86-64.so.2', libraries: 'usr/lib/x86_64-linux-gnu' },
  { path: 'lib/ld-linux-aarch64.so.1', libraries: 'usr/lib/aarch64-linux-gnu' },
] as const

/** The program and the arguments that come before the reference's own. */
export function referenceCommand(): [program: string, ...args: string[]] {
  const found = LOADERS.find(({ path }) => existsSync(join(REFERENCE_ROOT, path)))
  if (found === undefined) throw new Error(`no dynamic loader known in ${REFERENCE_ROOT}`)
  const loader = realpathSync(join(REFERENCE_ROOT, found.path))
  const libraries = join(REFERENCE_ROOT, found.libraries)
  return [loader, '--argv0', 'ostree', '--library-path', libraries, join(REFERENCE_ROOT, 'usr/bin/ostree')]
}
