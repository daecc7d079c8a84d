// Commits and destinations made to write somewhere else: each ends in an error, and nothing outside has changed.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { OstreeError } from '../../../src/errors.ts'
import { type Checksum, checksumFromBytes } from '../../../src/objects/checksum.ts'
import { encodeArchiveFileHeader } from '../../../src/objects/file-header.ts'
import { nodePlatform } from '../../../src/platform/node/platform.ts'
import { type CheckoutOptions, checkout } from '../../../src/repo/checkout/checkout.ts'
import { runReference, temporaryDirectory, testWithReference } from '../../reference.ts'
import { Forge, type ForgedTree } from './forge.ts'
import { snapshot } from './snapshot.ts'

/** `base/outside` is what must not change, `base/out` is the destination. */
async function prepare() {
  const base = await temporaryDirectory()
  const platform = await nodePlatform({ workers: 1 })
  const forge = await Forge.make(platform, join(base, 'repo'))
  mkdirSync(join(base, 'outside/sub'), { recursive: true })
  writeFileSync(join(base, 'outside/precious'), 'precious')
  const outside = () => snapshot(platform, join(base, 'outside'))
  return { base, platform, forge, outside, out: join(base, 'out') }
}

const OVERWRITES: readonly CheckoutOptions[] = [
  {},
  { overwrite: 'union-files' },
  { overwrite: 'union-files', forceCopy: true },
  { overwrite: 'add-files' },
  { overwrite: 'union-files', whiteouts: true },
  { overwrite: 'add-files', whiteouts: true },
]
const USER = { mode: 'user' } as const

async function messageFrom(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  if (error instanceof OstreeError) return error.message
  throw error
}

const BAD_NAMES = ['..', '.', '', '../outside/new', 'sub/new', '/tmp/ostree-ts-escaped']

testWithReference('names that are no names end as the reference ends them, and nothing is written', async () => {
  const { base, forge, outside, out } = await prepare()
  const before = await outside()
  for (const name of BAD_NAMES) {
    for (const entry of [{ text: 'escaped' }, { tree: [['new', { text: 'escaped' }]] }, { link: 'x' }] as const) {
      const commit = await forge.commitOf([[name, entry]])
      const { stderr } = await runReference(['checkout', '--repo=repo', '-U', commit, 'by-reference'], { cwd: base })
      for (const options of OVERWRITES) {
        const message = await messageFrom(checkout(forge.repo, commit, out, { ...USER, ...options }))
        // We name the object, too. An empty name gets past the reference, and fails further on.
        if (options === OVERWRITES[0] && name !== '')
          expect(`error: ${message.replace(/^[0-9a-f]{64}\.dirtree: /, '')}\n`, name).toBe(stderr)
      }
      await forge.repo.platform.fs.removeTree(join(base, 'by-reference'))
      await forge.repo.platform.fs.removeTree(out)
    }
  }
  expect(await outside()).toEqual(before)
})

test('a name that is both a link and a directory is refused', async () => {
  for (const options of OVERWRITES) {
    for (const target of ['../outside', '.', '/']) {
      const { forge, outside, out } = await prepare()
      const before = await outside()
      const commit = await forge.commitOf([
        ['d', { link: target }],
        ['d', { tree: [['precious', { text: 'overwritten' }]] }],
      ])
      const message = await messageFrom(checkout(forge.repo, commit, out, { ...USER, ...options }))
      expect(message).toContain('Duplicate name d')
      expect(await outside()).toEqual(before)
    }
  }
})

/** A first layer lays a link; a second one goes through it. */
const THROUGH_LINKS: Readonly<Record<string, readonly [first: ForgedTree, second: ForgedTree]>> = {
  'a relative link': [[['d', { link: '../outside' }]], [['d', { tree: [['precious', { text: 'overwritten' }]] }]]],
  'a link up and down again': [
    [['d', { link: '../out/../outside' }]],
    [['d', { tree: [['sub', { tree: [['new', { text: 'new' }]] }]] }]],
  ],
  'an absolute link': [[['d', { link: 'BASE/outside' }]], [['d', { tree: [['precious', { text: 'overwritten' }]] }]]],
  'a link to a link': [
    [
      ['a', { link: '../outside' }],
      ['d', { link: 'a/sub' }],
    ],
    [['d', { tree: [['new', { text: 'new' }]] }]],
  ],
  'a link behind a link inside': [
    [
      ['a', { tree: [['b', { tree: [['up', { link: '../../../outside' }]] }]] }],
      ['d', { link: 'a/b' }],
    ],
    [['d', { tree: [['up', { tree: [['new', { text: 'new' }]] }]] }]],
  ],
}

/** Fills in what only the running test knows. */
const withBase = (tree: ForgedTree, base: string): ForgedTree =>
  tree.map(([name, entry]) => [name, 'link' in entry ? { link: entry.link.replace('BASE', base) } : entry])

for (const [what, [first, second]] of Object.entries(THROUGH_LINKS)) {
  test(`${what} in the destination does not lead out of it`, async () => {
    for (const options of OVERWRITES.slice(1)) {
      const { base, forge, outside, out } = await prepare()
      const before = await outside()
      await checkout(forge.repo, await forge.commitOf(withBase(first, base)), out, USER)
      const again = checkout(forge.repo, await forge.commitOf(second), out, { ...USER, ...options })
      // Deleting by whiteouts replaces the link by a directory, which is as safe.
      const replaces = options.whiteouts && options.overwrite === 'union-files'
      if (!replaces || what === 'a link behind a link inside') {
        await again.catch((error: unknown) => expect(error).toBeInstanceOf(OstreeError))
      } else await again
      expect(await outside()).toEqual(before)
    }
  })
}

test('a followed link that is replaced on the way does not lead out', async () => {
  for (const options of OVERWRITES.slice(1)) {
    const { forge, outside, out } = await prepare()
    const before = await outside()
    await checkout(forge.repo, await forge.commitOf([['l', { link: '.' }]]), out, USER)
    const commit = await forge.commitOf([
      [
        'l',
        {
          tree: [
            ['l', { link: '../outside' }],
            ['sub', { tree: [['new', { text: 'escaped' }]] }],
            ['z', { tree: [['new', { text: 'escaped' }]] }],
          ],
        },
      ],
    ])
    await checkout(forge.repo, commit, out, { ...USER, ...options }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(OstreeError)
    })
    expect(await outside()).toEqual(before)
  }
})

const BAD_WHITEOUTS = ['.wh.', '.wh..', '.wh...', '.ostree-wh.', '.ostree-wh..', '.ostree-wh...']

test('whiteouts of nothing, of the directory itself and of the one above are refused', async () => {
  for (const name of BAD_WHITEOUTS) {
    const { base, platform, forge, out } = await prepare()
    const commit = await forge.commitOf([['d', { tree: [[name, { text: '' }]] }]])
    mkdirSync(join(out, 'd'), { recursive: true })
    writeFileSync(join(out, 'd/file'), 'kept')
    writeFileSync(join(out, 'other'), 'kept')
    const before = await snapshot(platform, base)
    const options = { ...USER, overwrite: 'union-files', whiteouts: true, passthroughWhiteouts: true } as const
    const message = await messageFrom(checkout(forge.repo, commit, out, options))
    expect(message, name).toMatch(/^Invalid (empty|self-referential|path uplink)/)
    expect(await snapshot(platform, base), name).toEqual(before)
  }
})

test('a directory that contains itself ends in an error', async () => {
  const { forge, out } = await prepare()
  for (const options of OVERWRITES) {
    const message = await messageFrom(
      checkout(forge.repo, forge.commit(forge.cycle('again')), out, { ...USER, ...options }),
    )
    expect(message).toContain('contains itself')
    await forge.repo.platform.fs.removeTree(out)
  }
})

test('a file with more bytes than it says is not written', async () => {
  const { forge, out, platform } = await prepare()
  const { uid, gid } = platform
  for (const [declared, actual] of [
    [10, 11],
    [10, 9],
    [2_000_000, 2_000_001],
    [2_000_000, 1_999_999],
  ] as const) {
    const header = encodeArchiveFileHeader({ uid, gid, mode: 0o100644, symlinkTarget: '', xattrs: [] }, declared)
    const name = checksumFromBytes(new Uint8Array(32).fill(3))
    forge.put('file', Buffer.concat([header, deflateRawSync(new Uint8Array(actual))]), name)
    const root = await treeWith(forge, 'bomb', name)
    await expect(checkout(forge.repo, forge.commit(root), out, USER)).rejects.toBeInstanceOf(OstreeError)
    expect((await snapshot(platform, out)).map((line) => line.split(' | ')[0])).toEqual(['.'])
    await platform.fs.removeTree(out)
  }
})

test('a missing object ends in an error', async () => {
  const { forge, out } = await prepare()
  const missing = checksumFromBytes(new Uint8Array(32).fill(4))
  const message = await messageFrom(checkout(forge.repo, forge.commit(await treeWith(forge, 'x', missing)), out, USER))
  expect(message).toBe(`Couldn't find file object '${missing}'`)
})

test('a destination that is a link is followed, as whoever asked for it wants', async () => {
  const { base, forge, out } = await prepare()
  mkdirSync(join(base, 'real'))
  symlinkSync('real', out)
  await checkout(forge.repo, await forge.commitOf([['f', { text: 'there' }]]), out, {
    ...USER,
    overwrite: 'union-files',
  })
  expect(readFileSync(join(base, 'real/f'), 'utf8')).toBe('there')
})

async function treeWith(forge: Forge, name: string, checksum: Checksum): Promise<Checksum> {
  const { encodeDirtree } = await import('../../../src/objects/dirtree.ts')
  return forge.put('dirtree', encodeDirtree({ files: [{ name, checksum }], directories: [] }))
}
