// npm run bench: whole commands side by side with the reference; the table goes to bench/RESULTS.md.
//   npm run bench -- [--rounds N] [--tree DIR] [--only TEXT]     with --tree or --only nothing is written

import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { benchWholeCommands } from '../bench/whole-commands.ts'
import { REFERENCE_ROOT, referenceCommand } from '../conformance/reference-command.ts'
import { build } from './build.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      tree: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  })
  if (!(await build(project, { commandOnly: true }))) return 1
  const setup = spawnSync(join(project, 'conformance/setup'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (setup.status !== 0) return 2
  const page = await benchWholeCommands({
    tree: values.tree === undefined ? join(REFERENCE_ROOT, 'usr') : resolve(values.tree),
    rounds: Number(values.rounds),
    only: values.only,
    reference: { name: 'reference', command: referenceCommand() },
    ours: { name: 'ours', command: [process.execPath, join(project, 'dist/cli.js')] },
  })
  if (values.tree === undefined && values.only === '') writeFileSync(join(project, 'bench/RESULTS.md'), page)
  else console.log(`\n${page}`)
  return 0
}
