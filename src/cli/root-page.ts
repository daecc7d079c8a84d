// The help page of the command as a whole.

import { GLOBAL_OPTIONS } from './command.ts'
import { COMMANDS } from './command-list.ts'
import { commandList } from './group.ts'
import type { HelpPage } from './help.ts'

export function rootPage(program: string): HelpPage {
  const summary = `Builtin Commands:${commandList(COMMANDS, 18)}`
  return { program, parameters: 'COMMAND', summary, options: GLOBAL_OPTIONS }
}
