// `ostree-ts help COMMAND…`, which the reference does not have: its help text, followed by examples.

import type { Session } from './command.ts'
import { COMMANDS } from './command-list.ts'
import { type CommandEntry, wrong } from './group.ts'
import { helpText } from './help.ts'
import { rootPage } from './root-page.ts'

export async function explainCommand({ host, out }: Session, names: readonly string[]): Promise<void> {
  let program = host.program
  if (names.length === 0) return out.write(helpText(rootPage(program)))
  let commands: readonly CommandEntry[] = COMMANDS
  for (const [depth, name] of names.entries()) {
    const entry = commands.find((candidate) => candidate.name === name)
    if (entry === undefined) throw wrong(`Unknown command '${names.slice(0, depth + 1).join(' ')}'`)
    program = `${program} ${name}`
    const { command } = await entry.load()
    if (command.kind === 'group') {
      commands = command.commands
      if (depth === names.length - 1) out.write(command.help(program))
      continue
    }
    commands = []
    if (depth < names.length - 1) continue
    out.write(command.help(program))
    if (command.examples.length === 0) continue
    out.line('Examples:')
    for (const { does, line } of command.examples) out.write(`  # ${does}\n  ${host.program} ${line}\n\n`)
  }
}
