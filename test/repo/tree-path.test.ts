// Paths inside a commit: what each leads to, and what is said where it leads nowhere, compared with `ls` and `cat`.

import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOstreeError, OstreeError } from '../../src/errors.ts'
import { type Checksum, checksumFromBytes } from '../../src/objects/checksum.ts'
import { encodeDirmeta } from '../../src/objects/dirmeta.ts'
import { encodeDirtree } from '../../src/objects/dirtree.ts'
import { loosePath } from '../../src/objects/object-name.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { resolveRev } from '../../src/repo/refs/resolve-rev.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { loadFile } from '../../src/repo/store/read-object.ts'
import { commitRoot, isPathNotFound, resolveTreePath, walkTree } from '../../src/repo/trees/tree-path.ts'
import { type ReferenceContext, runReference, temporaryDirectory, testWithReference } from '../reference.ts'

const FILES: Readonly<Record<string, string>> = { 'd/f': 'hi\n', 'd/e/g': 'x\n', 'z/Ä': '', 'z/a': '', 'z/𝔘': '' }
const LINKS: Readonly<Record<string, string>> = {
  'd/l': 'f',
  'd/abs': '/d/f',
  'd/el': 'e',
  'x/up': '../d/f',
  deep: 'd/e/g',
  dangling: 'nonexistent',
  dl: 'd',
  first: 'second',
  second: 'd/l',
}
const PATHS = [
  '/', '', '.', '..', 'd', 'd/', 'd//', 'd//f', 'd/f', 'd/f/', 'd/f/x', '/d/f', '//d/f', '///d', 'd/nope', 'd/nope/x',
  'nope/', 'dl/f', 'd/l', 'd/abs', 'x/up', 'd/el', 'dangling', 'deep', './d', 'd/../d', 'd/./f', 'd/e//d/f', 'first',
  'z/Ä', 'z/𝔘', 'd/f//', '////', 'd///f', 'second',
] // biome-ignore format: a list of words

async function sample({ dir, repo, ostree }: ReferenceContext) {
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(join(dir, 'tree', path, '..'), { recursive: true })
    await writeFile(join(dir, 'tree', path), content)
  }
  await mkdir(join(dir, 'tree/x'))
  for (const [path, target] of Object.entries(LINKS)) await symlink(target, join(dir, 'tree', path))
  await symlink('loop', join(dir, 'tree/loop'))
  await ostree('init', '--repo=repo', '--mode=bare-user')
  await ostree('commit', '--repo=repo', '-b', 'main', 'tree')
  const opened = await openRepo(await nodePlatform({ workers: 1 }), repo)
  return { repo: opened, commit: await resolveRev(opened, 'main') }
}

const messageOf = (error: unknown): string => {
  if (error instanceof OstreeError) return error.message
  throw error
}

testWithReference('a path leads where it leads for ls and cat', async (context) => {
  const { repo, commit } = await sample(context)
  for (const path of PATHS) {
    const listed = await runReference(['ls', '--repo=repo', '-dC', 'main', '--', path], { cwd: context.dir })
    const ours = await resolveTreePath(repo, commit, path).then(
      (entry) => (entry.kind === 'file' ? entry.checksum : `${entry.treeChecksum} ${entry.metaChecksum}`),
      (error) => `error: Inspecting path '${path}': ${messageOf(error)}\n`,
    )
    if (listed.code === 0) expect(listed.stdout, path).toContain(` ${ours} /`)
    else expect(ours, path).toBe(listed.stderr)

    const shown = await runReference(['cat', '--repo=repo', 'main', '--', path], { cwd: context.dir })
    const content = await resolveTreePath(repo, commit, path, { followSymlinks: true }).then(
      async (entry) =>
        entry.kind === 'directory'
          ? "error: Can't open directory\n"
          : new TextDecoder().decode((await (await loadFile(repo.store, entry.checksum)).content()) as Uint8Array),
      (error) => `error: ${messageOf(error)}\n`,
    )
    expect(content, path).toBe(shown.code === 0 ? shown.stdout : shown.stderr)
  }
})

testWithReference('links in a circle end in ELOOP, where the reference overflows its stack', async (context) => {
  const { repo, commit } = await sample(context)
  await expect(resolveTreePath(repo, commit, 'loop', { followSymlinks: true })).rejects.toSatisfy(
    (error) => isOstreeError(error, 'IO') && error.details.errno === 'ELOOP',
  )
})

testWithReference('walkTree meets what ls -R lists, in its order', async (context) => {
  const { repo, commit } = await sample(context)
  const { stdout } = await context.ostree('ls', '--repo=repo', '-R', '--nul-filenames-only', 'main')
  const paths = ['/']
  for await (const { path } of walkTree(repo, await commitRoot(repo, commit))) paths.push(path)
  expect(paths).toEqual(stdout.split('\0').slice(0, -1))

  const { stdout: below } = await context.ostree('ls', '--repo=repo', '--nul-filenames-only', 'main', 'd')
  const children = ['/d']
  const start = await resolveTreePath(repo, commit, 'd')
  for await (const { path } of walkTree(repo, start, { recursive: false })) children.push(path)
  expect(children).toEqual(below.split('\0').slice(0, -1))
})

test('a missing object is not a missing path', async () => {
  const { repo, put } = await forgedRepo()
  const meta = await put('dirmeta', encodeDirmeta({ uid: 0, gid: 0, mode: 0o40755, xattrs: [] }))
  const missing = checksumFromBytes(new Uint8Array(32).fill(7))
  const directories = [{ name: 'd', treeChecksum: missing, metaChecksum: meta }]
  const root = await put('dirtree', encodeDirtree({ files: [], directories }))
  const start = { kind: 'directory', treeChecksum: root, metaChecksum: meta } as const
  await expect(resolveTreePath(repo, start, 'd')).rejects.toSatisfy(
    (error) => isOstreeError(error, 'OBJECT_NOT_FOUND') && !isPathNotFound(error),
  )
})

test('a forged directory that contains itself ends in an error', async () => {
  const { repo, put } = await forgedRepo()
  const meta = await put('dirmeta', encodeDirmeta({ uid: 0, gid: 0, mode: 0o40755, xattrs: [] }))
  const name = checksumFromBytes(new Uint8Array(32).fill(9))
  const directories = [{ name: 'again', treeChecksum: name, metaChecksum: meta }]
  await put('dirtree', encodeDirtree({ files: [], directories }), name)
  const seen: string[] = []
  const walk = async () => {
    for await (const { path } of walkTree(repo, { kind: 'directory', treeChecksum: name, metaChecksum: meta })) {
      seen.push(path)
    }
  }
  await expect(walk()).rejects.toSatisfy((error) => isOstreeError(error, 'FAILED'))
  expect(seen).toEqual([])
})

/** A repository with whatever objects a test puts there, under whatever names. */
async function forgedRepo() {
  const dir = await temporaryDirectory()
  const platform = await nodePlatform({ workers: 1 })
  await mkdir(join(dir, 'objects'))
  await writeFile(join(dir, 'config'), '[core]\nrepo_version=1\nmode=bare-user\n')
  const repo = await openRepo(platform, dir)
  const put = async (type: 'dirtree' | 'dirmeta', bytes: Uint8Array, name?: Checksum): Promise<Checksum> => {
    const checksum = name ?? checksumFromBytes(platform.sha256Once(bytes))
    const path = join(dir, 'objects', loosePath(checksum, type, false))
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, bytes)
    return checksum
  }
  return { repo, put }
}
