// npm test: builds, sets up the reference where this machine can, and runs every check. All of them run, so that one
// report tells everything; any failure makes the exit code 1.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from '../conformance/suite.ts'
import { build } from './build.ts'
import { biome, importRule, typecheck, vitest } from './steps.ts'

interface Result {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly note: string
}

/** Why the reference cannot be used here, after trying to make it; `undefined` when it can. */
function setUpReference(project: string): string | undefined {
  if (process.platform !== 'linux') return 'the reference needs Linux'
  const { status, stderr } = spawnSync(join(project, 'conformance/setup'), {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (status === 0) return undefined
  return stderr.trim().split('\n').at(-1) ?? 'conformance/setup failed'
}

/** A missing reference is a failure where it is asked for (CI), and else a reason to skip. */
function reference(missing: string | undefined): Result[] {
  if (missing === undefined) return []
  const state = process.env.OSTREE_TS_REQUIRE_REFERENCE === '1' ? 'failed' : 'skipped'
  return [{ name: 'reference', state, note: missing }]
}

/** Runs one check and says how long it took. */
async function check(name: string, work: () => number | Promise<number>): Promise<Result> {
  console.log(`\n== ${name}`)
  const started = performance.now()
  const code = await work()
  return {
    name,
    state: code === 0 ? 'passed' : 'failed',
    note: `${((performance.now() - started) / 1000).toFixed(0)} s`,
  }
}

const skip = (name: string, note: string): Result => ({ name, state: 'skipped', note })

async function checkConformance(project: string, missing: string | undefined): Promise<Result> {
  const reason = missing ?? (process.getuid?.() === 0 ? undefined : "the reference's suite needs root")
  return reason === undefined ? check('conformance', () => suite(project, [])) : skip('conformance', reason)
}

/** `N passed, N failed` of vitest's own report. */
function counts(report: string): string {
  if (!existsSync(report)) return 'no tests ran'
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  const files = numFailedTests === 0 && numFailedTestSuites > 0 ? ` (${numFailedTestSuites} files could not run)` : ''
  return `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped${files}`
}

function runVitest(project: string, report: string, args: readonly string[]): number {
  rmSync(report, { force: true })
  mkdirSync(join(project, '.cache'), { recursive: true })
  const reporters = ['default', './test/skip-reporter.ts', 'json'].map((name) => `--reporter=${name}`)
  return vitest(project, [...reporters, `--outputFile.json=${report}`, ...args])
}

export async function main(project: string, args: readonly string[]): Promise<number> {
  if (!(await build(project))) return 1
  const missing = setUpReference(project)
  if (missing !== undefined) console.log(`the reference is not here, comparisons are skipped: ${missing}`)
  const report = join(project, '.cache/vitest.json')

  const results = [
    ...reference(missing),
    await check('format and rules', () => biome(project, ['check'])),
    await check('import rule', () => importRule(project)),
    await check('types', () => typecheck(project)),
    await checkConformance(project, missing),
    await check('tests', () => runVitest(project, report, args)),
  ]

  console.log('')
  for (const { name, state, note } of results) console.log(`${state.padEnd(8)}${name} (${note})`)
  console.log(counts(report))
  return results.some(({ state }) => state === 'failed') ? 1 : 0
}
