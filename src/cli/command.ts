// What a command is: a table of options and a few lines that run it. `defineCommand` turns the table into parsing,
// `--help`, `--version` and the repository that the command works on.

import { OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import { type HelpPage, helpText } from './help.ts'
import { BrokenPipe, type Host } from './host.ts'
import { filename, flag, type OptionTable, type ValuesOf } from './options.ts'
import type { Output } from './output.ts'
import { parseOptions } from './parse-options.ts'
import { resolveTarget, type TargetContext, type TargetKind, type Targets } from './target.ts'
import { versionText } from './version.ts'

/** What outlives one command: the process, its streams and the way to stop it. */
export interface Session {
  readonly host: Host
  readonly out: Output
  readonly signal: AbortSignal
  /** Set by `--verbose`. */
  verbose: boolean
  /** Loaded on first use: `--help` needs none of it. */
  platform(): Promise<Platform>
}

export interface Example {
  readonly does: string
  /** Words after the program's name. */
  readonly line: string
}

/** What `run` is given. */
export type Invocation<O extends OptionTable, K extends TargetKind> = Targets[K] & {
  readonly session: Session
  readonly platform: Platform
  readonly options: ValuesOf<O>
  readonly args: readonly string[]
  readonly out: Output
  readonly signal: AbortSignal
  /**
   * Prints the help to stderr and answers the error to throw.
   * @param options.freeLine - A line left free behind the help, as most commands have it. Default `true`.
   */
  usageError(reason: string, options?: { readonly freeLine?: boolean }): OstreeError
  help(): string
}

export interface CommandSpec<O extends OptionTable, K extends TargetKind> {
  readonly name: string
  readonly summary: string
  /** What follows the options in the usage line. */
  readonly parameters?: string
  /** What it works on: `repo` (opened, the default), `new-repo` (not opened), `sysroot`, or `nothing`. */
  readonly target?: K
  readonly options: O
  readonly examples?: readonly Example[]
  run(invocation: Invocation<O, K>): Promise<void>
}

export interface Command {
  readonly kind: 'command'
  readonly name: string
  readonly summary: string
  readonly examples: readonly Example[]
  help(program: string): string
  /** @param argv - The words of the command line, without the command's own names. */
  invoke(session: Session, program: string, argv: readonly string[]): Promise<void>
}

const REPO_OPTION = {
  repo: filename('PATH', 'Path to OSTree repository (defaults to current directory or /sysroot/ostree/repo)'),
}
export const SYSROOT_OPTIONS = {
  'print-current-dir': flag('', { hidden: true }),
  sysroot: filename('PATH', 'Create a new OSTree sysroot at PATH'),
}
export const GLOBAL_OPTIONS = {
  verbose: flag('Print debug information during command processing', { short: 'v' }),
  version: flag('Print version information and exit'),
}
const TARGET_OPTIONS = { repo: REPO_OPTION, 'new-repo': REPO_OPTION, sysroot: SYSROOT_OPTIONS, nothing: {} } as const

export function defineCommand<const O extends OptionTable, K extends TargetKind = 'repo'>(
  spec: CommandSpec<O, K>,
): Command {
  const { name, summary, parameters = '', examples = [] } = spec
  const kind: TargetKind = spec.target ?? 'repo'
  const table: OptionTable = { ...TARGET_OPTIONS[kind], ...spec.options, ...GLOBAL_OPTIONS }
  const page = (program: string): HelpPage => ({ program, parameters, summary, options: table })
  return {
    kind: 'command',
    name,
    summary,
    examples,
    help: (program) => helpText(page(program)),
    async invoke(session, program, argv) {
      const { out, signal } = session
      const help = () => helpText(page(program))
      const line = parseLine(session, page(program), argv)
      if (line === undefined) return
      const options = line.options as ValuesOf<O> & TargetContext['options']
      const platform = await session.platform()
      const target = (await resolveTarget(kind, { session, platform, options, help })) as Targets[K]
      await spec.run({
        ...target,
        session,
        platform,
        options,
        args: line.args,
        out,
        signal,
        help,
        usageError(reason, { freeLine = true } = {}) {
          out.writeNote(freeLine ? `${help()}\n` : help())
          return new OstreeError('INVALID_ARGUMENT', { reason })
        },
      })
    },
  }
}

/** The parsed line, or `undefined` when `--help` or `--version` has been answered. */
export function parseLine(
  session: Session,
  page: HelpPage,
  argv: readonly string[],
): { readonly options: ValuesOf<OptionTable>; readonly args: readonly string[] } | undefined {
  const line = parseOptions(page.options, argv)
  if (line.outcome === 'help') {
    session.out.write(helpText(page))
    return undefined
  }
  if (line.options.version === true) {
    printVersion(session.out)
    return undefined
  }
  if (line.options.verbose === true) session.verbose = true
  return line
}

/** A reader that has seen enough, such as `head -1`, is no failure here. */
function printVersion(out: Output): void {
  try {
    out.write(versionText())
    out.flush()
  } catch (error) {
    if (!(error instanceof BrokenPipe)) throw error
  }
}
