// The command starts fast: reading a ref takes at most twice what Node takes to do nothing.

import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { run, runOurs, temporaryDirectory } from '../reference.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')
const MIN_ROUNDS = 15
const MAX_ROUNDS = 80

test('rev-parse takes at most 2 x the time of `node -e 0`', { timeout: 120_000 }, async () => {
  const dir = await temporaryDirectory()
  const repo = join(dir, 'repo')
  expect((await runOurs(['init', `--repo=${repo}`, '--mode=archive'])).code).toBe(0)
  await writeFile(join(repo, 'refs/heads/main'), `${'0'.repeat(64)}\n`)
  expect((await runOurs(['rev-parse', `--repo=${repo}`, 'main'])).stdout).toBe(`${'0'.repeat(64)}\n`)

  // By turns, and the shortest of each: whatever else the machine does then hits both or neither. On a busy machine it
  // takes more rounds until each has had a quiet moment.
  let nothing = Number.POSITIVE_INFINITY
  let ours = Number.POSITIVE_INFINITY
  for (let round = 0; round < MAX_ROUNDS && (round < MIN_ROUNDS || ours > 2 * nothing); round++) {
    nothing = Math.min(nothing, await timeOf(['-e', '0']))
    ours = Math.min(ours, await timeOf([CLI, 'rev-parse', `--repo=${repo}`, 'main']))
  }
  expect(ours / nothing).toBeLessThanOrEqual(2)
})

async function timeOf(args: readonly string[]): Promise<number> {
  const started = performance.now()
  await run(process.execPath, args)
  return performance.now() - started
}
