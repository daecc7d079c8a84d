// npm start: the demo. `npm start -- ARGS`: the command itself, where the caller stands.

import { spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { demo } from './demo.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  if (!(await build(project))) return 1
  const command = join(project, 'dist/cli.js')
  if (args.length === 0) return demo(project, command)
  const { status, signal, error } = spawnSync(process.execPath, [command, ...args], {
    cwd: process.env.INIT_CWD ?? process.cwd(), // npm changes to the project's folder and says where it was called
    stdio: 'inherit',
  })
  if (error) throw error
  return status ?? 128 + constants.signals[signal ?? 'SIGTERM']
}
