// One contract for the HTTP of every platform that has it.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { browserHttp } from '../../src/platform/browser/http.ts'
import { nodeHttpClient } from '../../src/platform/node/http/client.ts'
import type { HttpClient, HttpClientOptions, HttpResponse } from '../../src/platform/types.ts'
import { misbehavingServer } from '../pull/misbehaving-server.ts'
import { temporaryDirectory } from '../reference.ts'

const OPTIONS: HttpClientOptions = {
  maxConnections: 2,
  http2: true,
  tls: { permissive: false, caPath: null, clientCertificatePath: null, clientKeyPath: null },
}
const BODY = new Uint8Array(2_000_000).fill(5)

const CLIENTS: readonly (readonly [string, () => Promise<HttpClient>])[] = [
  ['node', () => nodeHttpClient(OPTIONS)],
  ['browser', async () => browserHttp(OPTIONS)],
]

async function bytesOf({ body }: HttpResponse): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces)
}

describe.each(CLIENTS)('%s', (_name, create) => {
  async function start() {
    const dir = await temporaryDirectory()
    await writeFile(join(dir, 'file'), BODY)
    const client = await create()
    onTestFinished(() => client.close())
    return { client, server: await misbehavingServer(dir) }
  }
  const get = (client: HttpClient, url: string, signal?: AbortSignal) =>
    client.request({ method: 'GET', url, headers: [['x-test', 'value']] }, { signal })

  test('a body, its length, and headers both ways', async () => {
    const { client, server } = await start()
    const response = await get(client, `${server.url}/file`)
    expect(response.status).toBe(200)
    expect(new Map(response.headers).get('content-length')).toBe(String(BODY.length))
    expect(Buffer.compare(await bytesOf(response), BODY)).toBe(0)
    expect(server.requests[0]?.headers['x-test']).toBe('value')
  })

  test('any status is an answer', async () => {
    const { client, server } = await start()
    server.misbehave(() => ({ kind: 'status', status: 503 }))
    const response = await get(client, `${server.url}/file`)
    expect([response.status, (await bytesOf(response)).toString()]).toEqual([503, 'status 503\n'])
  })

  test('requests wait for a connection, and connections are kept', async () => {
    const { client, server } = await start()
    const all = Array.from({ length: 12 }, async () => (await bytesOf(await get(client, `${server.url}/file`))).length)
    expect(await Promise.all(all)).toEqual(Array(12).fill(BODY.length))
    if (_name === 'node') expect(server.connections).toBeLessThanOrEqual(OPTIONS.maxConnections)
  })

  test('a body that is left gives way to the next', async () => {
    const { client, server } = await start()
    for (let time = 0; time < 6; time++) {
      const { body } = await get(client, `${server.url}/file`)
      const iterator = body[Symbol.asyncIterator]()
      if (time % 2 === 0) await iterator.next()
      await iterator.return?.()
    }
    expect((await bytesOf(await get(client, `${server.url}/file`))).length).toBe(BODY.length)
  })

  test('nobody listens: NETWORK', async () => {
    const { client, server } = await start()
    await server.stop()
    await expect(get(client, `${server.url}/file`)).rejects.toMatchObject({
      code: 'NETWORK',
      details: { fault: 'no-connection' },
    })
  })

  for (const kind of ['truncate', 'reset-midway'] as const) {
    test(`${kind}: the head comes, the body fails with NETWORK`, async () => {
      const { client, server } = await start()
      server.misbehave(() => ({ kind, share: 0.5 }))
      await expect((async () => bytesOf(await get(client, `${server.url}/file`)))()).rejects.toMatchObject({
        code: 'NETWORK',
      })
    })
  }

  test('an abort rejects with its reason: before, while waiting for the head, while reading', async () => {
    const { client, server } = await start()
    const reason = new Error('enough')
    await expect(get(client, `${server.url}/file`, AbortSignal.abort(reason))).rejects.toBe(reason)
    server.misbehave(() => ({ kind: 'hang' }))
    const controller = new AbortController()
    const hanging = get(client, `${server.url}/file`, controller.signal)
    const caught = expect(hanging).rejects.toBe(reason)
    await expect.poll(() => server.requests.length).toBe(1)
    controller.abort(reason)
    await caught
    server.misbehave(() => ({ kind: 'trickle', bytes: 10, pauseMs: 5 }))
    const second = new AbortController()
    const response = await get(client, `${server.url}/file`, second.signal)
    const reading = bytesOf(response)
    const ended = expect(reading).rejects.toBe(reason)
    second.abort(reason)
    await ended
  })
})

test('a browser refuses what it cannot be told', async () => {
  for (const tls of [
    { permissive: true },
    { caPath: '/ca.pem' },
    { clientCertificatePath: '/c.pem', clientKeyPath: '/c.key' },
  ]) {
    expect(() => browserHttp({ ...OPTIONS, tls: { ...OPTIONS.tls, ...tls } })).toThrowError(/not available here/)
  }
  const client = browserHttp(OPTIONS)
  const request = { method: 'GET', url: 'http://127.0.0.1:1/', headers: [], proxy: 'http://127.0.0.1:1' } as const
  await expect(client.request(request)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
})
