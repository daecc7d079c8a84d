// Commands from outside: `ostree foo` runs `ostree-foo`, when there is one and no command of that name is built in.

import { COMMANDS } from './command-list.ts'
import type { Host } from './host.ts'

/** Looked at before PATH. */
const EXTENSION_FOLDER = '/usr/libexec/libostree/ext'

/** The exit code of the program that ran, or `undefined` when there is none to run. */
export async function runExternal(host: Host): Promise<number | undefined> {
  const verb = host.argv.find((word) => word !== '' && !word.startsWith('-'))
  if (verb === undefined || COMMANDS.some(({ name }) => name === verb)) return undefined
  const program = host.findProgram(`${EXTENSION_FOLDER}/ostree-${verb}`) ?? host.findProgram(`ostree-${verb}`)
  // The verb stays among the words that the program gets.
  return program === undefined ? undefined : host.replaceWith(program, host.argv)
}
