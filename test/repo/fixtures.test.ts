// The committed repositories under our command, which has to print what the reference printed; and the corrupt ones,
// which have to end in an error that is said in one line, whatever is asked of them.

import { describe, expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import { fsck } from '../../src/repo/maintenance/fsck.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { fixtureNames, openFixture, type Recorded, recordedOutput } from '../fixture-repos.ts'
import { type Difference, differenceOf, shortenChecksums } from './fixture-differences.ts'

/**
 * What is compared. Left out: fsck's progress lines, which both print by the clock.
 */
const outcome = ({ code, stdout, stderr }: Omit<Recorded, 'args'>) => ({
  code,
  stdout: stdout.replace(/^fsck objects \(\d+\/\d+\) \d+%\n/gm, ''),
  stderr,
})

function expectDifference(output: Omit<Recorded, 'args'>, recorded: Recorded, difference: Difference): void {
  const ours = outcome(output)
  expect({ code: ours.code, stderr: shortenChecksums(ours.stderr) }).toEqual({
    code: difference.code,
    stderr: difference.stderr,
  })
  const { stdout } = outcome(recorded)
  if (difference.stdout === 'same') expect(ours.stdout).toBe(stdout)
  else if (difference.stdout === 'start') expect(stdout.startsWith(ours.stdout) && stdout !== ours.stdout).toBe(true)
  else expect(shortenChecksums(ours.stdout)).toBe(difference.stdout)
  // A difference that is none any more has to leave the table.
  expect(ours).not.toEqual(outcome(recorded))
}

const shortened = (args: readonly string[]) => args.filter((arg) => !arg.startsWith('--repo=')).join(' ')

describe.each(fixtureNames('repositories'))('%s', (name) => {
  test.each(recordedOutput('repositories', name).map((entry) => ({ ...entry, command: shortened(entry.args) })))(
    '$command',
    async (entry) => {
      const { run } = await openFixture('repositories', name)
      expect(outcome(await run(entry.args))).toEqual(outcome(entry))
    },
  )
})

describe.each(fixtureNames('corrupt'))('%s', (name) => {
  test.each(recordedOutput('corrupt', name).map((entry) => ({ ...entry, command: shortened(entry.args) })))(
    '$command',
    async (entry) => {
      const { run } = await openFixture('corrupt', name)
      const ours = await run(entry.args)
      const difference = differenceOf(name, entry.command)
      if (difference === undefined) expect(outcome(ours)).toEqual(outcome(entry))
      else expectDifference(ours, entry, difference)
    },
  )

  test('checking it ends in a value or an OstreeError', async () => {
    const { platform, path } = await openFixture('corrupt', name)
    try {
      await fsck(await openRepo(platform, path))
    } catch (error) {
      expect(isOstreeError(error), String(error)).toBe(true)
    }
  })
})
