// npm run bench:pull: a pull of 20,000 objects over loopback, side by side with the reference.
//   npm run bench:pull -- [--rounds N]

import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchPull } from '../bench/pull.ts'
import { referenceCommand } from '../conformance/reference-command.ts'
import { build } from './build.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { rounds: { type: 'string', default: '3' } } })
  if (!(await build(project, { commandOnly: true }))) return 1
  const withinLimits = await benchPull({
    ours: [process.execPath, join(project, 'dist/cli.js')],
    reference: referenceCommand(),
    rounds: Number(values.rounds),
    print: console.log,
  })
  return withinLimits ? 0 : 1
}
