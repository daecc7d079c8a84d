// npm run differential: the random comparisons with the reference, at length (OSTREE_TS_LONG=1). `npm test` runs the same
// tests with fewer cases. OSTREE_TS_SEED picks another seed. Arguments: other test files than these.

import { build } from './build.ts'
import { vitest } from './steps.ts'

const FILES = ['test/differential', 'test/gvariant/glib.test.ts', 'test/keyfile', 'test/tar']

export async function main(project: string, args: readonly string[]): Promise<number> {
  if (!(await build(project, { commandOnly: true }))) return 1
  return vitest(project, args.length > 0 ? args : FILES, { env: { OSTREE_TS_LONG: '1' } })
}
