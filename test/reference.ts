// How tests reach the reference: where its root file system is, how to run its `ostree` and ours side by side, and
// `testWithReference`, which skips with a reason where there is none and fails where there must be one.

import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished, type TestOptions, test } from 'vitest'
import { isReferenceSetUp, REFERENCE_ROOT, referenceCommand } from '../conformance/reference-command.ts'

export { REFERENCE_ROOT, referenceCommand }

const PROJECT = resolve(import.meta.dirname, '..')

export const REFERENCE_REQUIRED = process.env.OSTREE_TS_REQUIRE_REFERENCE === '1'

/** Why the reference cannot be run, or `undefined` when it can. */
export const referenceMissing: string | undefined = isReferenceSetUp()
  ? undefined
  : 'the reference is not set up (conformance/setup makes it, as root on Debian)'

/** Why nothing can be run inside the reference's root (`runInsideReference`), or `undefined` when it can. */
export const referenceRootMissing: string | undefined =
  referenceMissing ?? (process.getuid?.() === 0 ? undefined : 'running inside the reference root needs root')

export interface RunOptions {
  readonly cwd?: string
  /** Added to the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
  /** Numeric ids to run as; needs root. */
  readonly uid?: number
  readonly gid?: number
  /** A program, with its first arguments, that runs the command: `setpriv`, say. */
  readonly under?: readonly string[]
}

export interface Output {
  /** 128 plus the signal's number when a signal ended it, as in a shell. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** stdout before it was taken for UTF-8. */
  readonly stdoutBytes: Uint8Array
}

/** Variables that change what either command does or prints; a test sets those it is about. */
const HERMETIC: Readonly<Record<string, string | undefined>> = {
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  LANGUAGE: undefined,
  TZ: 'UTC',
  OSTREE_REPO: undefined,
  OSTREE_SYSROOT: undefined,
  G_MESSAGES_DEBUG: undefined,
  FORCE_COLOR: undefined,
  NODE_OPTIONS: undefined,
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }

/** Runs a program to its end. Rejects only when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const { cwd, env = {}, input = '', uid, gid, under = [] } = options
  const [first, ...rest] = [...under, program, ...args]
  return new Promise((done, failed) => {
    const child = spawn(first!, rest, {
      env: { ...process.env, ...HERMETIC, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a program may end without reading all of its input
    child.stdin.end(input)
    child.on('error', failed)
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(stdout)
      done({
        code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0),
        stdout: bytes.toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
        stdoutBytes: new Uint8Array(bytes),
      })
    })
  })
}

/** The reference's `ostree ARGS` on this machine's paths. */
export function runReference(args: readonly string[], options: RunOptions = {}): Promise<Output> {
  const [program, ...first] = referenceCommand()
  return run(program, [...first, ...args], options)
}

/** A program of the reference's root (`gjs`, `python3`, `strace`), chrooted into it. Needs root. */
export function runInsideReference(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Output> {
  return run('chroot', [REFERENCE_ROOT, program, ...args], options)
}

/** Our command as it is shipped: `dist/cli.js`, built before the tests start. */
export function runOurs(args: readonly string[], options: RunOptions = {}): Promise<Output> {
  return run(process.execPath, [join(PROJECT, 'dist/cli.js'), ...args], options)
}

/** `2026.4`, from the reference itself. */
export async function referenceVersion(): Promise<string> {
  const { stdout } = await runReference(['--version'])
  return /Version: '([^']+)'/.exec(stdout)?.[1] ?? ''
}

/** A new folder that is removed when the running test ends. */
export async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-'))
  onTestFinished(() => removeTree(dir))
  return dir
}

async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error
    await openDirectories(dir) // checkouts may hold folders that their owner cannot write
    await rm(dir, { recursive: true, force: true })
  }
}

async function openDirectories(dir: string): Promise<void> {
  await chmod(dir, 0o700)
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await openDirectories(join(dir, entry.name))
  }
}

export interface ReferenceContext {
  /** A fresh folder, and where both commands run. */
  readonly dir: string
  /** `dir/repo`: where the test's repository is to be; nothing is there yet. */
  readonly repo: string
  /** The reference's `ostree ARGS`; rejects with its stderr on a non-zero exit. */
  ostree(...args: string[]): Promise<Output>
  /** Our `ostree-ts ARGS`, likewise. */
  ours(...args: string[]): Promise<Output>
  /** Ends the test as skipped. */
  skip(reason: string): never
}

async function succeeding(name: string, args: readonly string[], output: Promise<Output>): Promise<Output> {
  const { code, stderr, stdout } = await output
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: exit ${code}\n${stderr}${stdout}`)
  return output
}

async function makeContext(skip: (reason: string) => never): Promise<ReferenceContext> {
  const dir = await temporaryDirectory()
  return {
    dir,
    repo: join(dir, 'repo'),
    ostree: (...args) => succeeding('ostree', args, runReference(args, { cwd: dir })),
    ours: (...args) => succeeding('ostree-ts', args, runOurs(args, { cwd: dir })),
    skip,
  }
}

/** A test that needs the reference. Without it: skipped with the reason, or failed where it is required. */
export function testWithReference(
  name: string,
  body: (context: ReferenceContext) => Promise<void>,
  options: TestOptions = {},
): void {
  test(name, options, async (context) => {
    requireOrSkip(referenceMissing, context.skip)
    await body(await makeContext(context.skip))
  })
}

/** A test that runs programs inside the reference's root (`runInsideReference`), which needs root as well. */
export function testInsideReference(
  name: string,
  body: (context: ReferenceContext) => Promise<void>,
  options: TestOptions = {},
): void {
  test(name, options, async (context) => {
    requireOrSkip(referenceRootMissing, context.skip)
    await body(await makeContext(context.skip))
  })
}

function requireOrSkip(missing: string | undefined, skip: (reason: string) => never): void {
  if (missing === undefined) return
  if (REFERENCE_REQUIRED) throw new Error(`${missing}, and OSTREE_TS_REQUIRE_REFERENCE=1 asks for it`)
  skip(missing)
}
