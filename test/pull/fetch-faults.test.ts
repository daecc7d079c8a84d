// Fetching from a server that misbehaves: what passes is retried, what does not is an error with a code, nothing hangs.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { createFetcher } from '../../src/pull/fetch/create-fetcher.ts'
import type { FetcherOptions } from '../../src/pull/fetch/options.ts'
import type { Fetcher } from '../../src/pull/fetch/types.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { temporaryDirectory } from '../reference.ts'
import { type Fault, misbehavingServer } from './misbehaving-server.ts'

const BODY = new Uint8Array(300_000).map((_, index) => (index * 7) % 251)
const MEBIBYTE = 1024 * 1024

async function start(fault: (times: number, path: string) => Fault | undefined, options: FetcherOptions = {}) {
  const dir = await temporaryDirectory()
  await mkdir(join(dir, 'www'))
  await writeFile(join(dir, 'www/file'), BODY)
  const server = await misbehavingServer(join(dir, 'www'), ({ times, path }) => fault(times, path))
  const platform = await nodePlatform({ workers: 1 })
  await initRepo(platform, `${dir}/repo`, { mode: 'archive' })
  await writeFile(
    join(dir, 'repo/config'),
    `[core]\nrepo_version=1\nmode=archive-z2\n[remote "r"]\nurl=${server.url}\n`,
  )
  const fetcher = await createFetcher(await openRepo(platform, `${dir}/repo`), 'r', options)
  onTestFinished(() => fetcher.close())
  const get = (path = 'file', maxBytes = MEBIBYTE) => fetcher.fetchBytes({ path, kind: 'metadata', maxBytes })
  return { server, fetcher, get }
}

/** Arrays of this size take `toEqual` seconds. */
function expectBody(result: Awaited<ReturnType<Fetcher['fetchBytes']>>): void {
  if (result?.status !== 'ok') throw new Error('no answer')
  expect(Buffer.compare(result.bytes, BODY)).toBe(0)
}

const PASSING: readonly (readonly [string, Fault])[] = [
  ['reset', { kind: 'reset' }],
  ['close', { kind: 'close' }],
  ['reset-midway', { kind: 'reset-midway', share: 0.5 }],
  ['truncate', { kind: 'truncate', share: 0.5 }],
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503 }],
  ['408', { kind: 'status', status: 408 }],
  ['too great a length', { kind: 'length', announced: BODY.length + 10 }],
  ['garbage', { kind: 'garbage' }],
]

for (const [name, fault] of PASSING) {
  test(`${name}: three times in a row, then all is well`, async () => {
    const { server, get } = await start((times) => (times <= 3 ? fault : undefined))
    expectBody(await get())
    expect(server.requests.length).toBe(4)
  })
}

const LASTING: readonly (readonly [string, Fault, object, string])[] = [
  [
    'reset',
    { kind: 'reset' },
    { code: 'NETWORK', details: { fault: 'receive' } },
    '[56] Failure when receiving data from the peer',
  ],
  [
    'close',
    { kind: 'close' },
    { code: 'NETWORK', details: { fault: 'empty-reply' } },
    '[52] Server returned nothing (no headers, no data)',
  ],
  [
    'truncate',
    { kind: 'truncate', share: 0.5 },
    { code: 'NETWORK', details: { fault: 'partial' } },
    '[18] Transferred a partial file',
  ],
  [
    'redirect loop',
    { kind: 'redirect', to: '/file' },
    { code: 'NETWORK', details: { fault: 'redirects' } },
    '[47] Number of redirects hit maximum amount',
  ],
  [
    'garbage',
    { kind: 'garbage' },
    { code: 'NETWORK', details: { fault: 'unsupported-protocol' } },
    '[1] Unsupported protocol',
  ],
  [
    '500',
    { kind: 'status', status: 500 },
    { code: 'HTTP_STATUS', details: { status: 500 } },
    'Server returned HTTP 500',
  ],
]

for (const [name, fault, error, words] of LASTING) {
  test(`${name}, for ever: an error with a code, after the last retry`, async () => {
    const { server, get } = await start(() => fault, { networkRetries: 1 })
    await expect(get()).rejects.toMatchObject({ ...error, message: `While fetching ${server.url}/file: ${words}` })
  })
}

test('reset midway, for ever: an error with a code', async () => {
  const { get } = await start(() => ({ kind: 'reset-midway', share: 0.5 }), { networkRetries: 1 })
  // Whether the system tells a reset or an end first when data is still unread is up to it.
  await expect(get()).rejects.toMatchObject({
    code: 'NETWORK',
    details: { fault: expect.stringMatching(/^(receive|partial)$/) },
  })
})
