// `ostree-ts serve`: the reference pulls from it, and it answers as HTTP asks, and gives out nothing that is not a
// repository's to give.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { type ServedAnswer, serveRequest } from '../../src/serve/serve-repo.ts'
import { temporaryDirectory, testWithReference } from '../reference.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')

/** Starts the command and answers where it listens. */
async function serving(repo: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [CLI, 'serve', `--repo=${repo}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = await new Promise<string>((done, failed) => {
    child.stdout?.once('data', (line: Buffer) => done(line.toString().trim()))
    child.once('exit', (code) => failed(new Error(`serve ended with ${code}`)))
  })
  return { url, child }
}

testWithReference('the reference pulls from it, and its fsck is content', async ({ dir, ostree, ours }) => {
  await ours('init', '--repo=source', '--mode=archive')
  await mkdir(join(dir, 'tree/sub'), { recursive: true })
  await writeFile(join(dir, 'tree/sub/file'), 'content\n')
  await writeFile(join(dir, 'tree/big'), new Uint8Array(700_000).fill(7))
  await ours('commit', '--repo=source', '-b', 'main', '--tree=dir=tree')
  await ours('summary', '--repo=source', '-u')
  const { url } = await serving(join(dir, 'source'))
  await ostree('init', '--repo=client', '--mode=archive')
  await ostree('remote', 'add', '--repo=client', '--no-gpg-verify', 'origin', url)
  await ostree('pull', '--repo=client', 'origin', 'main')
  await ostree('fsck', '--repo=client')
  const { stdout } = await ostree('rev-parse', '--repo=client', 'origin:main')
  expect(stdout).toBe((await ours('rev-parse', '--repo=source', 'main')).stdout)
  expect((await ours('remote', 'refs', '--repo=client', '-r', 'origin')).stdout).toContain(`origin:main\t${stdout}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends it, and that is no failure`, async () => {
    const repo = await emptyRepo()
    const { url, child } = await serving(repo.path)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const ended = new Promise((done) => child.once('exit', (code, by) => done([code, by])))
    child.kill(signal)
    expect(await ended).toEqual([0, null])
  })
}

test('a request line that climbs out gets nothing, whatever its spelling', async () => {
  const repo = await emptyRepo()
  await writeFile(`${repo.path}/../secret`, 'secret')
  const { url } = await serving(repo.path)
  for (const target of [
    '/../secret',
    '/objects/../../secret',
    '/refs/%2e%2e/%2e%2e/secret',
    '//etc/passwd',
    '/objects/..%2f..%2fsecret',
  ]) {
    expect(await rawRequest(Number(new URL(url).port), target)).toMatch(/^HTTP\/1\.1 40[04] /)
  }
})

/** Node's client tidies paths; this one does not. */
function rawRequest(port: number, target: string): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    )
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => done(text))
    socket.on('error', failed)
  })
}

test('kept-alive connections and HEAD, over a socket', async () => {
  const repo = await emptyRepo()
  const { url } = await serving(repo.path)
  const { status, headers, body } = await new Promise<{ status: number; headers: object; body: string }>(
    (done, failed) => {
      const request = httpRequest(`${url}config`, { method: 'HEAD' }, async (response) => {
        let text = ''
        for await (const piece of response) text += piece
        done({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      })
      request.on('error', failed).end()
    },
  )
  expect(status).toBe(200)
  expect(body).toBe('')
  expect(headers).toMatchObject({ 'accept-ranges': 'bytes', 'access-control-allow-origin': '*' })
})

async function emptyRepo() {
  const dir = await temporaryDirectory()
  const platform = await nodePlatform({ workers: 1 })
  await initRepo(platform, `${dir}/repo`, { mode: 'archive' })
  return openRepo(platform, `${dir}/repo`)
}

type Headers = Readonly<Record<string, string>>

async function served() {
  const repo = await emptyRepo()
  await writeFile(`${repo.path}/summary`, '0123456789')
  const get = async (target: string, headers: Headers = {}, method = 'GET') =>
    read(await serveRequest(repo, { method, target, header: (name) => headers[name] }))
  return { repo, get }
}

async function read({ status, headers, body }: ServedAnswer) {
  const pieces: Uint8Array[] = []
  if (body !== null) for await (const piece of body) pieces.push(piece)
  return { status, headers: new Map(headers), text: Buffer.concat(pieces).toString() }
}

test('ranges: one of them, from the front or the end', async () => {
  const { get } = await served()
  for (const [range, text, place] of [
    ['bytes=0-3', '0123', '0-3'],
    ['bytes=4-', '456789', '4-9'],
    ['bytes=-2', '89', '8-9'],
    ['bytes=-100', '0123456789', '0-9'],
    ['bytes=8-100', '89', '8-9'],
  ] as const) {
    const answer = await get('/summary', { range })
    expect([answer.status, answer.text]).toEqual([206, text])
    expect(answer.headers.get('content-range')).toBe(`bytes ${place}/10`)
    expect(answer.headers.get('content-length')).toBe(`${text.length}`)
  }
  for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=5-2', 'bytes=-', 'bytes', 'bytes=99999999999999999999-']) {
    expect(await get('/summary', { range })).toMatchObject({ status: 200, text: '0123456789' })
  }
  for (const range of ['bytes=10-', 'bytes=-0']) {
    const answer = await get('/summary', { range })
    expect(answer).toMatchObject({ status: 416, text: '' })
    expect(answer.headers.get('content-range')).toBe('bytes */10')
  }
})

test('what has not changed is not sent again', async () => {
  const { repo, get } = await served()
  const { headers } = await get('/summary')
  const etag = headers.get('etag') ?? ''
  const date = headers.get('last-modified') ?? ''
  expect(await get('/summary', { 'if-none-match': `"other", ${etag}` })).toMatchObject({ status: 304, text: '' })
  expect(await get('/summary', { 'if-none-match': '*' })).toMatchObject({ status: 304 })
  expect(await get('/summary', { 'if-modified-since': date })).toMatchObject({ status: 304 })
  expect(await get('/summary', { 'if-none-match': '"other"', 'if-modified-since': date })).toMatchObject({
    status: 200,
  })
  expect(await get('/summary', { 'if-modified-since': 'Thu, 01 Jan 1970 00:00:01 GMT' })).toMatchObject({ status: 200 })
  expect(await get('/summary', { range: 'bytes=0-0', 'if-range': etag })).toMatchObject({ status: 206 })
  expect(await get('/summary', { range: 'bytes=0-0', 'if-range': '"other"' })).toMatchObject({ status: 200 })
  // Replaced as commands replace it: by another file of the same length.
  await writeFile(`${repo.path}/summary.new`, '9876543210')
  await repo.platform.fs.rename(`${repo.path}/summary.new`, `${repo.path}/summary`)
  expect(await get('/summary', { 'if-none-match': etag })).toMatchObject({ status: 200, text: '9876543210' })
})

test('methods: GET, HEAD, OPTIONS and no other', async () => {
  const { get } = await served()
  expect(await get('/summary', {}, 'HEAD')).toMatchObject({ status: 200, text: '' })
  for (const method of ['PUT', 'POST', 'DELETE', 'TRACE'])
    expect(await get('/summary', {}, method)).toMatchObject({ status: 405 })
  const preflight = await get('/summary', { origin: 'https://page.example' }, 'OPTIONS')
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS')
})

test('only what clients of a repository read is served', async () => {
  const { repo, get } = await served()
  await writeFile(
    `${repo.path}/config`,
    '[core]\nrepo_version=1\nmode=archive-z2\n\n[remote "r"]\nurl=http://me:secret@host/\n',
  )
  for (const name of ['r.cookies.txt', 'r.trustedkeys.gpg', '.lock', 'state/x', 'tmp/x'])
    await writeFile(`${repo.path}/${name}`, 'secret')
  for (const target of [
    '/r.cookies.txt',
    '/r.trustedkeys.gpg',
    '/.lock',
    '/state/x',
    '/tmp/x',
    '/',
    '/objects',
    '/objects/',
    '/objects/00',
    '/nothing',
  ]) {
    const { status, text } = await get(target)
    expect([target, [400, 404].includes(status)]).toEqual([target, true])
    expect(text).not.toContain('secret')
  }
  expect((await get('/config')).text).toBe('[core]\nrepo_version=1\nmode=archive-z2\n')
  expect(await get('/config?x=1')).toMatchObject({ status: 200 })
})

test('links lead nowhere, but from one ref to another', async () => {
  const { repo, get } = await served()
  await mkdir(`${repo.path}/objects/00`)
  await writeFile(`${repo.path}/../outside`, 'secret')
  await writeFile(`${repo.path}/refs/heads/main`, 'checksum\n')
  await symlink('../../../outside', `${repo.path}/objects/00/link.filez`)
  await symlink('../../../outside', `${repo.path}/refs/heads/bad`)
  await symlink('main', `${repo.path}/refs/heads/alias`)
  expect(await get('/objects/00/link.filez')).toMatchObject({ status: 404 })
  expect(await get('/refs/heads/bad')).toMatchObject({ status: 404 })
  expect(await get('/refs/heads/alias')).toMatchObject({
    status: 200,
    text: await readFile(`${repo.path}/refs/heads/main`, 'utf8'),
  })
})

for (const target of [
  '/%',
  '/%zz',
  '/%00',
  '/objects/%2e%2e/config',
  '/objects/a%2fb',
  '/objects//x',
  'config',
  '',
  '/\\config',
  '/%ff',
]) {
  test(`a path that is none: ${JSON.stringify(target)}`, async () => {
    const { get } = await served()
    expect((await get(target)).status).toBe(400)
  })
}
