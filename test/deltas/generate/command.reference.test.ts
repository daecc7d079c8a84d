// `static-delta generate` as a command: what it says, and where it puts things.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parseDeltaFile } from '../../../src/deltas/signed-delta.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { runOurs, runReference, testWithReference } from '../../reference.ts'
import { writeTree } from './trees.ts'

async function makeRepo(dir: string): Promise<void> {
  const reference = (...args: string[]) => runReference(args, { cwd: dir })
  await reference('init', '--repo=repo', '--mode=archive')
  for (const [time, text] of ['first', 'second'].entries()) {
    writeTree(join(dir, 'tree'), { file: `${text} version\n`.repeat(100) })
    await reference(
      'commit',
      ...['--repo=repo', '-b', 'main', '--tree=dir=tree', '--no-xattrs', '--owner-uid=0', '--owner-gid=0'],
      `--timestamp=@${time}`,
    )
  }
}

/** Lines that end in an error, or do nothing. Each leaves the repository as it is. */
const REFUSED: readonly (readonly string[])[] = [
  [],
  ['--to=nothing'],
  ['nothing'],
  ['main', '--from=nothing'],
  ['main', '--from=main', '--empty'],
  ['main^'],
  ['--empty', 'abcdef'],
  ['--empty', 'f'.repeat(64)],
  ['main', '--from', 'f'.repeat(64)],
  ['main', '--set-endianness=X'],
  ['main', '--set-endianness='],
  ['main', '--filename='],
  ['main', '--sign-type='],
  ['main', '--filename=missing/delta'],
  ['main', '--max-chunk-size'],
]
testWithReference('what it refuses, it refuses in the same words', async ({ dir }) => {
  await makeRepo(dir)
  for (const args of REFUSED) {
    const line = ['static-delta', 'generate', '--repo=repo', ...args]
    const { code, stdout, stderr } = await runReference(line, { cwd: dir })
    expect(await runInProcess(line, { cwd: dir }), args.join(' ')).toMatchObject({ code, stdout, stderr })
  }
})

testWithReference('a delta that is there is made again unless --if-not-exists is given', async ({ dir }) => {
  await makeRepo(dir)
  const generate = (...args: string[]) =>
    runInProcess(['static-delta', 'generate', '--repo=repo', '--empty', 'main', ...args], { cwd: dir })
  expect(await generate('-n')).toMatchObject({ code: 0, stdout: expect.stringContaining('Generating') })
  const again = await generate('--if-not-exists')
  const theirs = await runReference(['static-delta', 'generate', '--repo=repo', '--empty', 'main', '-n'], { cwd: dir })
  expect(again).toMatchObject({ code: theirs.code, stdout: theirs.stdout, stderr: theirs.stderr })
  expect(await generate()).toMatchObject({ code: 0, stdout: expect.stringContaining('Generating') })
  const [prefix = ''] = readdirSync(join(dir, 'repo/deltas'))
  const [rest = ''] = readdirSync(join(dir, 'repo/deltas', prefix))
  expect(readdirSync(join(dir, 'repo/deltas', prefix, rest)).sort()).toEqual(['0', 'superblock'])
  expect(readdirSync(join(dir, 'repo/tmp'))).toEqual(['cache'])
})

/** Both sign with the kind that signs with the key itself. */
testWithReference('signed deltas', async ({ dir }) => {
  await makeRepo(dir)
  writeFileSync(join(dir, 'keys'), 'second\nthird\n')
  const env = { OSTREE_DUMMY_SIGN_ENABLED: '1' }
  for (const [index, args] of [
    ['--sign=first'],
    ['--sign=first', '--sign=other'],
    ['--sign=first', '--inline'],
  ].entries()) {
    const made = []
    for (const name of ['theirs', 'ours'] as const) {
      mkdirSync(join(dir, `${name}-${index}`))
      const file = `${name}-${index}/delta`
      const line = [
        'static-delta',
        'generate',
        '--repo=repo',
        'main',
        '--sign-type=dummy',
        `--filename=${file}`,
        ...args,
      ]
      const run = name === 'ours' ? runOurs : runReference
      const { code, stdout, stderr } = await run(line, { cwd: dir, env })
      const { superblock, signatures } = parseDeltaFile(readFileSync(join(dir, file)))
      made.push({ code, stdout, stderr, signatures, superblock: { ...superblock, timestamp: 0n } })
    }
    expect(made[1]).toEqual(made[0])
  }
})

testWithReference('a signature that cannot be made leaves no superblock', async ({ dir }) => {
  await makeRepo(dir)
  for (const args of [['--sign-type=dummy'], ['--sign-type=unknown']]) {
    const words = []
    for (const run of [runReference, runInProcess]) {
      const line = ['static-delta', 'generate', '--repo=repo', 'main', '--sign=key', '--filename=delta', ...args]
      const { code, stdout, stderr } = await run(line, { cwd: dir })
      expect(existsSync(join(dir, 'delta'))).toBe(false)
      words.push({ code, stdout, stderr })
    }
    expect(words[1]).toEqual(words[0])
  }
})
