// What somebody changed on the way is refused, and nothing of it is kept: not the ref, not the object. The next pull, from
// an honest server, succeeds.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { OstreeError } from '../../src/errors.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { pull } from '../../src/pull/pull.ts'
import type { PullOptions } from '../../src/pull/pull-options.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { runOurs, runReference, testWithReference } from '../reference.ts'
import { makeRemote, type Remote } from './remote.ts'

const platform = await nodePlatform({ workers: 1 })

async function tryPull(repo: string, options: PullOptions = {}): Promise<unknown> {
  try {
    await pull(await openRepo(platform, repo), 'origin', { refs: ['main'], ...options })
    return undefined
  } catch (error) {
    return error
  }
}

/** Serves a file with one bit changed wherever `matches`. */
function flip(remote: Remote, original: Uint8Array, path: string, position: number): void {
  const changed = original.slice()
  changed[position]! ^= 1 << (position % 8)
  remote.server.misbehave((request) => (request.path === path ? { kind: 'body', body: changed } : undefined))
}

async function objectsOf(repo: string): Promise<string[]> {
  const found = []
  for (const folder of await readdir(join(repo, 'objects'))) {
    for (const name of await readdir(join(repo, 'objects', folder))) found.push(`${folder}${name}`)
  }
  return found.sort()
}

async function expectSound(repo: string): Promise<void> {
  const fsck = await runReference(['fsck', `--repo=${repo}`])
  expect({ code: fsck.code, stderr: fsck.stderr }).toEqual({ code: 0, stderr: '' })
}

const refOf = async (repo: string) => (await runReference(['refs', `--repo=${repo}`])).stdout

async function pathsEndingWith(remote: Remote, suffix: string): Promise<string[]> {
  const paths = (await objectsOf(remote.path)).map((name) => `/objects/${name.slice(0, 2)}/${name.slice(2)}`)
  return paths.filter((path) => path.endsWith(suffix))
}

const STRIDE = 11

for (const suffix of ['.commit', '.dirtree', '.dirmeta', '.filez']) {
  for (const mode of ['archive', 'bare-user-only']) {
    testWithReference(
      `a flipped bit in a ${suffix} object, into ${mode}: refused, and nothing of it kept`,
      async ({ dir }) => {
        const remote = await makeRemote(dir)
        const [path = ''] = await pathsEndingWith(remote, suffix)
        const original = new Uint8Array(await readFile(join(remote.path, path)))
        const repo = await remote.client('client', { mode })
        let refused = 0
        for (let position = 0; position < original.length; position += STRIDE) {
          flip(remote, original, path, position)
          const error = await tryPull(repo)
          // Of a compressed object, some bits mean nothing: it is whole nevertheless, and no longer fetched.
          if (error === undefined) break
          refused++
          expect(error).toBeInstanceOf(OstreeError)
          expect(await refOf(repo)).toBe('')
          const name = path.slice('/objects/'.length).replace('/', '').replace(/z$/, '')
          expect((await objectsOf(repo)).map((object) => object.replace(/z$/, ''))).not.toContain(name)
        }
        expect(refused).toBeGreaterThan(0)
        remote.server.misbehave(() => undefined)
        expect(await tryPull(repo)).toBeUndefined()
        await expectSound(repo)
      },
    )
  }
}

async function signedRemote(dir: string): Promise<{ readonly remote: Remote; readonly settings: readonly string[] }> {
  const remote = await makeRemote(dir, { commits: 2 })
  for (const commit of remote.commits) {
    const signed = await runOurs(['sign', `--repo=${remote.path}`, '--sign-type=ed25519', commit, SECRET_KEY])
    expect(signed.stderr).toBe('')
  }
  const update = ['summary', `--repo=${remote.path}`, '-u', '--sign-type=ed25519', `--sign=${SECRET_KEY}`]
  expect((await runOurs(update)).stderr).toBe('')
  const settings = [
    '--no-gpg-verify',
    '--set=sign-verify=ed25519',
    '--set=sign-verify-summary=ed25519',
    `--set=verification-ed25519-key=${PUBLIC_KEY}`,
  ]
  return { remote, settings }
}

/** RFC 8032, test 1. */
const SEED_HEX = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const PUBLIC_HEX = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const SECRET_KEY = Buffer.from(SEED_HEX + PUBLIC_HEX, 'hex').toString('base64')
const PUBLIC_KEY = Buffer.from(PUBLIC_HEX, 'hex').toString('base64')

for (const [what, file] of [
  ['a summary', () => '/summary'],
  ['the signature of a summary', () => '/summary.sig'],
  ['the signature of a commit', (remote: Remote) => objectPath(remote.commits.at(-1)!, 'commitmeta')],
] as const) {
  testWithReference(`a flipped bit in ${what}: refused, and nothing of it kept`, async ({ dir }) => {
    const { remote, settings } = await signedRemote(dir)
    const path = file(remote)
    const original = new Uint8Array(await readFile(join(remote.path, path)))
    const repo = await remote.client('client', { settings })
    for (let position = 0; position < original.length; position += 3 * STRIDE) {
      flip(remote, original, path, position)
      expect(await tryPull(repo)).toBeInstanceOf(OstreeError)
      expect(await refOf(repo)).toBe('')
      expect(await objectsOf(repo)).toEqual([])
    }
    remote.server.misbehave(() => undefined)
    expect(await tryPull(repo)).toBeUndefined()
    await expectSound(repo)
  })
}

testWithReference('signatures that are taken away: refused', async ({ dir }) => {
  const { remote, settings } = await signedRemote(dir)
  const repo = await remote.client('client', { settings })
  for (const gone of ['.commitmeta', '/summary.sig']) {
    remote.server.misbehave(({ path }) => (path.endsWith(gone) ? { kind: 'status', status: 404 } : undefined))
    expect(await tryPull(repo)).toMatchObject({ code: 'UNTRUSTED' })
    expect(await objectsOf(repo)).toEqual([])
  }
})

testWithReference(
  'an older commit in the place of a newer one, and a commit of another ref: refused',
  async ({ dir }) => {
    const remote = await makeRemote(dir, { commits: 2, summary: false, commitArguments: ['--bind-ref=main'] })
    const repo = await remote.client('client', { settings: ['--no-gpg-verify'] })
    expect(await tryPull(repo)).toBeUndefined()
    const before = await objectsOf(repo)
    remote.server.misbehave(({ path }) =>
      path.startsWith('/refs/heads/') ? { kind: 'body', body: `${remote.commits[0]}\n` } : undefined,
    )
    expect(await tryPull(repo, { timestampCheck: true })).toMatchObject({ code: 'FAILED' })
    expect(await tryPull(repo, { refs: ['other'] })).toMatchObject({ code: 'FAILED' })
    expect(await objectsOf(repo)).toEqual(before)
    expect(await refOf(repo)).toBe('origin:main\n')
    await expectSound(repo)
  },
)

for (const inline of [false, true]) {
  const kind = inline ? 'with its parts inside' : 'with parts beside it'
  testWithReference(`flipped bits in a static delta ${kind}: refused, and nothing of it kept`, async ({ dir }) => {
    const remote = await makeRemote(dir, { commits: 2 })
    await remote.ostree('static-delta', 'generate', `--repo=${remote.path}`, ...(inline ? ['--inline'] : []), 'main')
    await remote.ostree('summary', `--repo=${remote.path}`, '-u')
    const repo = await remote.client('client')
    expect(await tryPull(repo, { refs: [{ ref: 'main', commit: remote.commits[0] as never }] })).toBeUndefined()
    const before = await objectsOf(repo)
    const folder = await deltaFolder(remote)
    const files = (await readdir(join(remote.path, folder))).map((name) => `/${folder}/${name}`)
    expect(files.length).toBe(inline ? 1 : 2)
    for (const path of files) {
      const original = new Uint8Array(await readFile(join(remote.path, path)))
      for (let position = 0; position < original.length; position += 5 * STRIDE) {
        flip(remote, original, path, position)
        expect(await tryPull(repo, { staticDeltas: 'required' })).toBeInstanceOf(OstreeError)
        expect(await objectsOf(repo)).toEqual(before)
      }
    }
    expect((await runReference(['rev-parse', `--repo=${repo}`, 'origin:main'])).stdout.trim()).toBe(remote.commits[0])
    remote.server.misbehave(() => undefined)
    expect(await tryPull(repo, { staticDeltas: 'required' })).toBeUndefined()
    await expectSound(repo)
  })
}

async function deltaFolder(remote: Remote): Promise<string> {
  const [prefix = ''] = await readdir(join(remote.path, 'deltas'))
  const [rest = ''] = await readdir(join(remote.path, 'deltas', prefix))
  return `deltas/${prefix}/${rest}`
}

const objectPath = (checksum: string, suffix: string) =>
  `/objects/${checksum.slice(0, 2)}/${checksum.slice(2)}.${suffix}`
