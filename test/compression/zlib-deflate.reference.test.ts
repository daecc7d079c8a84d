// Deflate as zlib does it: the bytes that the reference stores, which a commit with sizes hashes the length of.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { expect } from 'vitest'
import { zlibDeflateRaw } from '../../src/compression/zlib-deflate.ts'
import { collect } from '../platform/contract/support.ts'
import { REFERENCE_ROOT, testInsideReference, testWithReference } from '../reference.ts'
import { makeSampleTree } from '../repo/commit/sample-tree.ts'
import { pseudoRandomBytes } from '../seed.ts'

/** Programs, texts and what is compressed already. */
const SHARES = ['share/terminfo', 'share/perl5', 'share/fontconfig', 'sbin']
const LEVELS = [1, 4, 6, 9]

testInsideReference(
  'every file of some folders of /usr, at several levels: the same bytes',
  async ({ dir, ostree }) => {
    let compared = 0
    for (const level of LEVELS) {
      const repo = join(dir, `level-${level}`)
      await ostree('init', `--repo=${repo}`, '--mode=archive')
      await ostree('config', `--repo=${repo}`, 'set', 'archive.zlib-level', String(level))
      for (const share of level === 6 ? SHARES : SHARES.slice(0, 1)) {
        await ostree('commit', `--repo=${repo}`, '-b', 'main', join(REFERENCE_ROOT, 'usr', share))
      }
      for (const body of bodies(repo)) {
        const content = inflateRawSync(body)
        const pieces = compared % 2 === 0 ? [content] : [content.subarray(0, 1000), content.subarray(1000)]
        const ours = await collect(zlibDeflateRaw(pieces, level, () => undefined))
        expect(Buffer.compare(ours, body), `${content.length} bytes at level ${level}`).toBe(0)
        compared++
      }
    }
    expect(compared).toBeGreaterThan(300)
  },
)

/** The deflated parts of all content objects, those of symbolic links left out. */
function bodies(repo: string): Buffer[] {
  return readdirSync(join(repo, 'objects')).flatMap((folder) =>
    readdirSync(join(repo, 'objects', folder))
      .filter((name) => name.endsWith('.filez'))
      .map((name) => readFileSync(join(repo, 'objects', folder, name)))
      .map((bytes) => bytes.subarray(8 + bytes.readUInt32BE(0)))
      .filter((body) => body.length > 0),
  )
}

testWithReference(
  'a commit with sizes into an archive has the checksum of the reference',
  async ({ dir, ostree, ours }) => {
    await makeSampleTree(join(dir, 'tree'))
    const noise = pseudoRandomBytes((1 << 20) + (1 << 18))
    writeFileSync(
      join(dir, 'tree/large'),
      noise.map((byte, index) => (index % 5 === 0 ? byte : index % 7)),
    )
    for (let i = 0; i < 20; i++) {
      writeFileSync(
        join(dir, `tree/text-${i}`),
        `${Buffer.from(noise.subarray(i, i * 40)).toString('base64')} text`.repeat(3),
      )
    }
    const argv = ['-b', 'main', '--timestamp=@1', '--generate-sizes', 'tree']
    for (const repo of ['theirs', 'mine']) await ostree('init', `--repo=${repo}`, '--mode=archive')
    const { stdout } = await ostree('commit', '--repo=theirs', ...argv)
    expect((await ours('commit', '--repo=mine', ...argv)).stdout).toBe(stdout)
    expect(bodies(join(dir, 'mine'))).toEqual(bodies(join(dir, 'theirs')))
  },
)
