// The runner: chooses scripts, runs two at a time, prints a row each, and compares with passing.txt.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPassing, stepsBack, updated, writePassing } from './passing-list.ts'
import { type Bench, isPass, type Mode, runScript, type Task, type Verdict } from './run-script.ts'

const HELP = `usage: conformance/suite [OPTIONS] [SCRIPT...]

Runs scripts of the reference's own suite against our command, inside the reference's root. Needs root.
Without SCRIPT: those of conformance/passing.txt, in the modes listed there. A SCRIPT may be given as
test-config.sh or config, and is run as root unless a mode is asked for.

  --all           every script of the suite
  --root          run as root (with --user or --sudo: as well)
  --user          run as an ordinary user
  --sudo          run as an ordinary user who may use sudo where a script asks
  --reference     test the reference itself
  --update        write what passed to passing.txt and the table of README.md
  --jobs N        scripts at a time (2)
  --timeout S     seconds a script may take (600)
  --logs DIR      where the output goes (.cache/conformance)

Exit 1 when a script of passing.txt no longer passes, or when a SCRIPT that was asked for does not.
`

interface Request {
  readonly scripts: readonly string[]
  readonly all: boolean
  readonly modes: readonly Mode[]
  readonly reference: boolean
  readonly update: boolean
  readonly jobs: number
  readonly timeoutSeconds: number
  readonly logs: string
}

function parse(project: string, args: readonly string[]): Request | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      root: { type: 'boolean', default: false },
      user: { type: 'boolean', default: false },
      sudo: { type: 'boolean', default: false },
      reference: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
      timeout: { type: 'string', default: '600' },
      logs: { type: 'string', default: join(project, '.cache/conformance') },
    },
  })
  if (values.help) return undefined
  const modes = (['root', 'user', 'sudo'] as const).filter((mode) => values[mode])
  return {
    scripts: positionals.map((name) => (name.startsWith('test-') ? name : `test-${name}`).replace(/(\.sh)?$/, '.sh')),
    all: values.all,
    modes,
    reference: values.reference,
    update: values.update,
    jobs: Number(values.jobs),
    timeoutSeconds: Number(values.timeout),
    logs: values.logs,
  }
}

/** The reference's root, made if need be; the reason, when it cannot be had. */
function setUp(here: string): { readonly root: string } | { readonly missing: string } {
  if (process.getuid?.() !== 0) return { missing: 'the suite runs in namespaces and a chroot, which needs root' }
  const { status, stdout } = spawnSync(join(here, 'setup'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return status === 0 ? { root: stdout.trim() } : { missing: 'conformance/setup failed' }
}

/** Copies what npm would install: dist/ and the packages it runs on. The suite then tests one state of the build. */
async function copyShipped(project: string): Promise<string> {
  const shipped = await mkdtemp(join(tmpdir(), 'ostree-ts-shipped-'))
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    await readFile(join(project, 'package-lock.json'), 'utf8'),
  )
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  const paths = ['package.json', 'dist', ...packages.map(([path]) => path)].filter((path) =>
    existsSync(join(project, path)),
  )
  for (const path of paths) {
    await mkdir(dirname(join(shipped, path)), { recursive: true })
    await cp(join(project, path), join(shipped, path), { recursive: true })
  }
  spawnSync('chmod', ['-R', 'a+rX', shipped])
  return shipped
}

async function chooseTasks(project: string, root: string, request: Request): Promise<Task[]> {
  const { scripts, all, modes } = request
  const installed = await readdir(join(root, 'usr/libexec/installed-tests/libostree'))
  const everything = installed.filter((name) => /^test-.*\.sh$/.test(name)).sort()
  const unknown = scripts.find((script) => !everything.includes(script))
  if (unknown !== undefined) throw new Error(`the suite has no ${unknown}`)
  if (scripts.length > 0 || all) {
    const chosen = all ? everything : scripts
    return (modes.length > 0 ? modes : (['root'] as const)).flatMap((mode) =>
      chosen.map((script) => ({ script, mode })),
    )
  }
  const listed = await readPassing(project)
  return listed.filter(({ mode }) => modes.length === 0 || modes.includes(mode))
}

function row(verdict: Verdict): string {
  const { script, mode, code, passed, skipped, failed, seconds, skipReason } = verdict
  const state = isPass(verdict) ? 'pass' : code === 0 && failed === 0 ? 'skip' : 'FAIL'
  const counts = `rc=${code} ok=${passed} skipped=${skipped} notok=${failed} ${seconds.toFixed(1)}s`
  return `${state}  ${script.padEnd(44)} ${mode.padEnd(5)} ${counts}${skipReason === undefined ? '' : `  (${skipReason})`}`
}

async function runAll(bench: Bench, tasks: readonly Task[], jobs: number): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  const queue = tasks.values()
  const worker = async (): Promise<void> => {
    for (const task of queue) {
      const verdict = await runScript(bench, task)
      verdicts.push(verdict)
      console.log(row(verdict))
    }
  }
  await Promise.all(Array.from({ length: jobs }, worker))
  return verdicts
}

function report(verdicts: readonly Verdict[], seconds: number, logs: string): void {
  const passing = verdicts.filter(isPass)
  const failing = verdicts.filter((verdict) => verdict.code !== 0 || verdict.failed > 0)
  const assertions = verdicts.reduce((sum, { passed }) => sum + passed, 0)
  const skipped = verdicts.length - passing.length - failing.length
  console.log(
    `conformance: ${passing.length} scripts passed, ${failing.length} failed, ${skipped} skipped; ` +
      `${assertions} assertions passed; ${seconds.toFixed(0)} s; logs in ${logs}`,
  )
}

/** The end of a failed script's log, where it says why. */
async function showFailure({ script, mode, log }: Verdict): Promise<void> {
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n')
  console.log(`--- ${script} (${mode}), the last lines of ${log}`)
  for (const line of lines.slice(-12)) console.log(`    ${line.slice(0, 200)}`)
}

export async function suite(project: string, args: readonly string[]): Promise<number> {
  const request = parse(project, args)
  if (request === undefined) {
    console.log(HELP)
    return 0
  }
  const here = join(project, 'conformance')
  const setup = setUp(here)
  if ('missing' in setup) {
    console.error(`conformance: not run: ${setup.missing}`)
    return 2
  }
  const shipped = request.reference ? '' : await copyShipped(project)
  try {
    const started = performance.now()
    const bench: Bench = { root: setup.root, here, shipped, logs: request.logs, timeoutSeconds: request.timeoutSeconds }
    const verdicts = await runAll(bench, await chooseTasks(project, setup.root, request), request.jobs)
    report(verdicts, (performance.now() - started) / 1000, request.logs)
    return await judge(project, request, verdicts)
  } finally {
    if (shipped !== '') await rm(shipped, { recursive: true, force: true })
  }
}

async function judge(project: string, request: Request, verdicts: readonly Verdict[]): Promise<number> {
  const bad = verdicts.filter((verdict) => verdict.code !== 0 || verdict.failed > 0)
  for (const verdict of request.all ? [] : bad) await showFailure(verdict)
  if (request.reference) return bad.length === 0 ? 0 : 1
  const listed = await readPassing(project)
  if (request.update) {
    await writePassing(project, updated(listed, verdicts))
    return 0
  }
  const back = stepsBack(listed, verdicts)
  for (const sentence of back) console.log(`step back: ${sentence}`)
  return back.length > 0 || (request.scripts.length > 0 && bad.length > 0) ? 1 : 0
}
