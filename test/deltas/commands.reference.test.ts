// `static-delta list, show, delete, apply-offline, indexes, reindex` beside the reference's: stdout, stderr, exit code, and
// the files they leave.

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { runInProcess, seen } from '../cli/in-process.ts'
import { type Output, referenceMissing, runReference, testWithReference } from '../reference.ts'
import { type DeltaSamples, makeSource, reference } from './samples.ts'

let dir: string
let samples: DeltaSamples

beforeAll(async () => {
  if (referenceMissing !== undefined) return
  dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-deltas-'))
  samples = await makeSource(dir)
  const { from, to } = samples
  const generate = (...args: string[]) => reference(dir, 'static-delta', 'generate', '--repo=source', ...args)
  await generate('--empty', from)
  // The moved file is larger than 1 MB: it is left to be fetched.
  await generate('--empty', '--min-fallback-size=1', to)
  await generate(`--from=${from}`, '--max-chunk-size=0', to)
  mkdirSync(join(dir, 'swapped'))
  await generate(`--from=${from}`, '--set-endianness=B', '--inline', '--filename=swapped/superblock', to)
  await reference(dir, 'init', '--repo=none', '--mode=archive')
  writeFileSync(join(dir, 'garbage'), 'no superblock')
}, 60_000)
afterAll(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
})

/** `FROM` and `TO` stand for the commits, `ABSENT` for a checksum that nothing has. */
const fill = (words: readonly string[]): string[] =>
  words.map((word) =>
    word
      .replaceAll('FROM', samples.from)
      .replaceAll('TO', samples.to)
      .replaceAll('ABSENT', '0123456789abcdef'.repeat(4)),
  )

/** The reference lists folders in the order that the file system has them, we in that of their names. */
function inOrder([command]: readonly string[], output: Output): object {
  const { stdout } = output
  const sorted = command === 'list' || command === 'indexes' ? stdout.split('\n').sort().join('\n') : stdout
  return { ...seen(output), stdout: sorted }
}

const READING: readonly (readonly string[])[] = [
  ['list', '--repo=source'],
  ['list', '--repo=none'],
  ['indexes', '--repo=none'],
  ['show', '--repo=source', 'FROM'],
  ['show', '--repo=source', 'TO'],
  ['show', '--repo=source', 'FROM-TO'],
  ['show', '--repo=source', './swapped/superblock'],
  ['show', '--repo=none', './swapped/superblock'],
  ['show', '--repo=source'],
  ['show', '--repo=source', ''],
  ['show', '--repo=source', 'nonsense'],
  ['show', '--repo=source', 'FROM-'],
  ['show', '--repo=source', 'FROM-nonsense'],
  ['show', '--repo=source', 'FROM-TO-FROM'],
  ['show', '--repo=source', 'ABSENT'],
  ['show', '--repo=source', 'ABSENT-TO'],
  ['show', '--repo=source', './nothing/here'],
  ['show', '--repo=source', './v1'],
  ['delete', '--repo=source'],
  ['delete', '--repo=source', 'nonsense'],
  ['delete', '--repo=source', 'ABSENT'],
  ['delete', '--repo=source', 'TO-ABSENT'],
  ['reindex', '--repo=none', '--to=nonsense'],
  ['apply-offline', '--repo=none'],
  ['apply-offline', '--repo=none', 'nothing'],
  ['apply-offline', '--repo=none', 'v1'],
  ['apply-offline', '--repo=none', 'swapped'],
  ['apply-offline', '--repo=source', 'swapped/superblock'],
  ['apply-offline', '--repo=source', 'swapped/'],
]

testWithReference('commands that change nothing', async () => {
  for (const words of READING) {
    const args = ['static-delta', ...fill(words)]
    const [theirs, ours] = await Promise.all([runReference(args, { cwd: dir }), runInProcess(args, { cwd: dir })])
    expect(inOrder(words, ours), words.join(' ')).toEqual(inOrder(words, theirs))
  }
})

testWithReference('a superblock that is none is refused', async () => {
  for (const command of ['show', 'apply-offline']) {
    const args = ['static-delta', command, '--repo=none', './garbage']
    expect((await runReference(args, { cwd: dir })).code).toBe(1)
    // The reference reads broken data as defaults and complains of what follows from those.
    expect(seen(await runInProcess(args, { cwd: dir }))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: invalid delta superblock at metadata: ends outside its container\n',
    })
  }
})

testWithReference('a delta with objects to be fetched cannot be applied offline', async ({ ostree, repo }) => {
  await ostree('init', `--repo=${repo}`, '--mode=bare-user-only')
  const [prefix, rest] = deltaFolders(join(dir, 'source')).find(([, name]) => !name.includes('-') && isTo(name))!
  const path = join(dir, 'source/deltas', prefix, rest)
  const args = ['static-delta', 'apply-offline', `--repo=${repo}`, path]
  const theirs = seen(await runReference(args))
  expect(seen(await runInProcess(args))).toEqual(theirs)
  expect(theirs).toMatchObject({ code: 1, stderr: expect.stringContaining('nonempty http fallback entries') })
})

testWithReference('indexes are made, kept and deleted as the reference does it', async ({ dir: scratch }) => {
  const both = ['theirs', 'ours'].map((name) => join(scratch, name))
  const inBoth = async (...words: string[]) => {
    const args = ['static-delta', ...fill(words)]
    const [theirs, ours] = [await runReference(args, { cwd: both[0]! }), await runInProcess(args, { cwd: both[1]! })]
    expect(inOrder(words, ours), words.join(' ')).toEqual(inOrder(words, theirs))
    expect(indexFiles(join(both[1]!, 'source')), words.join(' ')).toEqual(indexFiles(join(both[0]!, 'source')))
    expect(deltaFolders(join(both[1]!, 'source'))).toEqual(deltaFolders(join(both[0]!, 'source')))
    expect(readFileSync(join(both[1]!, 'source/config'), 'utf8')).toBe(
      readFileSync(join(both[0]!, 'source/config'), 'utf8'),
    )
  }
  for (const path of both)
    cpSync(join(dir, 'source'), join(path, 'source'), { recursive: true, verbatimSymlinks: true })
  await inBoth('indexes', '--repo=source')
  await inBoth('reindex', '--repo=source', '--to=FROM')
  await inBoth('indexes', '--repo=source')
  await inBoth('reindex', '--repo=source')
  await inBoth('indexes', '--repo=source')
  await inBoth('delete', '--repo=source', 'FROM')
  await inBoth('delete', '--repo=source', 'FROM-TO')
  await inBoth('list', '--repo=source')
  await inBoth('reindex', '--repo=source', '--to=ABSENT')
  await inBoth('reindex', '--repo=source')
  await inBoth('indexes', '--repo=source')
})

/** The two names of each delta's folder. */
function deltaFolders(repo: string): [string, string][] {
  return readdirSync(join(repo, 'deltas'))
    .flatMap((prefix) => readdirSync(join(repo, 'deltas', prefix)).map((rest): [string, string] => [prefix, rest]))
    .sort()
}

const isTo = (rest: string): boolean =>
  Buffer.from(samples.to, 'hex').toString('base64').replace('=', '').replaceAll('/', '_').endsWith(rest)

/** Name and bytes of each index. */
function indexFiles(repo: string): (readonly [string, string])[] {
  const root = join(repo, 'delta-indexes')
  let names: string[]
  try {
    names = readdirSync(root, { recursive: true, encoding: 'utf8' })
  } catch {
    return [] // there is no index at all
  }
  return names
    .filter((name) => name.endsWith('.index'))
    .sort()
    .map((name) => [name, readFileSync(join(root, name), 'hex')] as const)
}
