// What the library offers beyond the command, what survives being stopped or killed, and what threads do.

import { spawn } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Checksum } from '../../../src/objects/checksum.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { type CheckoutProgress, checkout } from '../../../src/repo/checkout/checkout.ts'
import { cleanUncompressedCache } from '../../../src/repo/store/uncompressed-cache.ts'
import { type Output, runOurs, runReference, temporaryDirectory, testWithReference } from '../../reference.ts'
import { Forge, type ForgedTree } from './forge.ts'
import { IS_ROOT } from './samples.ts'
import { objectInodes, snapshot } from './snapshot.ts'

const USER = { mode: 'user' } as const

async function sample(mode: 'archive' | 'bare-user-only', entries: ForgedTree) {
  const dir = await temporaryDirectory()
  const platform = await nodePlatform({ workers: 1 })
  const forge = await Forge.make(platform, join(dir, 'repo'), mode)
  return { dir, out: join(dir, 'out'), platform, forge, repo: forge.repo, commit: await forge.commitOf(entries) }
}

const SMALL: ForgedTree = [
  ['a', { text: 'a' }],
  ['b', { text: 'b' }],
  [
    'd',
    {
      tree: [
        ['c', { text: 'c' }],
        ['deeper', { tree: [['e', { text: 'e' }]] }],
      ],
    },
  ],
]

test('the devino cache knows each linked file by its inode', async () => {
  const { repo, commit, out, platform } = await sample('bare-user-only', [...SMALL, ['empty', { text: '' }]])
  const devinoCache = new Map<string, Checksum>()
  await checkout(repo, commit, out, { devinoCache })
  const objects = objectInodes(repo.path)
  const linked = ['a', 'b', 'd/c', 'd/deeper/e']
  expect(devinoCache.size).toBe(linked.length)
  for (const path of linked) {
    const checksum = devinoCache.get(await platform.fs.devino(join(out, path)))
    const { dev, ino } = lstatSync(join(out, path))
    expect(objects.get(`${dev}:${ino}`)).toBe(`objects/${checksum?.slice(0, 2)}/${checksum?.slice(2)}.file`)
  }
  expect(devinoCache.has(await platform.fs.devino(join(out, 'empty')))).toBe(false)
})

test('a filter sees every path once and leaves out what it says no to', async () => {
  const { repo, commit, out } = await sample('archive', SMALL)
  const seen: string[] = []
  const filter = (path: string) => {
    seen.push(path)
    return path !== '/d/deeper/' && path !== '/b'
  }
  await checkout(repo, commit, out, { ...USER, filter })
  expect(seen).toEqual(['/', '/a', '/b', '/d/', '/d/c', '/d/deeper/'])
  expect(readdirSync(out, { recursive: true }).sort()).toEqual(['a', 'd', 'd/c'])
})

test('progress counts up to the result', async () => {
  const { repo, commit, out } = await sample('archive', SMALL)
  const seen: CheckoutProgress[] = []
  const result = await checkout(repo, commit, out, { ...USER, onProgress: (progress) => seen.push(progress) })
  expect(result).toMatchObject({ files: 4, directories: 3 })
  expect(seen.at(-1)).toEqual({ files: 4, directories: 3 })
})

test('an aborted checkout leaves whole files only, and no scratch', async () => {
  const many: ForgedTree = Array.from({ length: 300 }, (_, index) => [`f${index}`, { text: `text ${index}` }])
  const entries: ForgedTree = ['1', '2', '3'].map((name) => [name, { tree: many }])
  const { repo, commit, out } = await sample('archive', entries)
  const stop = new AbortController()
  const reason = new Error('enough')
  const onProgress = ({ directories }: CheckoutProgress) => directories === 2 && stop.abort(reason)
  await expect(checkout(repo, commit, out, { ...USER, signal: stop.signal, onProgress })).rejects.toBe(reason)
  const left = readdirSync(out, { recursive: true, encoding: 'utf8' })
  expect(left.length).toBeGreaterThan(300)
  expect(left.length).toBeLessThan(700)
  for (const path of left.filter((name) => name.includes('/'))) {
    expect(readFileSync(join(out, path), 'utf8')).toBe(`text ${path.split('/f')[1]}`)
  }
})

test('options that contradict each other are refused', async () => {
  const { repo, commit, out } = await sample('archive', SMALL)
  for (const options of [
    { forceCopy: true, requireHardlinks: true },
    { overwrite: 'union-identical' },
    { labels: { label: () => null } },
  ] as const) {
    await expect(checkout(repo, commit, out, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  }
})

test('labels are looked up below the prefix, with a slash behind directories, and set on files', async ({ skip }) => {
  skip(!IS_ROOT, 'only root may set security attributes')
  const { repo, commit, out, platform } = await sample('archive', SMALL)
  const asked: string[] = []
  const labels = {
    prefix: '/usr',
    label(path: string, mode: number) {
      asked.push(`${path} ${mode.toString(8)}`)
      return `label of ${path}`
    },
  }
  await checkout(repo, commit, out, { ...USER, mode: 'none', forceCopy: true, labels })
  expect(asked.filter((line) => line.endsWith(' 100644'))).toEqual(
    ['/usr/a', '/usr/b', '/usr/d/c', '/usr/d/deeper/e'].map((path) => `${path} 100644`),
  )
  const label = await platform.xattrs?.get(join(out, 'd/c'), 'security.selinux')
  expect(Buffer.from(label!).toString()).toBe('label of /usr/d/c')
})

test('cached objects go once nothing links to them', async () => {
  const { repo, commit, out } = await sample('archive', SMALL)
  const { updatedCachePrefixes } = await checkout(repo, commit, out, { ...USER, uncompressedCache: true })
  const cached = () => [...objectInodes(repo.path).values()].filter((path) => path.startsWith('uncompressed')).length
  expect(cached()).toBe(4)
  expect(await cleanUncompressedCache(repo, updatedCachePrefixes)).toBe(0)
  rmSync(join(out, 'a'))
  expect(await cleanUncompressedCache(repo, [])).toBe(0)
  expect(await cleanUncompressedCache(repo, updatedCachePrefixes)).toBe(1)
  rmSync(out, { recursive: true })
  expect(await cleanUncompressedCache(repo)).toBe(3)
  expect(cached()).toBe(0)
})

/** Enough files for threads to be worth it, in a few folders, by the command as it is shipped. */
const MANY: ForgedTree = Array.from({ length: 12 }, (_, folder) => [
  `folder${folder}`,
  {
    tree: Array.from({ length: 60 }, (_, file) => [
      `file${file}`,
      { text: file % 7 === 0 ? '' : `${folder}/${file}\n`.repeat(1 + file * 40) },
    ]),
  },
])

testWithReference('threads make the same tree', async () => {
  const { dir, platform, commit } = await sample('archive', MANY)
  const mode = IS_ROOT ? 'bare' : 'bare-user'
  await runReference(['init', '--repo=other', `--mode=${mode}`], { cwd: dir })
  await runReference(['pull-local', '--repo=other', 'repo', commit], { cwd: dir })
  for (const words of [
    ['--repo=repo', '-U'],
    ['--repo=repo', '-UC'],
    ['--repo=repo', '-U', '--union', '-C'],
    ['--repo=other', '-C', ...(IS_ROOT ? [] : ['-U'])],
  ]) {
    for (const again of words.includes('--union') ? [0, 1] : [0]) {
      const reference = await runReference(['checkout', ...words, commit, 'by-reference'], { cwd: dir })
      const ours = await runOurs(['checkout', ...words, commit, 'by-us'], { cwd: dir })
      expect(ours, `${words} ${again}`).toEqual(reference)
      const objects = objectInodes(join(dir, 'repo'))
      const [expected, actual] = await Promise.all(
        ['by-reference', 'by-us'].map((name) => snapshot(platform, join(dir, name), objects)),
      )
      expect(actual, words.join(' ')).toEqual(expected)
    }
    rmSync(join(dir, 'by-reference'), { recursive: true })
    rmSync(join(dir, 'by-us'), { recursive: true })
  }
})

testWithReference('of several failures in threads the first one is told', async () => {
  const { dir, commit, forge } = await sample('archive', MANY)
  for (const [folder, file] of [
    [9, 3],
    [4, 50],
    [7, 1],
  ] as const) {
    const checksum = await forge.file({ text: `${folder}/${file}\n`.repeat(1 + file * 40) })
    rmSync(join(dir, 'repo/objects', checksum.slice(0, 2), `${checksum.slice(2)}.filez`))
  }
  const run = (command: typeof runOurs, name: string) =>
    command(['checkout', '--repo=repo', '-UC', commit, name], { cwd: dir })
  expect(await run(runOurs, 'by-us')).toEqual(await run(runReference, 'by-reference'))
})

testWithReference('a killed checkout leaves the repository as it was', async () => {
  const { dir, platform, commit } = await sample('archive', MANY)
  const command = resolve(import.meta.dirname, '../../../dist/cli.js')
  for (const [words, delays] of [
    [['-UC'], [60, 120, 180, 240]],
    [['-U'], [60, 120, 180, 240]],
  ] as const) {
    for (const delay of delays) {
      const before = await repositoryOf(dir, platform)
      const child = spawn(
        process.execPath,
        [command, 'checkout', '--repo=repo', ...words, commit, `out-${words}-${delay}`],
        {
          cwd: dir,
          stdio: 'ignore',
        },
      )
      const ended = new Promise((done) => child.on('close', done))
      await sleep(delay)
      child.kill('SIGKILL')
      await ended
      expect(await repositoryOf(dir, platform)).toEqual(before)
    }
  }
  expect((await runReference(['fsck', '--repo=repo'], { cwd: dir })).code).toBe(0)
  const { code } = await runOurs(['checkout', '--repo=repo', '-U', commit, 'whole'], { cwd: dir })
  expect(code).toBe(0)
})

/** Objects, refs and config. The cache and `tmp` may have grown: both are cleaned up by others. */
async function repositoryOf(dir: string, platform: Parameters<typeof snapshot>[0]): Promise<string[]> {
  const lines = await snapshot(platform, join(dir, 'repo'))
  return lines.filter((line) => !/^(tmp|uncompressed-objects-cache)(\/| )/.test(line))
}

const NOBODY = { uid: 1234, gid: 1234 }
/** Root without any of root's powers. */
const POWERLESS = ['setpriv', '--bounding-set=-all', '--inh-caps=-all']

testWithReference('whoever may not give files away, or write, is told so as by the reference', async ({ skip }) => {
  if (!IS_ROOT) skip('only root can be less than the one who made the repository')
  const { dir, forge } = await sample('archive', [])
  const tree = await forge.tree(SMALL)
  const commit = forge.commit(tree, forge.meta(0o40755, NOBODY))
  const given = forge.commit(await forge.tree([['theirs', { text: 'given away' }]], NOBODY))
  for (const which of [commit, given]) await pullIntoBare(dir, which)
  for (const who of ['ours', 'reference']) mkdirSync(join(dir, who, 'closed'), { recursive: true })
  for (const who of ['ours', 'reference']) chmodSync(join(dir, who, 'closed'), 0o555)
  const lines = [
    ['--repo=../bare', given, 'out'],
    ['--repo=../bare', '-C', given, 'out2'],
    ['--repo=../bare', '-H', given, 'out3'],
    ['--repo=../bare', '-U', given, 'out4'],
    ['--repo=../bare', commit, 'out5'],
    ['--repo=../repo', '-C', given, 'out6'],
    ['--repo=../repo', '-UC', given, 'out7'],
    ['--repo=../repo', '-UC', given, 'closed/out'],
    ['--repo=../repo', '-UC', '--subpath=/theirs', given, 'closed'],
    ['--repo=../repo', '-U', '--union', '-C', given, 'closed'],
    ['--repo=../bare', '--union', given, 'closed'],
  ]
  for (const line of lines) {
    const reference = await runReference(['checkout', ...line], { cwd: join(dir, 'reference'), under: POWERLESS })
    const ours = await runOurs(['checkout', ...line], { cwd: join(dir, 'ours'), under: POWERLESS })
    expect(maskTemporary(ours), line.join(' ')).toEqual(maskTemporary(reference))
  }
})

async function pullIntoBare(dir: string, commit: Checksum): Promise<void> {
  await runReference(['init', '--repo=bare', '--mode=bare'], { cwd: dir })
  expect(await runReference(['pull-local', '--repo=bare', 'repo', commit], { cwd: dir })).toMatchObject({ code: 0 })
}

const maskTemporary = ({ code, stdout, stderr }: Output) => ({
  code,
  stdout,
  stderr: stderr.replace(/tmp[.-][A-Za-z0-9-]+/, 'tmp.XXXXXX').replace(/\/(ours|reference)\//, '/@/'),
})
