// The object store against the reference: what either writes, the other reads and accepts, in every mode.

import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import { encodeCommit } from '../../src/objects/commit.ts'
import { encodeDirmeta } from '../../src/objects/dirmeta.ts'
import { encodeDirtree } from '../../src/objects/dirtree.ts'
import type { FileInfo } from '../../src/objects/file-header.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { initRepo } from '../../src/repo/init.ts'
import { resolveRev } from '../../src/repo/refs/resolve-rev.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { collect } from '../../src/repo/store/content.ts'
import { listObjects } from '../../src/repo/store/list-objects.ts'
import { loadFile, readCommit, readDirtree } from '../../src/repo/store/read-object.ts'
import { writeContent, writeMetadata } from '../../src/repo/store/write-object.ts'
import { withTransaction } from '../../src/repo/transaction/transaction.ts'
import { testWithReference } from '../reference.ts'

const MODES = ['bare', 'bare-user', 'bare-user-only', 'archive'] as const
const platform = await nodePlatform()

function regular(mode: number, xattrs: FileInfo['xattrs'] = []): FileInfo {
  return { uid: 0, gid: 0, mode: 0o100000 | mode, symlinkTarget: '', xattrs }
}

describe.each(MODES)('%s', (mode) => {
  testWithReference(
    'the reference accepts and shows a commit that we write object by object',
    async ({ dir, ostree }) => {
      const path = `${dir}/repo`
      await initRepo(platform, path, { mode })
      const repo = await openRepo(platform, path)
      const xattrs = mode === 'bare-user-only' ? [] : [{ name: encodeUtf8('user.colour'), value: encodeUtf8('green') }]
      const { result } = await withTransaction(repo, {}, async (transaction) => {
        const { store } = transaction
        const hello = await writeContent(store, regular(0o644, xattrs), encodeUtf8('hello\n'))
        const empty = await writeContent(store, regular(0o755), new Uint8Array(0))
        const big = new Uint8Array(3 << 20).fill(7)
        const streamed = await writeContent(
          store,
          regular(0o600),
          (async function* () {
            yield big
          })(),
        )
        const link = await writeContent(
          store,
          { uid: 0, gid: 0, mode: 0o120777, symlinkTarget: 'hello', xattrs: [] },
          new Uint8Array(0),
        )
        const files = [
          { name: 'hello', checksum: hello.checksum },
          { name: 'empty', checksum: empty.checksum },
          { name: 'big', checksum: streamed.checksum },
          { name: 'link', checksum: link.checksum },
        ]
        const tree = await writeMetadata(store, 'dirtree', encodeDirtree({ files, directories: [] }))
        const meta = await writeMetadata(
          store,
          'dirmeta',
          encodeDirmeta({ uid: 0, gid: 0, mode: 0o040755, xattrs: [] }),
        )
        const commit = await writeMetadata(
          store,
          'commit',
          encodeCommit({
            metadata: [],
            parentChecksum: null,
            relatedObjects: [],
            subject: 'a subject',
            body: '',
            timestamp: 1700000000n,
            rootTreeContents: tree.checksum,
            rootTreeMetadata: meta.checksum,
          }),
        )
        transaction.setRefspec('main', commit.checksum)
        return commit.checksum
      })
      expect((await ostree('fsck', '--repo', path)).stdout).toContain('object fsck of 1 commits completed successfully')
      expect((await ostree('rev-parse', '--repo', path, 'main')).stdout.trim()).toBe(result)
      expect((await ostree('cat', '--repo', path, 'main', '/hello')).stdout).toBe('hello\n')
      expect(await platform.fs.readDirectory(`${path}/tmp`)).toEqual([{ name: 'cache', kind: 'directory' }])
    },
  )

  testWithReference('reads back what the reference committed', async ({ dir, ostree }) => {
    const path = `${dir}/repo`
    await ostree('init', '--repo', path, `--mode=${mode}`)
    const tree = `${dir}/tree`
    await platform.fs.mkdir(tree)
    await platform.fs.writeFile(`${tree}/a`, encodeUtf8('content of a'), 0o640)
    await platform.fs.symlink('nowhere', `${tree}/b`)
    await ostree('commit', '--repo', path, '-b', 'main', '--canonical-permissions', tree)
    const repo = await openRepo(platform, path)
    const commit = await readCommit(repo.store, await resolveRev(repo, 'main'))
    const { files } = await readDirtree(repo.store, commit.rootTreeContents)
    expect(files.map(({ name }) => name)).toEqual(['a', 'b'])
    const a = await loadFile(repo.store, files[0]!.checksum)
    expect(a.info).toMatchObject({ uid: 0, gid: 0, mode: 0o100640, symlinkTarget: '', xattrs: [] })
    expect(await collect(await a.content())).toEqual(encodeUtf8('content of a'))
    expect((await loadFile(repo.store, files[1]!.checksum)).info.symlinkTarget).toBe('nowhere')
  })
})

test('an abandoned transaction leaves no object and no ref, and its staging folder is used again', async () => {
  const dir = await platform.fs.makeTemporaryDirectory('/tmp/ostree-ts-store-')
  try {
    await initRepo(platform, `${dir}/repo`, { mode: 'archive' })
    const repo = await openRepo(platform, `${dir}/repo`)
    const attempt = withTransaction(repo, {}, async ({ store }) => {
      await writeContent(store, regular(0o644), encodeUtf8('kept for later'))
      throw new Error('enough')
    })
    await expect(attempt).rejects.toThrow('enough')
    const objects = []
    for await (const name of listObjects(repo)) objects.push(name)
    expect(objects).toEqual([])
    await withTransaction(repo, {}, async ({ store }) => {
      expect((await writeContent(store, regular(0o644), encodeUtf8('kept for later'))).existed).toBe(true)
    })
    for await (const name of listObjects(repo)) objects.push(name.type)
    expect(objects).toEqual(['file'])
  } finally {
    await platform.fs.removeTree(dir)
  }
})
