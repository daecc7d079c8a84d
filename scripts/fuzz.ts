// npm run fuzz: damaged files for every reader of test/fuzz, 50,000 each. `npm test` runs the same with a few hundred.
//   npm run fuzz -- [--inputs N] [--only TEXT]     OSTREE_TS_SEED picks another seed

import { parseArgs } from 'node:util'
import { build } from './build.ts'
import { vitest } from './steps.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { inputs: { type: 'string', default: '50000' }, only: { type: 'string' } },
  })
  if (!(await build(project, { commandOnly: true }))) return 1
  const only = values.only === undefined ? [] : ['-t', values.only]
  return vitest(project, ['test/fuzz', ...only], { env: { OSTREE_TS_FUZZ_INPUTS: values.inputs } })
}
