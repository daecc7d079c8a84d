// How tests reach the reference: where its root file system is, how to run its `ostree` and ours side by side, and
// `testWithReference`, which skips with a reason where there is none and fails where there must be one.

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished, type TestOptions, test } from 'vitest'
import { isReferenceSetUp, REFERENCE_ROOT, referenceCommand } from '../conformance/reference-command.ts'
import {
  type Output,
  type RunOptions,
  run,
  runInsideReference,
  runReference,
  runShipped,
} from '../conformance/run-program.ts'

export { type Output, REFERENCE_ROOT, type RunOptions, referenceCommand, run, runInsideReference, runReference }

const PROJECT = resolve(import.meta.dirname, '..')

export const REFERENCE_REQUIRED = process.env.OSTREE_TS_REQUIRE_REFERENCE === '1'

/** Why the reference cannot be run, or `undefined` when it can. */
export const referenceMissing: string | undefined = isReferenceSetUp()
  ? undefined
  : 'the reference is not set up (conformance/setup makes it, as root on Debian)'

/** Why nothing can be run inside the reference's root (`runInsideReference`), or `undefined` when it can. */
export const referenceRootMissing: string | undefined =
  referenceMissing ?? (process.getuid?.() === 0 ? undefined : 'running inside the reference root needs root')

/** Our command as it is shipped: `dist/cli.js`, built before the tests start. */
export function runOurs(args: readonly string[], options: RunOptions = {}): Promise<Output> {
  return runShipped(PROJECT, args, options)
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
