// The text of `--help`, laid out as GLib's g_option_context_get_help lays it out.

import type { OptionSpec, OptionTable } from './options.ts'

export interface HelpPage {
  /** The command with its groups, such as `ostree remote add`. */
  readonly program: string
  /** What follows the options in the usage line; may be empty. */
  readonly parameters: string
  readonly summary: string
  readonly options: OptionTable
}

const HELP_OPTION = '-?, --help'

export function helpText(page: HelpPage): string {
  const shown = withoutRepeatedLetters(page.options)
  const width = Math.max(HELP_OPTION.length, ...shown.map(([name, spec]) => columnWidth(name, spec))) + 4
  const lines = [
    'Usage:',
    `  ${page.program} [OPTION…]${page.parameters === '' ? '' : ` ${page.parameters}`}`,
    '',
    ...(page.summary === '' ? [] : [page.summary, '']),
    'Help Options:',
    `  -h, --${'help'.padEnd(width - 4)} Show help options`,
    '',
    'Application Options:',
    ...shown.map(([name, spec]) => `${entryHead(name, spec).padEnd(width + 4)} ${spec.help}`),
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** Of two options with one letter, only the first one shows it. Hidden ones count. */
function withoutRepeatedLetters(options: OptionTable): [string, OptionSpec<unknown>][] {
  const seen = new Set<string>()
  const shown: [string, OptionSpec<unknown>][] = []
  for (const [name, spec] of Object.entries(options)) {
    const { short } = spec
    const letter = short !== undefined && !seen.has(short) ? short : undefined
    if (letter !== undefined) seen.add(letter)
    if (spec.hidden !== true) shown.push([name, { ...spec, short: letter }])
  }
  return shown
}

function columnWidth(name: string, spec: OptionSpec<unknown>): number {
  const letter = spec.short === undefined ? 0 : 4
  const argument = spec.argument === undefined ? 0 : 1 + spec.argument.length
  return name.length + letter + argument
}

function entryHead(name: string, spec: OptionSpec<unknown>): string {
  const letter = spec.short === undefined ? '' : `-${spec.short}, `
  return `  ${letter}--${name}${spec.argument === undefined ? '' : `=${spec.argument}`}`
}
