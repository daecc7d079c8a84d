// The tree in memory: overlaying, laziness, and the reference's words where a file meets a directory.

import { describe, expect, test } from 'vitest'
import { isOstreeError } from '../../src/errors.ts'
import type { Checksum } from '../../src/objects/checksum.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo, type Repo } from '../../src/repo/repo.ts'
import { readDirtree } from '../../src/repo/store/read-object.ts'
import { withTransaction } from '../../src/repo/transaction/transaction.ts'
import { EMPTY_TREE_CHECKSUM, MutableTree, writeMutableTree } from '../../src/repo/trees/mutable-tree.ts'
import { temporaryDirectory } from '../reference.ts'

const FILE = 'aa'.repeat(32) as Checksum
const OTHER_FILE = 'bb'.repeat(32) as Checksum
const META = 'cc'.repeat(32) as Checksum
const OTHER_META = 'dd'.repeat(32) as Checksum

async function newRepo(): Promise<Repo> {
  const platform = await nodePlatform({ workers: 1 })
  const path = `${await temporaryDirectory()}/repo`
  await initRepo(platform, path, { mode: 'archive' })
  return openRepo(platform, path, { fsync: false })
}

/** `a/b/file`, `top` and an empty `c`. */
async function sample(): Promise<MutableTree> {
  const tree = new MutableTree()
  const parent = await tree.ensureParents(['a', 'b', 'file'], META)
  await parent.replaceFile('file', FILE)
  await tree.replaceFile('top', FILE)
  ;(await tree.ensureDirectory('c')).setMetadataChecksum(META)
  return tree
}

async function write(repo: Repo, tree: MutableTree) {
  return (await withTransaction(repo, {}, (transaction) => writeMutableTree(transaction, tree))).result
}

const failing = (reason: string) => (error: unknown) => isOstreeError(error) && error.message === reason

async function rejectsWith(promise: Promise<unknown>, reason: string): Promise<void> {
  await expect(promise).rejects.toSatisfy(failing(reason))
}

describe('MutableTree', () => {
  test('keeps files and directories apart, in the words of the reference', async () => {
    const tree = await sample()
    await rejectsWith(tree.replaceFile('a', FILE), "Can't replace directory with file: a")
    await rejectsWith(tree.ensureDirectory('top'), "Can't replace file with directory: top")
    await rejectsWith(tree.ensureParents(['top', 'x'], META), "Can't replace file with directory: top")
    await rejectsWith(tree.replaceFile('..', FILE), "Invalid path uplink filename '..'")
    await rejectsWith(tree.walk(['a', 'missing', 'x']), 'No such file or directory: missing')
    await rejectsWith(tree.lookup('missing'), 'No such file or directory: missing')
    await rejectsWith(tree.remove('missing'), 'No such file or directory: missing')
    await tree.remove('missing', { mayBeMissing: true })
    expect(await tree.lookup('top')).toEqual({ file: FILE })
  })

  test('writes a stored tree again as it was, and only the directories that changed', async () => {
    const repo = await newRepo()
    const first = await write(repo, await sample())
    const tree = MutableTree.fromDirtree(repo.store, first)
    expect(await write(repo, tree)).toEqual(first)

    const b = await tree.walk(['a', 'b', 'file'])
    const c = (await tree.directories()).get('c')
    expect(tree.contentsChecksum).toBe(first.contents) // looking changes nothing
    await b.replaceFile('file', OTHER_FILE)
    expect(tree.contentsChecksum).toBeNull()
    expect(c?.contentsChecksum).toBe(EMPTY_TREE_CHECKSUM)
    const { stats, result } = await withTransaction(repo, {}, (transaction) => writeMutableTree(transaction, tree))
    expect(result.contents).not.toBe(first.contents)
    expect(stats.metadataObjectsTotal).toBe(3) // the root, a, a/b

    await b.replaceFile('file', FILE)
    expect(await write(repo, tree)).toEqual(first)
  })

  test('a changed owner or mode changes the parent, not the directory itself', async () => {
    const repo = await newRepo()
    const first = await write(repo, await sample())
    const tree = MutableTree.fromDirtree(repo.store, first)
    const a = (await tree.directories()).get('a')!
    const before = a.contentsChecksum
    a.setMetadataChecksum(META)
    expect(tree.contentsChecksum).toBe(first.contents)
    a.setMetadataChecksum(OTHER_META)
    expect(tree.contentsChecksum).toBeNull()
    expect(a.contentsChecksum).toBe(before)
  })

  test('a directory without owner and mode cannot be written', async () => {
    const repo = await newRepo()
    const tree = await sample()
    await tree.ensureDirectory('bare')
    await rejectsWith(write(repo, tree), "Can't commit an empty tree")
    await rejectsWith(write(repo, new MutableTree()), "Can't commit an empty tree")
  })

  test('removes files and directories', async () => {
    const repo = await newRepo()
    const tree = await sample()
    await tree.remove('a')
    await tree.remove('top')
    const { contents } = await write(repo, tree)
    const { files, directories } = await readDirtree(repo.store, contents)
    expect(files).toEqual([])
    expect(directories.map(({ name }) => name)).toEqual(['c'])
  })

  test('fills itself from a stored tree only where nothing has to be merged', async () => {
    const repo = await newRepo()
    const stored = await write(repo, await sample())
    const other = new MutableTree()
    other.setMetadataChecksum(META)
    await other.replaceFile('only', FILE)
    const another = await write(repo, other)
    const empty = { contents: EMPTY_TREE_CHECKSUM as Checksum, metadata: OTHER_META }

    const tree = new MutableTree()
    expect(tree.fillFromDirtree(repo.store, stored)).toBe(true)
    expect(tree.fillFromDirtree(repo.store, { ...stored, metadata: META })).toBe(true)
    expect(tree.fillFromDirtree(repo.store, another)).toBe(false)
    expect(tree.fillFromDirtree(repo.store, empty)).toBe(true)
    expect([tree.contentsChecksum, tree.metadataChecksum]).toEqual([stored.contents, OTHER_META])

    await tree.files() // read now: an unchanged tree, but no longer an unread one
    expect(tree.fillFromDirtree(repo.store, stored)).toBe(false)
  })
})
