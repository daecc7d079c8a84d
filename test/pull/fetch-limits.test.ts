// Limits of the transport: how slow, how much, how many at once, how often again; and a server that comes back.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Answer } from '../../src/platform/node/http/answer.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import type { HttpResponse } from '../../src/platform/types.ts'
import { createFetcher } from '../../src/pull/fetch/create-fetcher.ts'
import type { FetcherOptions } from '../../src/pull/fetch/options.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { temporaryDirectory } from '../reference.ts'
import { type Fault, misbehavingServer } from './misbehaving-server.ts'

const BODY = Buffer.alloc(20_000, 'x')

async function start(fault: (times: number) => Fault | undefined, options: FetcherOptions = {}) {
  const dir = await temporaryDirectory()
  const server = await misbehavingServer(dir, ({ times }) => fault(times))
  await writeFile(join(dir, 'file'), BODY)
  const platform = await nodePlatform({ workers: 1 })
  await initRepo(platform, `${dir}/repo`, { mode: 'archive' })
  await writeFile(`${dir}/repo/config`, `[core]\nrepo_version=1\nmode=archive-z2\n[remote "r"]\nurl=${server.url}\n`)
  const fetcher = await createFetcher(await openRepo(platform, `${dir}/repo`), 'r', options)
  onTestFinished(() => fetcher.close())
  const get = (signal?: AbortSignal, maxBytes = 1_000_000) =>
    fetcher.fetchBytes({ path: 'file', kind: 'content', maxBytes }, { signal })
  return { server, fetcher, get }
}

const TIMED_OUT = { code: 'NETWORK', details: { fault: 'timeout' } }
/** One second is the least that can be asked for. */
const IMPATIENT: FetcherOptions = { lowSpeedLimitBytes: 1000, lowSpeedTimeSeconds: 1, networkRetries: 0 }

describe('slowness', () => {
  test('a server that never answers', async () => {
    const { get, server } = await start(() => ({ kind: 'hang' }), IMPATIENT)
    await expect(get()).rejects.toMatchObject({
      ...TIMED_OUT,
      message: `While fetching ${server.url}/file: [28] Timeout was reached`,
    })
  })

  test('a body that trickles', async () => {
    const { get } = await start(() => ({ kind: 'trickle', bytes: 10, pauseMs: 100 }), IMPATIENT)
    await expect(get()).rejects.toMatchObject(TIMED_OUT)
  })

  test('one try is too slow, the next is not', async () => {
    const { get, server } = await start((times) => (times === 1 ? { kind: 'hang' } : undefined), {
      ...IMPATIENT,
      networkRetries: 1,
    })
    expect(await get()).toMatchObject({ status: 'ok' })
    expect(server.requests).toHaveLength(2)
  })

  test('a limit of 0 waits', async () => {
    const { get } = await start(() => ({ kind: 'trickle', bytes: 7_000, pauseMs: 600 }), {
      ...IMPATIENT,
      lowSpeedLimitBytes: 0,
    })
    expect(await get()).toMatchObject({ status: 'ok' })
  })

  test('a reader that takes its time is not the server being slow', async () => {
    const { fetcher } = await start(() => undefined, IMPATIENT)
    const answer = await fetcher.fetch({ path: 'file', kind: 'content' })
    if (answer?.status !== 'ok') throw new Error('no answer')
    await new Promise((resolve) => setTimeout(resolve, 2200))
    let bytes = 0
    for await (const piece of answer.body) bytes += piece.length
    expect(bytes).toBe(BODY.length)
  })
})

describe('retries', () => {
  for (const [status, all, requests] of [
    [503, true, 3],
    [503, false, 1],
    [500, false, 3],
    [408, false, 3],
    [404, true, 1],
    [403, true, 1],
    [410, true, 1],
  ] as const) {
    test(`HTTP ${status}${all ? '' : ', when not everything is retried'}: ${requests} requests`, async () => {
      const { get, server } = await start(() => ({ kind: 'status', status }), {
        networkRetries: 2,
        retryAllNetworkErrors: all,
      })
      await expect(get()).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { status } })
      expect(server.requests).toHaveLength(requests)
    })
  }

  test('a reset is not retried then either', async () => {
    const { get, server } = await start(() => ({ kind: 'reset' }), { retryAllNetworkErrors: false })
    await expect(get()).rejects.toMatchObject({ code: 'NETWORK' })
    expect(server.requests).toHaveLength(1)
  })

  test('what a caller makes of a body is tried again with it, what fails of its own accord is not', async () => {
    const { fetcher, server } = await start((times) => (times === 1 ? { kind: 'truncate', share: 0.5 } : undefined))
    const sizes: number[] = []
    const request = { path: 'file', kind: 'content' } as const
    const use = async (answer: Parameters<Parameters<typeof fetcher.receive>[1]>[0]) => {
      let bytes = 0
      sizes.push(0)
      if (answer.status === 'ok') for await (const piece of answer.body) bytes += piece.length
      sizes[sizes.length - 1] = bytes
      return bytes
    }
    expect(await fetcher.receive(request, use)).toBe(BODY.length)
    expect(sizes).toEqual([0, BODY.length])
    const own = new Error('the disk is full')
    await expect(fetcher.receive(request, () => Promise.reject(own))).rejects.toBe(own)
    expect(server.requests).toHaveLength(3)
  })

  test('a server that goes away and comes back', async () => {
    const { get, server } = await start(() => undefined, { networkRetries: 40 })
    expect(await get()).toMatchObject({ status: 'ok' })
    await server.stop()
    const waiting = get()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server.restart()
    expect(await waiting).toMatchObject({ status: 'ok' })
  })

  test('an abort ends the pause between two tries', async () => {
    const { get } = await start(() => ({ kind: 'status', status: 503 }), { networkRetries: 1000 })
    const reason = new Error('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 300)
    await expect(get(controller.signal)).rejects.toBe(reason)
  })
})

test('too much is an error at once, announced or not', async () => {
  const { get, server } = await start(() => undefined)
  await expect(get(undefined, BODY.length - 1)).rejects.toMatchObject({
    code: 'RESPONSE_TOO_LARGE',
    message: `URI ${server.url}/file exceeded maximum size of ${BODY.length - 1} bytes`,
  })
  expect(server.requests).toHaveLength(1)
  expect(await get(undefined, BODY.length)).toMatchObject({ status: 'ok' })
})

test('so many requests at once and no more; one that ends makes room', async () => {
  let letGo = false
  const { get, server } = await start(() => (letGo ? undefined : { kind: 'hang' }), { maxOutstandingRequests: 3 })
  const controllers = Array.from({ length: 6 }, () => new AbortController())
  const outcomes = controllers.map(({ signal }) =>
    get(signal).then(
      ({ status } = { status: 'not-modified' }) => status,
      () => 'aborted',
    ),
  )
  await expect.poll(() => server.requests.length).toBe(3)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.requests).toHaveLength(3)
  letGo = true
  for (const controller of controllers.slice(0, 3)) controller.abort(new Error('enough'))
  expect(await Promise.all(outcomes)).toEqual(['aborted', 'aborted', 'aborted', 'ok', 'ok', 'ok'])
})

test('connections are kept between requests', async () => {
  const { get, server } = await start(() => undefined)
  for (let time = 0; time < 20; time++) await get()
  // One or two: the next request may be asked for before the connection is known to be free.
  expect(server.connections).toBeLessThan(10)
})

test('a socket is paused while nobody reads, and goes on when somebody does', async () => {
  const calls: string[] = []
  let paused = false
  const controller = {
    aborted: false,
    get paused() {
      return paused
    },
    reason: null,
    abort: () => void calls.push('abort'),
    pause: () => {
      paused = true
      calls.push('pause')
    },
    resume: () => {
      paused = false
      calls.push('resume')
    },
  }
  const response = await new Promise<HttpResponse>((resolve, reject) => {
    const answer = new Answer('http://host/', { resolve, reject, translate: (error) => error, finished: () => {} })
    answer.onRequestStart(controller)
    answer.onResponseStart(controller, 103, {})
    answer.onResponseStart(controller, 200, { 'X-Name': ['one', 'two'] })
    for (let piece = 0; piece < 10 && !paused; piece++) answer.onResponseData(controller, Buffer.alloc(64 * 1024))
    answer.onResponseEnd()
  })
  expect(calls).toEqual(['pause'])
  expect(response.headers).toEqual([
    ['x-name', 'one'],
    ['x-name', 'two'],
  ])
  let bytes = 0
  for await (const piece of response.body) bytes += piece.length
  expect(bytes).toBe(4 * 64 * 1024)
  expect(calls).toEqual(['pause', 'resume'])
})
