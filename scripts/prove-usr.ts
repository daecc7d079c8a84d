// npm run prove:usr: /usr of the reference's root through both commands, in every mode (conformance/tree-proof). Takes
// some twenty minutes and 4 GB. Arguments: modes to prove; --tree=PATH for another tree, --scratch=PATH for the work.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isReferenceSetUp, REFERENCE_ROOT } from '../conformance/reference-command.ts'
import { runReference, runShipped } from '../conformance/run-program.ts'
import { PROOF_MODES, type ProofMode, prove } from '../conformance/tree-proof/prove.ts'
import { report } from '../conformance/tree-proof/report.ts'
import { nodePlatform } from '../src/platform/node/platform.ts'
import { build } from './build.ts'

export async function main(project: string, args: readonly string[]): Promise<number> {
  if (!isReferenceSetUp()) return refuse('the reference is not set up (conformance/setup makes it)')
  const value = (name: string) => args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
  const named = args.filter((word) => !word.startsWith('--'))
  const modes = PROOF_MODES.filter((mode) => named.length === 0 || named.includes(mode))
  const unknown = named.filter((word) => !PROOF_MODES.includes(word as ProofMode))
  if (unknown.length > 0) return refuse(`no such mode: ${unknown.join(' ')}`)
  if (!(await build(project, { commandOnly: true }))) return 1
  const { xattrs } = await nodePlatform({ workers: 1 })
  if (xattrs === null) return refuse('extended attributes cannot be read here')

  const scratch = mkdtempSync(join(value('scratch') ?? tmpdir(), 'ostree-ts-proof-'))
  const tree = value('tree') ?? join(REFERENCE_ROOT, 'usr')
  const run = { theirs: runReference, ours: runShipped.bind(undefined, project) }
  try {
    return (await report(prove({ tree, scratch, modes, run, xattrs }), console.log)) === 0 ? 0 : 1
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function refuse(why: string): number {
  console.error(`prove:usr: ${why}`)
  return 1
}
