// What goes over the wire: both commands send the same, as far as a server cares.

import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REFERENCE_VERSION } from '../../src/cli/version.ts'
import { cookieHeader, parseCookies } from '../../src/pull/fetch/cookies.ts'
import { USER_AGENT } from '../../src/pull/fetch/create-fetcher.ts'
import { parseRemoteUrl } from '../../src/pull/fetch/remote-url.ts'
import { runInProcess, seen } from '../cli/in-process.ts'
import { runOurs, runReference, testWithReference } from '../reference.ts'
import { misbehavingServer, type Request } from './misbehaving-server.ts'
import { both, configure, servedRepo, twoClients } from './remote-fixture.ts'

const JAR = [
  '# Netscape HTTP Cookie File',
  '127.0.0.1\tFALSE\t/\tFALSE\t2584968433\tplain\tone',
  '127.0.0.1\tTRUE\t/repo\tFALSE\t0\tdeeper\ttwo',
  '.0.0.1\tTRUE\t/\tFALSE\t2584968433\ttail\tno',
  'localhost\tFALSE\t/\tFALSE\t2584968433\telsewhere\tno',
  '127.0.0.1\tFALSE\t/rep\tFALSE\t2584968433\tprefix\tno',
  '127.0.0.1\tFALSE\t/\tFALSE\t1000\texpired\tno',
  '',
].join('\n')

/** Those headers that the reference itself decides about; the rest is the HTTP library's. */
const COMPARED = ['user-agent', 'accept', 'cookie', 'authorization', 'if-none-match', 'if-modified-since']

/**
 * The reference writes UTC at the end of a date, where HTTP has GMT. Without a date from the server it sends the time of
 * its own file, so the two differ by the time between them.
 */
function compared(requests: readonly Request[], dated: boolean) {
  const shown = (value: string | string[] | undefined) => String(value).replace(/ UTC$/, ' GMT')
  const date = (value: string) => (dated ? value : value.replace(/^\w{3}, [\w :]+ GMT$/, 'A DATE'))
  return requests.map(({ path, headers }) => [path, COMPARED.map((name) => [name, date(shown(headers[name]))])])
}

testWithReference(
  'user agent, cookies, credentials, validators',
  async (context) => {
    const { dir } = context
    const { server, url } = await servedRepo(context)
    await twoClients(context, '')
    // Signed by nobody who is asked: only then is the summary cached, and asked for with its validators.
    await writeFile(join(dir, 'www/repo/summary.sig'), 'signature')
    for (const [user, headers] of [
      ['', {}],
      ['me:secret@', { etag: '"abc"' }],
      ['me@', { etag: 'W/"abc"', 'last-modified': 'Mon, 30 Nov 2026 12:00:00 GMT' }],
      ['m%65:s%40cret@', { 'last-modified': 'not a date' }],
    ] as const) {
      server.misbehave(({ path }) =>
        path.includes('summary') ? { kind: 'body', body: `body of ${path}`, headers } : undefined,
      )
      for (const client of ['reference', 'ours']) {
        await configure(dir, client, `[remote "r"]\nurl=${url.replace('://', `://${user}`)}\ngpg-verify=false\n`)
        await writeFile(join(dir, client, 'r.cookies.txt'), JAR)
        await rm(join(dir, client, 'tmp/cache/summaries'), { recursive: true, force: true })
      }
      const sent: unknown[] = []
      for (const run of [runReference, runInProcess]) {
        const client = run === runReference ? 'reference' : 'ours'
        const before = server.requests.length
        // Twice: the second time with what the first one cached.
        for (let time = 0; time < 2; time++)
          await run(['remote', 'summary', `--repo=${client}`, '--raw', 'r'], { cwd: dir })
        sent.push(compared(server.requests.slice(before), user === 'me@'))
      }
      expect(sent[1]).toEqual(sent[0])
    }
  },
  { timeout: 60_000 },
)

test('the user agent names the version that is followed', () => {
  expect(USER_AGENT).toBe(`libostree/${REFERENCE_VERSION}`)
})

testWithReference('a server that another one points to gets no credentials', async (context) => {
  const { dir } = context
  const { url } = await servedRepo(context)
  const front = await misbehavingServer(null, ({ path }) => ({ kind: 'redirect', to: `${url}${path}` }))
  await twoClients(context, `[remote "r"]\nurl=${front.url.replace('://', '://me:secret@')}\ngpg-verify=false\n`)
  const { reference, ours } = await both(dir, ['remote', 'refs', '-r', 'r'])
  expect(seen(ours)).toEqual(seen(reference))
  expect(ours.code).toBe(0)
  expect(new Set(front.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Basic bWU6c2VjcmV0']))
})

describe('cookie jars', () => {
  testWithReference('adding, listing, deleting', async (context) => {
    const { dir } = context
    await twoClients(context, '')
    for (const args of [
      ['add-cookie', 'r', 'example.com', '/', 'name', 'value'],
      ['add-cookie', 'r', '.example.com', '/a', 'name', 'other'],
      ['add-cookie', 'a/b', 'example.com', '/', 'name', 'value'],
      ['add-cookie', 'r', 'example.com'],
      ['delete-cookie', 'r', 'example.com', '/nowhere', 'name'],
      ['delete-cookie', 'r', 'example.com', '/', 'name'],
      ['delete-cookie', 'none', 'example.com', '/', 'name'],
      ['delete-cookie', 'r'],
      ['list-cookies'],
    ]) {
      const { reference, ours } = await both(dir, ['remote', ...args])
      expect([args, seen(ours)]).toEqual([args, seen(reference)])
    }
    for (const jar of ['r.cookies.txt', 'none.cookies.txt']) {
      const [expected, actual] = await Promise.all(
        ['reference', 'ours'].map((client) => readFile(join(dir, client, jar), 'utf8')),
      )
      // The two were added within a second or two of each other, and last as long.
      const withoutTime = (text: string | undefined) => text?.replaceAll(/\t\d{10}\t/g, '\tTIME\t')
      expect(withoutTime(actual)).toBe(withoutTime(expected))
      const modes = await Promise.all(
        ['reference', 'ours'].map(async (client) => (await stat(join(dir, client, jar))).mode),
      )
      expect(modes[1]).toBe(modes[0])
    }
    const odd =
      'a\tTRUE\t/\tFALSE\t99999999999999\tn\tv\nbad line\n a \tTRUE /\tTRUE\t0\tn\tv w\nb\tTRUE\t/\tFALSE\tx\tn\tv\n'
    for (const client of ['reference', 'ours']) await writeFile(join(dir, client, 'r.cookies.txt'), odd)
    // From the repository itself: from elsewhere the reference lists the jar of the current folder.
    const args = ['remote', 'list-cookies', '--repo=.', 'r']
    const reference = await runReference(args, { cwd: join(dir, 'reference') })
    expect(seen(await runOurs(args, { cwd: join(dir, 'ours') }))).toEqual(seen(reference))
  })

  const cookies = parseCookies(
    [
      '#HttpOnly_.example.com\tTRUE\t/\tFALSE\t0\ta\t1',
      'example.com\tFALSE\t/deep/\tFALSE\t0\tb\t2',
      'example.com\tFALSE\t/\tTRUE\t0\tc\t3',
      'example.com\tFALSE\t/\tFALSE\t500\td\t4',
    ].join('\n'),
  )
  for (const [url, sent] of [
    ['http://example.com/', 'a=1; d=4'],
    ['https://EXAMPLE.com:8443/', 'a=1; c=3; d=4'],
    ['http://sub.example.com/', 'a=1'],
    ['http://notexample.com/', null],
    ['http://example.com/deep/er', 'b=2; a=1; d=4'],
    ['http://example.com/deepness', 'a=1; d=4'],
    ['http://example.com', 'a=1; d=4'],
  ] as const) {
    test(`${url} gets ${sent}`, () => expect(cookieHeader(cookies, parseRemoteUrl(url), 400)).toBe(sent))
  }
  test('an expired one is not sent', () => {
    expect(cookieHeader(cookies, parseRemoteUrl('http://example.com/'), 501)).toBe('a=1')
  })
})
