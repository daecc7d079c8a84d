// What the conformance runner reads from a script's output, and what it makes of passing.txt.

import { describe, expect, test } from 'vitest'
import { conformanceTable, stepsBack, updated, withTable } from '../../conformance/passing-list.ts'
import { isPass, type Mode, readTap, type Verdict } from '../../conformance/run-script.ts'

const verdict = (script: string, mode: Mode, passed: number, rest: Partial<Verdict> = {}): Verdict => ({
  script,
  mode,
  passed,
  code: 0,
  skipped: 0,
  failed: 0,
  seconds: 1,
  log: '',
  skipReason: undefined,
  ...rest,
})

describe('readTap', () => {
  test('counts assertions by kind', () => {
    const log = 'ok 1 one\nok two # SKIP no fuse\nnot ok 3 three\nokay is a word\nok\n# ok a comment\n1..4\n'
    expect(readTap(log)).toEqual({ passed: 2, skipped: 1, failed: 1, skipReason: undefined })
  })

  test('says why a whole script was skipped', () => {
    expect(readTap('1..0 # SKIP no reflinks\n')).toEqual({
      passed: 0,
      skipped: 0,
      failed: 0,
      skipReason: 'no reflinks',
    })
  })
})

test('a script passes when it ends well and shows something', () => {
  expect(isPass(verdict('a', 'root', 1))).toBe(true)
  expect(isPass(verdict('a', 'root', 0))).toBe(false)
  expect(isPass(verdict('a', 'root', 5, { code: 1 }))).toBe(false)
  expect(isPass(verdict('a', 'root', 5, { failed: 1 }))).toBe(false)
})

const LIST = [
  { script: 'a', mode: 'root', assertions: 3 },
  { script: 'a', mode: 'user', assertions: 2 },
  { script: 'b', mode: 'root', assertions: 1 },
] as const

describe('stepsBack', () => {
  test('is empty when all is as promised, or better', () => {
    expect(
      stepsBack(LIST, [verdict('a', 'root', 3), verdict('b', 'root', 9), verdict('c', 'root', 0, { code: 1 })]),
    ).toEqual([])
  })

  test('names what fails, what shows less, and what is only skipped', () => {
    const verdicts = [verdict('a', 'root', 2), verdict('a', 'user', 2, { code: 1 }), verdict('b', 'root', 0)]
    expect(stepsBack(LIST, verdicts)).toEqual([
      'a root passed 3 assertions before, now 2',
      'a user passed before',
      'b root passed before',
    ])
  })
})

test('an update replaces what was run and keeps the rest', () => {
  const entries = updated(LIST, [
    verdict('a', 'root', 4),
    verdict('a', 'user', 0, { code: 1 }),
    verdict('c', 'sudo', 7),
  ])
  expect(entries).toEqual([
    { script: 'a', mode: 'root', assertions: 4 },
    { script: 'b', mode: 'root', assertions: 1 },
    { script: 'c', mode: 'sudo', assertions: 7 },
  ])
})

test('the table goes between its markers and replaces the one before', () => {
  const empty = 'Intro\n<!-- conformance: made by `npm run conformance -- --update` -->\n<!-- /conformance -->\nRest\n'
  const once = withTable(empty, LIST)
  expect(once).toContain(conformanceTable(LIST))
  expect(once).toContain('| a | 3 | 2 |  |')
  expect(withTable(once, LIST)).toBe(once)
  expect(withTable(once, [])).not.toContain('| a |')
  expect(() => withTable('no markers', LIST)).toThrow('markers')
})
