// Parts of more than 8 MB: the one place where ours differ from the reference's. They hold the same objects, are hardly
// larger, and the reference applies them.

import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { unxz } from '../../../src/compression/xz.ts'
import { parseSuperblock } from '../../../src/deltas/superblock.ts'
import { runInProcess } from '../../cli/in-process.ts'
import { runReference, testWithReference } from '../../reference.ts'
import { noise } from '../samples.ts'
import { writeTree } from './trees.ts'

/** Compresses at once. */
function content(seed: number): Uint8Array {
  const bytes = new Uint8Array(1_200_000)
  bytes.set(noise(200, seed))
  return bytes
}

const tree = Object.fromEntries(
  ['z.py', 'b.so.1.2', 'README', 'a.py', 'c.so', '.profile', 'data.bin', 'm.so.2'].map((name, index) => [
    `${index}/${name}`,
    content(index + 1),
  ]),
)

async function unpacked(file: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of unxz([readFileSync(file).subarray(1)])) pieces.push(piece.slice())
  return Buffer.concat(pieces)
}

testWithReference('large parts: the same objects, sorted by kind', async ({ dir, ostree }) => {
  await ostree('init', `--repo=${dir}/source`, '--mode=archive')
  writeTree(join(dir, 'tree'), tree)
  const owner = ['--owner-uid=0', '--owner-gid=0', '--no-xattrs']
  await ostree('commit', `--repo=${dir}/source`, '-b', 'main', `--tree=dir=${dir}/tree`, '--timestamp=@1', ...owner)
  const line = (name: string) => [
    ...['static-delta', 'generate', '--repo=source', '--empty', 'main'],
    `--filename=${name}/superblock`,
  ]
  for (const name of ['theirs', 'ours']) mkdirSync(join(dir, name))
  expect((await runReference(line('theirs'), { cwd: dir })).code).toBe(0)
  expect((await runInProcess(line('ours'), { cwd: dir })).code).toBe(0)

  const [theirs, ours] = ['theirs', 'ours'].map((name) => parseSuperblock(readFileSync(join(dir, name, 'superblock'))))
  const [[theirPart], [ourPart]] = [theirs!.parts, ours!.parts]
  const checksums = (part: typeof theirPart) => part!.objects.map(({ checksum }) => checksum)
  expect(checksums(ourPart).sort()).toEqual(checksums(theirPart).sort())
  expect(checksums(ourPart)).not.toEqual(checksums(theirPart))
  expect(ourPart!.unpackedBytes).toBe(theirPart!.unpackedBytes)
  expect(Number(ourPart!.sizeBytes)).toBeLessThan(Number(theirPart!.sizeBytes) * 1.02)

  const payload = await unpacked(join(dir, 'ours/0'))
  expect(payload.length).toBe((await unpacked(join(dir, 'theirs/0'))).length)
  const places = Object.entries(tree)
    .map(([name, text]) => ({ name: name.slice(2), at: payload.indexOf(text.subarray(0, 200)) }))
    .sort((a, b) => a.at - b.at)
  expect(places[0]!.at).toBeGreaterThan(0)
  expect(places.map(({ name }) => name)).toEqual([
    ...['README', 'data.bin', '.profile', 'a.py', 'z.py', 'b.so.1.2', 'c.so', 'm.so.2'],
  ])

  await ostree('init', `--repo=${dir}/target`, '--mode=bare-user')
  await ostree('static-delta', 'apply-offline', `--repo=${dir}/target`, `${dir}/ours`)
  await ostree('fsck', `--repo=${dir}/target`, '--all')
})
