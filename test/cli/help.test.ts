// `--help` of every command, group and nested command equals the reference's, byte for byte.

import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-list.ts'
import type { CommandEntry } from '../../src/cli/group.ts'
import { runReference, testWithReference } from '../reference.ts'
import { runInProcess, seen } from './in-process.ts'

interface Listed {
  readonly path: readonly string[]
  readonly entry: CommandEntry
}

async function everyCommand(entries: readonly CommandEntry[], above: readonly string[] = []): Promise<Listed[]> {
  const listed: Listed[] = []
  for (const entry of entries) {
    const path = [...above, entry.name]
    listed.push({ path, entry })
    const { command } = await entry.load()
    if (command.kind === 'group') listed.push(...(await everyCommand(command.commands, path)))
  }
  return listed
}

/** Verbs of our own, which no list names. */
const OURS: readonly string[] = ['serve', 'verify']
const commands = await everyCommand(COMMANDS.filter(({ name }) => !OURS.includes(name)))
/** It reads no options; with `--help` it tries to do its work. */
const NO_HELP = 'admin impl-prepare-soft-reboot'
/** Silent on a machine that was not booted with OSTree. */
const BOOTED_ONLY = ['admin finalize-staged', 'admin boot-complete']

test('every command of the reference is here: 26, with 46 below them', () => {
  expect(commands.filter(({ path }) => path.length === 1)).toHaveLength(26)
  expect(commands.filter(({ path }) => path.length > 1)).toHaveLength(46)
})

/** The options that Debian's build of the reference lacks, since it has no ed25519. */
const KEY_OPTIONS: Readonly<Record<string, number>> = {
  sign: 2,
  'static-delta apply-offline': 2,
  'static-delta generate': 1,
  'static-delta verify': 2,
}

function withoutKeyOptions(name: string, help: string): string {
  const lines = help.split('\n')
  const others = lines.filter((line) => !/^ {2}--keys-(file|dir)=NAME /.test(line))
  expect(lines.length - others.length).toBe(KEY_OPTIONS[name] ?? 0)
  return others.join('\n')
}

describe('--help equals the reference', () => {
  for (const { path } of [{ path: [] }, ...commands]) {
    const name = path.join(' ')
    if (name === NO_HELP) continue
    testWithReference(`ostree ${name}`, async () => {
      for (const word of ['--help', '-h']) {
        const expected = await runReference([...path, word])
        expect(expected.stdout).toMatch(BOOTED_ONLY.includes(name) ? /^$/ : /^Usage:\n {2}ostree /)
        const ours = await runInProcess([...path, word])
        expect(seen({ ...ours, stdout: withoutKeyOptions(name, ours.stdout) })).toEqual(seen(expected))
      }
    })
  }
})

describe('the lists repeat what the commands say of themselves', () => {
  for (const { path, entry } of commands) {
    test(path.join(' '), async () => {
      const { command } = await entry.load()
      expect({ name: command.name, summary: command.summary }).toEqual({ name: entry.name, summary: entry.summary })
    })
  }
})

test('called by its own name, it says so', async () => {
  const { stdout } = await runInProcess(['remote', 'add', '--help'], { program: 'ostree-ts' })
  expect(stdout).toMatch(/^Usage:\n {2}ostree-ts remote add \[OPTION…\] NAME/)
})
