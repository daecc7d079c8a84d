// The proof on one real tree: both commands commit it into a repository of each mode and check it out in every way. What
// they say, the repositories, and the checkouts have to be the same; each command's fsck has to accept the other's work.

import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { XattrAccess } from '../../src/platform/types.ts'
import type { Output } from '../run-program.ts'
import { compareTrees, type TreeComparison } from './compare-trees.ts'

export const PROOF_MODES = ['bare', 'bare-user', 'bare-user-only', 'archive', 'bare-split-xattrs'] as const
export type ProofMode = (typeof PROOF_MODES)[number]

/** Where each command works: `SCRATCH/theirs` and `SCRATCH/ours`, so that both are given the same words. */
const SIDES = ['theirs', 'ours'] as const
type Side = (typeof SIDES)[number]
export type Runner = (
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Environment },
) => Promise<Output>
type Environment = Readonly<Record<string, string>>

export interface ProofOptions {
  /** The tree to commit. */
  readonly tree: string
  /** A folder for repositories and checkouts; what the proof puts there is removed again. */
  readonly scratch: string
  readonly modes?: readonly ProofMode[]
  readonly run: Readonly<Record<Side, Runner>>
  readonly xattrs: XattrAccess
}

export interface ProofStep {
  readonly mode: ProofMode
  readonly name: string
  /** What was compared, in words. */
  readonly detail: string
  readonly differences: readonly string[]
  readonly seconds: number
}

/** bare-user-only stores neither attributes nor the modes that a system's tree has. */
const COMMIT_OPTIONS: Readonly<Partial<Record<ProofMode, readonly string[]>>> = {
  'bare-user-only': ['--canonical-permissions', '--no-xattrs'],
}
/** The reference writes bare-split-xattrs only when asked so, and then without the attributes' objects. */
const ENVIRONMENT: Environment = { OSTREE_EXP_WRITE_BARE_SPLIT_XATTRS: '1' }

const CHECKOUTS: readonly (readonly string[])[] = [[], ['-U'], ['-H'], ['-C'], ['-U', '-H'], ['-U', '-C']]

export async function* prove(options: ProofOptions): AsyncGenerator<ProofStep> {
  for (const mode of options.modes ?? PROOF_MODES) {
    const dir = join(options.scratch, mode)
    for (const side of SIDES) mkdirSync(join(dir, side), { recursive: true })
    try {
      yield* proveMode(mode, dir, options)
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

async function* proveMode(mode: ProofMode, dir: string, options: ProofOptions): AsyncGenerator<ProofStep> {
  const { tree, run, xattrs } = options
  const startedAt = BigInt(Date.now() - 10) * 1_000_000n // the clock of file systems lags by a tick
  const both = async (args: readonly string[]) => {
    const outputs: Output[] = []
    for (const side of SIDES) outputs.push(await run[side](args, { cwd: join(dir, side), env: ENVIRONMENT }))
    return outputs as [theirs: Output, ours: Output]
  }
  const trees = (name: string) =>
    compareTrees(join(dir, 'theirs', name), join(dir, 'ours', name), { xattrs, startedAt })
  const step = async (name: string, work: () => Promise<Pick<ProofStep, 'detail' | 'differences'>>) => {
    const started = performance.now()
    const result = await work()
    return { mode, name, ...result, seconds: (performance.now() - started) / 1000 }
  }

  yield await step('commit', async () => {
    const init = await both(['init', '--repo=repo', `--mode=${mode}`])
    const words = ['commit', '--repo=repo', '-b', 'main', '--timestamp=@1', ...(COMMIT_OPTIONS[mode] ?? []), tree]
    const commit = await both(words)
    return { detail: told(commit[0]), differences: [...differingOutputs(...init), ...differingOutputs(...commit)] }
  })
  yield await step('repositories', async () => described(await trees('repo')))
  yield await step('fsck of the other', async () => {
    const words = ['fsck', '--repo=../theirs/repo']
    const cwd = join(dir, 'ours')
    const mine = await run.ours(words, { cwd, env: ENVIRONMENT })
    const theirs = await run.theirs(['fsck', '--repo=repo'], { cwd, env: ENVIRONMENT })
    const clean = mode === 'bare-split-xattrs' || (theirs.code === 0 && mine.code === 0)
    return { detail: told(theirs), differences: [...(clean ? [] : ['not clean']), ...differingOutputs(theirs, mine)] }
  })
  for (const words of CHECKOUTS) {
    yield await step(['checkout', ...words].join(' '), async () => {
      const outputs = await both(['checkout', '--repo=repo', ...words, 'main', 'out'])
      const differences = differingOutputs(...outputs)
      const [theirs, ours] = SIDES.map((side) => existsSync(join(dir, side, 'out')))
      if (theirs !== ours) differences.push(`a folder was made: ${theirs} and ${ours}`)
      if (!theirs || !ours) return { detail: `${told(outputs[0])}, nothing checked out`, differences }
      const compared = described(await trees('out'))
      const detail = outputs[0].code === 0 ? compared.detail : `${told(outputs[0])}, ${compared.detail}`
      return { detail, differences: [...differences, ...compared.differences] }
    })
    for (const side of SIDES) rmSync(join(dir, side, 'out'), { recursive: true, force: true })
  }
  yield await step('repositories after the checkouts', async () => described(await trees('repo')))
}

function described({ entries, bytes, differences, differing }: TreeComparison) {
  const rest = differing - differences.length
  const detail = `${entries} entries, ${(Number(bytes) / 1e6).toFixed(1)} MB`
  return { detail, differences: rest > 0 ? [...differences, `and ${rest} more`] : differences }
}

const told = ({ code, stdout, stderr }: Output): string =>
  (code === 0 ? stdout : `exit ${code}: ${stderr}`).trim().split('\n').at(-1) ?? ''

/** Lines in any order, as the reference names several missing objects in that of a hash table; no ticking progress. */
const sortedLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^fsck objects \(/.test(line))
    .sort()
    .join('\n')
const shown = (text: string): string => JSON.stringify(text.length > 500 ? `${text.slice(0, 500)}…` : text)

function differingOutputs(theirs: Output, ours: Output): string[] {
  const found = theirs.code === ours.code ? [] : [`exit codes ${theirs.code} and ${ours.code}`]
  for (const stream of ['stdout', 'stderr'] as const) {
    if (sortedLines(theirs[stream]) === sortedLines(ours[stream])) continue
    found.push(`${stream} ${shown(theirs[stream])} and ${shown(ours[stream])}`)
  }
  return found
}
