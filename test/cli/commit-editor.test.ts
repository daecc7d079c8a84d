// `commit --editor` beside the reference's: the text that the editor is given, what is made of the text it leaves, and
// editors that fail.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { runReference, testWithReference } from '../reference.ts'
import { runInProcess } from './in-process.ts'

beforeAll(() => {
  vi.stubEnv('SOURCE_DATE_EPOCH', '1234567890')
})
afterAll(() => {
  vi.unstubAllEnvs()
})

interface Case {
  readonly does: string
  /** Shell; `$1` is the file to edit. */
  readonly editor: string
  readonly options?: readonly string[]
}

const CASES: readonly Case[] = [
  { does: 'a subject and a body', editor: 'printf "One line\\n\\nThe body\\nof the commit\\n\\n" > "$1"' },
  {
    does: 'comments and blanks',
    editor: 'printf "\\n# c\\n  \\n Subject \\t\\n#x\\n\\n\\n body\\n# y\\n\\n end \\n\\n" > "$1"',
  },
  {
    does: 'a subject from the options, left as it is',
    editor: ':',
    options: ['-b', 'main', '-s', 'Given', '-m', 'lost'],
  },
  { does: 'nothing', editor: ':' },
  { does: 'only comments', editor: 'printf "# a\\n   \\n#b" > "$1"' },
  { does: 'an orphan', editor: 'echo Orphan > "$1"', options: ['--orphan'] },
  { does: 'a file that is not UTF-8', editor: 'printf "a\\377" > "$1"' },
  { does: 'an editor that fails', editor: 'exit 3' },
  { does: 'an editor that is killed', editor: 'kill -9 $$' },
  { does: 'an editor that deletes the file', editor: 'rm "$1"' },
]

for (const { does, editor, options = ['-b', 'main'] } of CASES) {
  testWithReference(does, async ({ dir, ostree }) => {
    const sides = { ours: join(dir, 'ours'), theirs: join(dir, 'theirs') }
    for (const side of Object.values(sides)) {
      mkdirSync(join(side, 'tree'), { recursive: true })
      writeFileSync(join(side, 'editor'), `#!/bin/sh\ncp "$1" "$(dirname "$0")/seen"\n${editor}\n`, { mode: 0o755 })
      await ostree('init', `--repo=${side}/repo`, '--mode=archive')
    }
    const argv = ['commit', '--repo=repo', '--editor', ...options, 'tree']
    const env = (side: string) => ({ OSTREE_EDITOR: join(side, 'editor'), TERM: 'dumb' })
    const their = await runReference(argv, { cwd: sides.theirs, env: env(sides.theirs) })
    const our = await runInProcess(argv, { cwd: sides.ours, env: env(sides.ours) })
    const words = (text: string, side: string) =>
      // The file's name is random; what the shell says of a killed program goes to the test's own stderr.
      text
        .replaceAll(side, 'HERE')
        .replace(/(openat\().*?\)/, '$1FILE)')
        .replace(/^Killed\n/, '')
    expect([our.code, our.stdout, words(our.stderr, sides.ours)]).toEqual([
      their.code,
      their.stdout,
      words(their.stderr, sides.theirs),
    ])
    expect(readFileSync(join(sides.ours, 'seen'), 'utf8')).toBe(readFileSync(join(sides.theirs, 'seen'), 'utf8'))
  })
}

testWithReference('which editor is taken', async ({ dir, ostree }) => {
  mkdirSync(join(dir, 'tree'))
  await ostree('init', '--repo=repo', '--mode=archive')
  const argv = ['commit', '--repo=repo', '-e', '-b', 'main', 'tree']
  const script = (name: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\necho ${name} > "$1"\n`, { mode: 0o755 })
    return join(dir, name)
  }
  const [one, two, three] = [script('one'), script('two'), script('three')]
  const environments: Record<string, string>[] = [
    { TERM: 'dumb' },
    { TERM: 'dumb', VISUAL: two },
    { TERM: 'dumb', EDITOR: three, VISUAL: two },
    { TERM: 'xterm', EDITOR: three, VISUAL: two },
    { TERM: 'xterm', EDITOR: three },
    { TERM: 'xterm', EDITOR: three, VISUAL: two, OSTREE_EDITOR: one },
    { OSTREE_EDITOR: `${one} --option` },
  ]
  const none = { EDITOR: undefined, VISUAL: undefined, OSTREE_EDITOR: undefined, TERM: undefined }
  for (const env of environments) {
    const their = await runReference(argv, { cwd: dir, env: { ...none, ...env } })
    const theirSubject = await subjectOf(dir)
    const our = await runInProcess(argv, { cwd: dir, env })
    expect([our.code, our.stderr, await subjectOf(dir)]).toEqual([their.code, their.stderr, theirSubject])
  }
})

async function subjectOf(dir: string): Promise<string> {
  const { stdout } = await runReference(['log', '--repo=repo', 'main'], { cwd: dir })
  return /^ {4}(.*)$/m.exec(stdout)?.[1] ?? ''
}
