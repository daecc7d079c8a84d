// The same two commits, a delta by the reference and one by us: what both say, every part and the superblock are the same,
// byte for byte.

import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { encodeSuperblock, parseSuperblock } from '../../../src/deltas/superblock.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { runReference, testWithReference } from '../../reference.ts'
import { PAIRS, type TreePair, writeTree } from './trees.ts'

type Run = (...args: string[]) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>

interface Bench {
  readonly dir: string
  readonly reference: Run
}

async function commitBoth({ dir, reference }: Bench, pair: TreePair, mode = 'archive'): Promise<void> {
  await reference('init', '--repo=source', `--mode=${mode}`)
  const commit = async (tree: TreePair['from'], time: number) => {
    writeTree(join(dir, 'tree'), tree, pair.secret)
    const xattrs = mode === 'archive' ? ['--no-xattrs', '--owner-uid=0', '--owner-gid=0'] : []
    if (mode !== 'archive') await setAttributes(join(dir, 'tree'), Object.keys(tree))
    await reference('commit', '--repo=source', '-b', 'main', '--tree=dir=tree', `--timestamp=@${time}`, ...xattrs)
  }
  await commit(pair.from, 1)
  await commit(pair.to, 2)
}

/** Two kinds of attributes among the files, and an owner who is not root where that can be. */
async function setAttributes(root: string, names: readonly string[]): Promise<void> {
  const { xattrs, fs } = await nodePlatform({ workers: 1 })
  for (const [index, name] of names.entries()) {
    const path = join(root, name)
    if ((await fs.lstat(path)).kind !== 'file') continue
    await xattrs!.set(path, 'user.kind', new TextEncoder().encode(`kind ${index % 2}`))
    if (index === 0 && process.getuid?.() === 0) await fs.lchown(path, 1234, 567)
  }
}

/** Both make the delta; answers what each said and wrote. */
async function generateBoth({ dir, reference }: Bench, options: readonly string[]) {
  const line = (name: string) => ['static-delta', 'generate', '--repo=source', `--filename=${name}/delta`, ...options]
  for (const name of ['theirs', 'ours']) mkdirSync(join(dir, name))
  const theirs = await reference(...line('theirs'))
  const ours = await runInProcess(line('ours'), { cwd: dir })
  return {
    theirs: { ...theirs, files: filesOf(join(dir, 'theirs')) },
    ours: { ...ours, files: filesOf(join(dir, 'ours')) },
  }
}

/** The time at which a delta was made is taken out of its superblock: nothing else may differ. */
function filesOf(folder: string): Record<string, Buffer> {
  const read = (name: string) => {
    const bytes = readFileSync(join(folder, name))
    if (name !== 'delta') return bytes
    const superblock = parseSuperblock(bytes)
    const { byteOrder } = superblock.endianness
    expect(Buffer.from(encodeSuperblock(superblock, byteOrder)).equals(bytes)).toBe(true)
    return Buffer.from(encodeSuperblock({ ...superblock, timestamp: 0n }, byteOrder))
  }
  return Object.fromEntries(readdirSync(folder).map((name) => [name, read(name)]))
}

async function expectSame(bench: Bench, options: readonly string[]) {
  const { theirs, ours } = await generateBoth(bench, options)
  const { files: theirFiles, ...theirWords } = theirs
  const { files: ourFiles, ...ourWords } = ours
  expect({ code: ourWords.code, stdout: ourWords.stdout, stderr: ourWords.stderr }).toEqual({
    code: theirWords.code,
    stdout: theirWords.stdout,
    stderr: theirWords.stderr,
  })
  expect(Object.keys(ourFiles).sort()).toEqual(Object.keys(theirFiles).sort())
  for (const [name, bytes] of Object.entries(theirFiles)) expect(ourFiles[name]!.equals(bytes), name).toBe(true)
  return theirs
}

for (const [name, pair] of Object.entries(PAIRS)) {
  testWithReference(`${name}: the bytes of the reference's delta`, async ({ dir }) => {
    const bench = { dir, reference: (...args: string[]) => runReference(args, { cwd: dir }) }
    await commitBoth(bench, pair)
    const { stderr } = await expectSame(bench, ['main'])
    for (const words of pair.tells ?? []) expect(stderr).toContain(words)
  })
}

for (const mode of ['bare', 'bare-user', 'bare-user-only']) {
  testWithReference(`owners and attributes, from a repository in mode ${mode}`, async ({ dir, skip }) => {
    if (mode === 'bare' && process.getuid?.() !== 0) skip('files of root need root')
    const bench = { dir, reference: (...args: string[]) => runReference(args, { cwd: dir }) }
    await commitBoth(bench, PAIRS['every kind at once']!, mode)
    const { stderr } = await expectSame(bench, ['main'])
    expect(stderr).toContain('bsdiff=1 objects')
  })
}

for (const options of [[], ['--inline']]) {
  testWithReference(`detached metadata goes along ${options.join('')}`, async ({ dir }) => {
    const bench = { dir, reference: (...args: string[]) => runReference(args, { cwd: dir }) }
    await bench.reference('init', '--repo=source', '--mode=archive')
    writeTree(join(dir, 'tree'), PAIRS.patched!.to)
    const detached = ['--add-detached-metadata-string=one=1', '--add-detached-metadata-string=two=2']
    await bench.reference('commit', '--repo=source', '-b', 'main', '--tree=dir=tree', '--no-xattrs', ...detached)
    await expectSame(bench, ['--empty', 'main', ...options])
    const superblock = parseSuperblock(readFileSync(join(dir, 'ours/delta')))
    expect(superblock.metadata.at(-1)?.[0]).toMatch(/commitmeta$/)
  })
}

const OPTIONS: readonly (readonly string[])[] = [
  ['--empty'],
  ['--disable-bsdiff'],
  ['--max-bsdiff-size=0'],
  ['--max-chunk-size=0'],
  ['--max-chunk-size=0', '--inline'],
  ['--inline'],
  ['--set-endianness=B'],
  ['--swap-endianness', '--set-endianness=B'],
  ['--swap-endianness', '--min-fallback-size=0'],
  ['--min-fallback-size= -4294967295megabytes', '--disable-bsdiff'],
  ['--from=main', '--to=main'],
]
for (const options of OPTIONS) {
  testWithReference(`${options.join(' ')}: as the reference does it`, async ({ dir }) => {
    const bench = { dir, reference: (...args: string[]) => runReference(args, { cwd: dir }) }
    await commitBoth(bench, PAIRS['every kind at once']!)
    await expectSame(bench, options.some((option) => option.startsWith('--to')) ? options : [...options, 'main'])
  })
}
