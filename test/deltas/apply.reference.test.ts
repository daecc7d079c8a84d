// Deltas that the reference made, applied by us: in every repository mode the commit is there, and the reference's fsck
// finds nothing wrong with it.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { runInProcess } from '../cli/in-process.ts'
import { referenceMissing, run, testWithReference } from '../reference.ts'
import { type DeltaSamples, makeSource, reference } from './samples.ts'

/** How each is generated, besides its commits. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  usual: [],
  'without-bsdiff': ['--disable-bsdiff'],
  inline: ['--inline'],
  'big-endian': ['--set-endianness=B', '--inline'],
  'many-parts': ['--max-chunk-size=0'],
}

let dir: string
let samples: DeltaSamples
let listings: readonly string[]

const list = (repo: string, commit: string) => reference(dir, 'ls', '-R', '-C', '-X', `--repo=${repo}`, commit)
const listBoth = (repo: string) => Promise.all([list(repo, samples.from), list(repo, samples.to)])

beforeAll(async () => {
  if (referenceMissing !== undefined) return
  dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-deltas-'))
  samples = await makeSource(dir)
  const generate = (name: string, ...args: string[]) => {
    mkdirSync(join(dir, name))
    const common = ['--repo=source', '--min-fallback-size=0', `--filename=${name}/superblock`]
    return reference(dir, 'static-delta', 'generate', ...common, ...args)
  }
  const { from, to } = samples
  await Promise.all([
    generate('first', '--empty', from),
    ...Object.entries(DELTAS).map(([name, options]) => generate(name, ...options, `--from=${from}`, to)),
  ])
  listings = await listBoth('source')
}, 60_000)
afterAll(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
})

const apply = (repo: string, delta: string) =>
  runInProcess(['static-delta', 'apply-offline', `--repo=${repo}`, join(dir, delta)], { cwd: dir })

for (const mode of ['bare', 'bare-user', 'bare-user-only', 'archive']) {
  testWithReference(`deltas of every kind, applied in mode ${mode}`, async ({ ostree, repo, dir: scratch, skip }) => {
    if (mode === 'bare' && process.getuid?.() !== 0) skip('files of root need root')
    await ostree('init', `--repo=${repo}`, `--mode=${mode}`)
    expect(await apply(repo, 'first')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    for (const name of Object.keys(DELTAS)) {
      const copy = join(scratch, name)
      await run('cp', ['-a', repo, copy])
      expect(await apply(copy, name), name).toMatchObject({ code: 0, stdout: '', stderr: '' })
      await ostree('fsck', `--repo=${copy}`)
      expect(await listBoth(copy), name).toEqual(listings)
    }
  })
}

testWithReference('a delta whose source is not there is refused', async ({ ostree, repo }) => {
  await ostree('init', `--repo=${repo}`, '--mode=bare-user-only')
  expect(await apply(repo, 'usual')).toMatchObject({
    code: 1,
    stderr: `error: Commit ${samples.from}, which is the delta source, is not in repository\n`,
  })
})
