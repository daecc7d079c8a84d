// One command line for both commands, each in a folder of its own beside the same repositories.

import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Platform } from '../../../src/platform/types.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { type Output, runReference } from '../../reference.ts'
import { objectInodes, snapshot } from './snapshot.ts'

export interface BothOptions {
  /** Prepares the folder. */
  readonly before?: (cwd: string) => void
  /** After the command proper, with the same prepared folder. */
  readonly afterwards?: readonly (readonly string[])[]
  /** The name of a repository below `dir`: its objects are told apart in the result. */
  readonly repo: string
  /** A copy of it for each, for what changes repositories; it is then compared, too. */
  readonly ownRepo?: boolean
  readonly input?: Uint8Array
  /** Failing midway, the reference leaves what it did so far; we may have done more or less. Default: compare. */
  readonly compareAfterFailure?: boolean
}

let counter = 0

/** Runs `ostree checkout ARGS` by the reference and by us, and expects the same of both. */
export async function expectSame(
  platform: Platform,
  dir: string,
  args: readonly string[],
  options: BothOptions,
): Promise<Output> {
  const number = counter++
  const run = async (who: 'reference' | 'ours') => {
    const cwd = join(dir, `${number}-${who}`)
    mkdirSync(cwd)
    options.before?.(cwd)
    const repo = options.ownRepo ? join(cwd, 'repo') : join(dir, options.repo)
    if (options.ownRepo) cpSync(join(dir, options.repo), repo, { recursive: true, verbatimSymlinks: true })
    const lines = [args, ...(options.afterwards ?? [])].map((line) => ['checkout', `--repo=${repo}`, ...line])
    const outputs: Output[] = []
    for (const line of lines) {
      const { input } = options
      outputs.push(
        who === 'reference'
          ? await runReference(line, { cwd, ...(input && { input }) })
          : await runInProcess(line, { cwd, ...(input && { input }) }),
      )
    }
    return { cwd, repo, outputs }
  }
  // An archive's cache is filled by whoever comes first; elsewhere the two may run at the same time.
  const first = run('reference')
  if (options.repo === 'archive') await first
  const [reference, ours] = await Promise.all([first, run('ours')])
  const shown = args.join(' ')
  expect(
    ours.outputs.map((output) => told(output, ours.cwd)),
    shown,
  ).toEqual(reference.outputs.map((output) => told(output, reference.cwd)))
  const last = reference.outputs.at(-1)!
  if (last.code === 0 || options.compareAfterFailure !== false) {
    const [expected, actual] = await Promise.all([reference, ours].map(({ cwd, repo }) => look(platform, cwd, repo)))
    expect(actual, shown).toEqual(expected)
  }
  return last
}

/** Names that are random in both, and the folder, are masked. */
function told({ code, stdout, stderr }: Output, cwd: string) {
  const masked = stderr
    .replaceAll(cwd, '@')
    .replace(/checkout-union-[A-Za-z0-9]{6}/, 'checkout-union-XXXXXX')
    .replace(/tmp\.[A-Za-z0-9]{6}/, 'tmp.XXXXXX')
  return { code, stdout, stderr: masked }
}

/** Everything in the folder; of a repository of its own, only its inodes matter. */
async function look(platform: Platform, cwd: string, repo: string): Promise<string[]> {
  const objects = objectInodes(repo)
  const lines: string[] = []
  for (const name of readdirSync(cwd).sort()) {
    if (name !== 'repo')
      lines.push(...(await snapshot(platform, join(cwd, name), objects)).map((line) => `${name}: ${line}`))
  }
  return lines
}
