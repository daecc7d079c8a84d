// What a failed commit left in the staging folder is taken up by the next only as far as it is sound.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { type ReferenceContext, run, runOurs, runReference, testWithReference } from '../../reference.ts'
import { pseudoRandomBytes } from '../../seed.ts'
import { makeSampleTree } from './sample-tree.ts'

const AS_ROOT = process.getuid?.() === 0
const COMMANDS = { ours: runOurs, 'the reference': runReference } as const
const FAILING = { OSTREE_REPO_TEST_ERROR: 'pre-commit' }
const commitLine = (repo: string) => ['commit', `--repo=${repo}`, '-b', 'main', '--timestamp=@1', 'tree']

/** Paths of the staged objects, sorted. */
function stagedObjects(repo: string): string[] {
  const tmp = join(repo, 'tmp')
  const staging = readdirSync(tmp).find(
    (name) => name.startsWith('staging-') && statSync(join(tmp, name)).isDirectory(),
  )
  if (staging === undefined) return []
  const folders = readdirSync(join(tmp, staging)).filter((name) => name.length === 2)
  return folders
    .flatMap((folder) => readdirSync(join(tmp, staging, folder)).map((name) => join(tmp, staging, folder, name)))
    .sort()
}

/** Damages every third object in one way or another, and adds what is no object. @returns How many were damaged. */
function damage(paths: readonly string[]): number {
  const regular = paths.filter((path) => /\.(filez?|dirtree|dirmeta)$/.test(path) && isRegular(path))
  const chosen = regular.filter((_, index) => index % 3 === 0)
  for (const [index, path] of chosen.entries()) {
    const { size } = statSync(path)
    if (index % 3 === 0 || size < 2) truncateSync(path, Math.floor(size / 2))
    else if (index % 3 === 1) writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('more')]))
    else {
      const bytes = readFileSync(path)
      bytes[size - 1] = bytes[size - 1]! ^ 1
      writeFileSync(path, bytes)
    }
  }
  writeFileSync(join(paths[0]!, '..', 'no-object'), 'stray')
  return chosen.length
}

const isRegular = (path: string) => existsSync(path) && statSync(path).isFile()

describe.each(['archive', 'bare', 'bare-user', 'bare-user-only'])('%s', (mode) => {
  for (const [name, first] of Object.entries(COMMANDS)) {
    testWithReference(`damaged objects that ${name} left behind are not published`, async ({ dir, repo, ostree }) => {
      await makeSampleTree(join(dir, 'tree'))
      const options = mode === 'bare-user-only' ? ['--canonical-permissions', '--no-xattrs'] : []
      const argv = [...commitLine('repo'), ...options]
      await ostree('init', '--repo=expected', `--mode=${mode}`)
      const { stdout } = await ostree(...argv.map((word) => word.replace('=repo', '=expected')))
      await ostree('init', '--repo=repo', `--mode=${mode}`)
      expect((await first(argv, { cwd: dir, env: FAILING })).code).toBe(1)
      const staged = stagedObjects(repo)
      expect(staged.length).toBeGreaterThan(20)
      expect(damage(staged)).toBeGreaterThan(6)

      expect(await runOurs(argv, { cwd: dir })).toMatchObject({ code: 0, stdout, stderr: '' })
      expect((await ostree('fsck', '--repo=repo')).stderr).toBe('')
      expect(
        readdirSync(join(repo, 'objects')).flatMap((folder) => readdirSync(join(repo, 'objects', folder))),
      ).not.toContain('no-object')
      expect(stagedObjects(repo)).toEqual([])
    })
  }
})

describe.skipIf(!AS_ROOT)('on a full disk (needs root, to mount a small file system)', () => {
  for (const [name, order, last] of [
    ['ours alone', [runOurs, runOurs], runOurs],
    ['ours, then the reference', [runOurs], runReference],
    ['the reference, then ours', [runReference], runOurs],
    ['ours and the reference by turns, then ours', [runOurs, runReference, runOurs, runReference], runOurs],
  ] as const) {
    testWithReference(`${name}: what is published afterwards is whole`, async (context) => {
      const { dir, ostree } = context
      mkdirSync(join(dir, 'tree'))
      const bytes = pseudoRandomBytes(6 << 20)
      for (let i = 0; i < 150; i++)
        writeFileSync(join(dir, 'tree', `${i}`), bytes.subarray(i * 1000, i * 1000 + i * 700))
      writeFileSync(join(dir, 'tree/large'), bytes)
      const grow = await smallDisk(context)
      await ostree('init', '--repo=small/repo', '--mode=archive')
      await ostree('config', '--repo=small/repo', 'set', 'core.min-free-space-percent', '0')
      const argv = commitLine('small/repo')
      for (const command of order) {
        const failed = await command(argv, { cwd: dir })
        expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/No space left on device\n$/)])
        expect((await ostree('fsck', '--repo=small/repo')).stderr).toBe('')
      }
      await grow()
      expect(await last(argv, { cwd: dir })).toMatchObject({ code: 0, stderr: '' })
      expect((await ostree('fsck', '--repo=small/repo')).stderr).toBe('')
    })
  }
})

/** A file system of 4 MB at `dir/small`. @returns Makes it large. */
async function smallDisk({ dir }: ReferenceContext): Promise<() => Promise<void>> {
  const path = join(dir, 'small')
  mkdirSync(path)
  const mount = async (options: string) => {
    const { code, stderr } = await run('mount', ['-t', 'tmpfs', '-o', options, 'none', path])
    if (code !== 0) throw new Error(`mount: ${stderr}`)
  }
  await mount('size=4m')
  onTestFinished(async () => void (await run('umount', [path])))
  return () => mount('remount,size=64m')
}
