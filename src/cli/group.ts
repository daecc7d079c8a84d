// A command that only holds other commands: `remote`, `admin`, `admin kargs` … It finds the one that is named, wherever
// the name stands between the options, and loads that one alone.

import { OstreeError } from '../errors.ts'
import { comingLater } from './coming-later.ts'
import { type Command, GLOBAL_OPTIONS, parseLine, type Session, SYSROOT_OPTIONS } from './command.ts'
import { type HelpPage, helpText } from './help.ts'

export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Works, but is not listed. */
  readonly hidden?: boolean
  readonly load: () => Promise<{ readonly command: Command | Group }>
}

export interface Group {
  readonly kind: 'group'
  readonly name: string
  readonly summary: string
  readonly commands: readonly CommandEntry[]
  help(program: string): string
  invoke(session: Session, program: string, argv: readonly string[]): Promise<void>
}

export interface GroupSpec {
  readonly name: string
  readonly summary: string
  /** The name in full, such as `admin kargs`; titles and errors show it. */
  readonly title: string
  readonly parameters?: string
  /** Width of the list's first column. */
  readonly nameWidth: number
  /** Takes `--sysroot`, as everything below `admin` does. */
  readonly sysroot?: boolean
  readonly commands: readonly CommandEntry[]
}

export function defineGroup(spec: GroupSpec): Group {
  const { name, title, commands, parameters = 'COMMAND', nameWidth } = spec
  const options = { ...(spec.sysroot === true ? SYSROOT_OPTIONS : {}), ...GLOBAL_OPTIONS }
  const page = (program: string): HelpPage => ({
    program,
    parameters,
    summary: `${spec.summary}\n\nBuiltin "${title}" Commands:${commandList(commands, nameWidth)}`,
    options,
  })
  return {
    kind: 'group',
    name,
    summary: spec.summary,
    commands,
    help: (program) => helpText(page(program)),
    async invoke(session, program, argv) {
      const { name: wanted, rest } = takeCommandName(argv, { stopAtDashes: true })
      const entry = commands.find((candidate) => candidate.name === wanted)
      if (entry !== undefined) return (await entry.load()).command.invoke(session, `${program} ${entry.name}`, rest)

      const line = parseOrExplain(session, program, rest)
      if (line === undefined) return
      if (line.options['print-current-dir'] === true) comingLater(`'${program}'`)
      session.out.writeNote(helpText(page(program)))
      throw wrong(
        wanted === undefined ? `No "${title}" subcommand specified` : `Unknown "${title}" subcommand '${wanted}'`,
      )
    },
  }

  function parseOrExplain(session: Session, program: string, rest: readonly string[]) {
    try {
      return parseLine(session, page(program), rest)
    } catch (error) {
      session.out.writeNote(helpText(page(program)))
      throw error
    }
  }
}

/** The lines of a help page that list commands, each after a line break. */
export function commandList(commands: readonly CommandEntry[], nameWidth: number): string {
  return commands
    .filter(({ hidden }) => hidden !== true)
    .map(({ name, summary }) => `\n  ${name.padEnd(nameWidth)}${summary}`)
    .join('')
}

/**
 * Takes the first word that is no option out of the line. With `stopAtDashes` a `--` ends the search and, as in the
 * reference, everything from it on is lost.
 */
export function takeCommandName(
  argv: readonly string[],
  { stopAtDashes }: { readonly stopAtDashes: boolean },
): { readonly name: string | undefined; readonly rest: readonly string[] } {
  const end = stopAtDashes ? argv.indexOf('--') : -1
  const words = end < 0 ? argv : argv.slice(0, end)
  const at = words.findIndex((word) => !word.startsWith('-'))
  return at < 0 ? { name: undefined, rest: words } : { name: words[at], rest: words.filter((_, index) => index !== at) }
}

export function wrong(reason: string): OstreeError {
  return new OstreeError('INVALID_ARGUMENT', { reason })
}
