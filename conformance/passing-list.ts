// conformance/passing.txt: what passes, one `SCRIPT MODE ASSERTIONS` a line; and the table that the README shows.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPass, MODES, type Mode, type Task, type Verdict } from './run-script.ts'

export interface Entry extends Task {
  /** How many assertions pass; fewer is a step back. */
  readonly assertions: number
}

const HEADER = `# Scripts of the reference's own suite (2026.4) that pass against our command: script, mode, assertions that pass.
# Modes: root; user (uid 1000); sudo (uid 1000, who may become root where the script asks).
# CI fails when one stops passing. Written by: npm run conformance:all -- --update
`

const listPath = (project: string): string => join(project, 'conformance/passing.txt')

export const isMode = (text: string): text is Mode => Object.hasOwn(MODES, text)

export async function readPassing(project: string): Promise<Entry[]> {
  const lines = (await readFile(listPath(project), 'utf8')).split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [script = '', mode = '', assertions = ''] = line.split(' ')
      if (!isMode(mode) || !/^[0-9]+$/.test(assertions))
        throw new Error(`conformance/passing.txt: cannot read '${line}'`)
      return { script, mode, assertions: Number(assertions) }
    })
}

const keyOf = ({ script, mode }: Task): string => `${script} ${mode}`

/** The list after a run: what was run is replaced by what passed, the rest stays. */
export function updated(entries: readonly Entry[], verdicts: readonly Verdict[]): Entry[] {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]))
  for (const verdict of verdicts) {
    const { script, mode, passed } = verdict
    if (isPass(verdict)) byKey.set(keyOf(verdict), { script, mode, assertions: passed })
    else byKey.delete(keyOf(verdict))
  }
  return [...byKey.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** What the list promises and the run did not show, each as a sentence. */
export function stepsBack(entries: readonly Entry[], verdicts: readonly Verdict[]): string[] {
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]))
  return verdicts.flatMap((verdict) => {
    const promised = byKey.get(keyOf(verdict))
    if (promised === undefined) return []
    if (!isPass(verdict)) return [`${keyOf(verdict)} passed before`]
    return verdict.passed < promised.assertions
      ? [`${keyOf(verdict)} passed ${promised.assertions} assertions before, now ${verdict.passed}`]
      : []
  })
}

const BEGIN = '<!-- conformance: made by `npm run conformance -- --update` -->'
const END = '<!-- /conformance -->'

/** The table of the README, from the list. */
export function conformanceTable(entries: readonly Entry[]): string {
  const scripts = [...new Set(entries.map(({ script }) => script))].sort()
  const cell = (script: string, mode: Mode): string =>
    String(entries.find((entry) => entry.script === script && entry.mode === mode)?.assertions ?? '')
  const modes = Object.keys(MODES).filter(isMode)
  const total = entries.reduce((sum, { assertions }) => sum + assertions, 0)
  return [
    `| script of the reference's suite | ${modes.join(' | ')} |`,
    `|---|${modes.map(() => '--:|').join('')}`,
    ...scripts.map((script) => `| ${script} | ${modes.map((mode) => cell(script, mode)).join(' | ')} |`),
    '',
    `${scripts.length} scripts, ${total} assertions over all modes.`,
  ].join('\n')
}

/** `readme` with the table between its two markers. */
export function withTable(readme: string, entries: readonly Entry[]): string {
  const [before, rest] = readme.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined)
    throw new Error('README.md lacks the markers of the conformance table')
  return `${before}${BEGIN}\n${conformanceTable(entries)}\n${END}${after}`
}

/** Writes passing.txt and the table. */
export async function writePassing(project: string, entries: readonly Entry[]): Promise<void> {
  await writeFile(listPath(project), HEADER + entries.map((entry) => `${keyOf(entry)} ${entry.assertions}\n`).join(''))
  const readme = join(project, 'README.md')
  await writeFile(readme, withTable(await readFile(readme, 'utf8'), entries))
}
