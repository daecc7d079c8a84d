// Our own `help COMMAND`: the reference's help text, then examples, every one of which the command would accept.

import { describe, expect, test } from 'vitest'
import type { Example } from '../../src/cli/command.ts'
import { COMMANDS } from '../../src/cli/command-list.ts'
import { runInProcess } from './in-process.ts'

test('help COMMAND prints the help, then the examples', async () => {
  const plain = await runInProcess(['rev-parse', '--help'])
  const { code, stdout, stderr } = await runInProcess(['help', 'rev-parse'], { program: 'ostree-ts' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.startsWith(plain.stdout.replace('  ostree ', '  ostree-ts '))).toBe(true)
  expect(stdout.slice(plain.stdout.length + 3)).toMatch(/^Examples:\n {2}# .+\n {2}ostree-ts rev-parse .+\n\n/)
})

test('help alone and help of a group print their lists', async () => {
  expect(await runInProcess(['help'])).toEqual(await runInProcess(['--help']))
  expect(await runInProcess(['help', 'remote'])).toEqual(await runInProcess(['remote', '--help']))
  expect((await runInProcess(['help', 'remote', 'add'])).stdout).toContain('Examples:\n')
})

test('help of what there is not is an error', async () => {
  for (const words of [['nosuch'], ['remote', 'nosuch'], ['refs', 'nosuch']]) {
    expect(await runInProcess(['help', ...words])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `error: Unknown command '${words.join(' ')}'\n`,
    })
  }
})

test('the list of commands does not name it', async () => {
  expect((await runInProcess(['--help'])).stdout).not.toMatch(/^ {2}help /m)
})

const examples: Example[] = []
for (const entry of COMMANDS) {
  const { command } = await entry.load()
  const commands =
    command.kind === 'command'
      ? [command]
      : await Promise.all(command.commands.map(async (c) => (await c.load()).command))
  for (const each of commands) if (each.kind === 'command') examples.push(...each.examples)
}

describe('examples', () => {
  test('there are some', () => expect(examples.length).toBeGreaterThan(20))

  for (const { line } of examples) {
    test(line, async () => {
      // Up to a pipe, and with a repository that is not there: options are read before it is looked for.
      const words = (line.split(' | ')[0]!.match(/(?:'[^']*'|[^ '])+/g) ?? []).map((word) => word.replaceAll("'", ''))
      const elsewhere = [...words.filter((word) => !word.startsWith('--repo=')), '--repo=/nonexistent/repo']
      const { code, stderr } = await runInProcess(elsewhere)
      if (words[0] === 'checksum') expect(stderr).toBe('error: Unknown option --repo=/nonexistent/repo\n')
      else if (words[0] === 'init') expect(stderr).toMatch(/No such file or directory/)
      else expect(stderr).toBe('error: opening repo: opendir(/nonexistent/repo): No such file or directory\n')
      expect(code).toBe(1)
    })
  }
})
