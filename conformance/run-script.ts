// Runs one script of the reference's suite, isolated in namespaces of its own, and reads the verdict from its output.

import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** As whom a script runs; `sudo` is the ordinary user who may become root where the script asks. */
export const MODES = {
  root: { uid: 0, env: [] },
  user: { uid: 1000, env: [] },
  sudo: { uid: 1000, env: ['OSTREE_TEST_SUDO=1'] },
} as const
export type Mode = keyof typeof MODES

/** Scripts that test nothing unless the file system can share extents. */
const NEEDS_REFLINKS: ReadonlySet<string> = new Set(['test-payload-link.sh'])

export interface Task {
  readonly script: string
  readonly mode: Mode
}

export interface Verdict extends Task {
  /** The script's exit code; 124 when it ran out of time. */
  readonly code: number
  /** Assertions of each kind, as the script printed them (TAP). */
  readonly passed: number
  readonly skipped: number
  readonly failed: number
  readonly seconds: number
  readonly log: string
  /** Why the whole script was skipped, if it was. */
  readonly skipReason: string | undefined
}

/** Something passed and nothing failed. */
export const isPass = (verdict: Verdict): boolean => verdict.code === 0 && verdict.failed === 0 && verdict.passed > 0

export interface Bench {
  readonly root: string
  /** The folder `conformance/`. */
  readonly here: string
  /** A copy of our package as it is shipped; empty to test the reference itself. */
  readonly shipped: string
  readonly logs: string
  readonly timeoutSeconds: number
}

export async function runScript(bench: Bench, { script, mode }: Task): Promise<Verdict> {
  const { root, here, shipped, logs, timeoutSeconds } = bench
  const { uid, env } = MODES[mode]
  const log = join(logs, mode, `${script}.log`)
  await mkdir(join(logs, mode), { recursive: true })
  const work = await mkdtemp(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-suite-'))
  const filesystem = NEEDS_REFLINKS.has(script) ? 'reflink' : 'plain'
  // A network of its own, too: two scripts at a time may want the same port.
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${join(root, 'proc')}`]
  const inside = [join(here, 'inside'), root, work, shipped, process.execPath, filesystem, String(uid), script, ...env]
  const started = performance.now()
  try {
    const code = await toLog(log, 'timeout', ['-k', '5', String(timeoutSeconds), 'unshare', ...namespaces, ...inside])
    return {
      script,
      mode,
      code,
      ...readTap(await readFile(log, 'utf8')),
      seconds: (performance.now() - started) / 1000,
      log,
    }
  } finally {
    spawnSync('chattr', ['-R', '-i', work], { stdio: 'ignore' }) // deployments are immutable; nothing to undo elsewhere
    await rm(work, { recursive: true, force: true })
  }
}

function toLog(log: string, program: string, args: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const output = createWriteStream(log)
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.pipe(output, { end: false })
    child.stderr.pipe(output, { end: false })
    child.on('error', failed)
    child.on('close', (code) => output.end(() => done(code ?? 137)))
  })
}

/** Counts the lines of the Test Anything Protocol in a log. */
export function readTap(log: string): Pick<Verdict, 'passed' | 'skipped' | 'failed' | 'skipReason'> {
  const lines = log.split('\n')
  const ok = lines.filter((line) => /^ok\b/.test(line))
  const skippedOnes = ok.filter((line) => /#\s*skip/i.test(line))
  const skipReason = lines
    .map((line) => /^1\.\.0\s*#\s*skip\S*\s*(.*)/i.exec(line)?.[1])
    .find((reason) => reason !== undefined)
  return {
    passed: ok.length - skippedOnes.length,
    skipped: skippedOnes.length,
    failed: lines.filter((line) => /^not ok\b/.test(line)).length,
    skipReason,
  }
}
