// The dumps of spec/summary.md are the summary and the signatures of a fixture, and the reference's cache is what the page says.

import { readFileSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeSummary, encodeSummary } from '../../src/objects/summary.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { decodeSignatureFile } from '../../src/repo/trust/detached-metadata.ts'
import { runInProcess } from '../cli/in-process.ts'
import { runReference, testWithReference } from '../reference.ts'
import { readSpecPage } from '../spec-page.ts'
import { configure, servedRepo, twoClients } from './remote-fixture.ts'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/signatures')

describe('dumps', () => {
  const dumps = readSpecPage('summary').dumps(['file'])
  for (const { data, heading } of dumps) {
    const file = heading('file') ?? ''
    test(file, () => {
      expect(Buffer.from(data).toString('hex')).toBe(readFileSync(`${FIXTURES}/${file}`).toString('hex'))
      if (file === 'summary') expect(Buffer.compare(encodeSummary(decodeSummary(data)), data)).toBe(0)
      else
        expect(decodeSignatureFile(data).map(([key, { type }]) => [key, type])).toEqual([
          ['ostree.sign.ed25519', 'aay'],
        ])
    })
  }
  test('there are two', () => expect(dumps).toHaveLength(2))
})

testWithReference(
  'the cache: names, modes, times, attributes, and either command uses what the other left',
  async (context) => {
    const { dir } = context
    const { server, url } = await servedRepo(context)
    const config = `[remote "r"]\nurl=${url}\ngpg-verify=false\n`
    await twoClients(context, config)
    await writeFile(join(dir, 'www/repo/summary.sig'), 'signature')
    const headers = { etag: '"one"', 'last-modified': 'Mon, 30 Nov 2026 12:00:00 GMT' }
    const body = await readFile(join(dir, 'www/repo/summary'))
    server.misbehave(({ path, headers: asked }) => {
      if (!path.includes('summary')) return undefined
      if (asked['if-none-match'] === '"one"') return { kind: 'status', status: 304, headers }
      return { kind: 'body', body: path.endsWith('.sig') ? 'signature' : body, headers }
    })
    const clients = [
      ['reference', runReference],
      ['ours', runInProcess],
    ] as const
    const { xattrs } = await nodePlatform({ workers: 1 })
    const cached = async (client: string) =>
      Promise.all(
        ['r', 'r.sig'].map(async (name) => {
          const path = join(dir, client, 'tmp/cache/summaries', name)
          const { mode, mtimeMs } = await stat(path)
          const etag = await xattrs?.get(path, 'user.etag')
          return {
            name,
            mode,
            mtimeMs,
            etag: etag && Buffer.from(etag).toString(),
            bytes: (await readFile(path)).toString('hex'),
          }
        }),
      )
    for (const [client, run] of clients) {
      expect((await run(['remote', 'refs', `--repo=${client}`, 'r'], { cwd: dir })).stdout).toBe('r:main\n')
    }
    const [reference, ours] = await Promise.all(clients.map(([client]) => cached(client)))
    expect(ours).toEqual(reference)
    expect(ours?.[0]).toMatchObject({ etag: '"one"', mtimeMs: Date.UTC(2026, 10, 30, 12) })
    // Each with the other's repository: one request, for the signatures alone, and nothing is sent.
    for (const [index, [, run]] of clients.entries()) {
      const other = clients[1 - index]![0]
      await configure(dir, other, config)
      const before = server.requests.length
      expect((await run(['remote', 'refs', `--repo=${other}`, 'r'], { cwd: dir })).stdout).toBe('r:main\n')
      expect(server.requests.slice(before).map(({ path }) => path)).toEqual(['/repo/summary.sig'])
    }
  },
)
