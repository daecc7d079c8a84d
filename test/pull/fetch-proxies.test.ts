// Which requests go through a proxy, and how: as the reference sends them.

import { join } from 'node:path'
import { expect } from 'vitest'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { readRemoteSummary } from '../../src/pull/remote-summary.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { runReference, testWithReference } from '../reference.ts'
import { misbehavingServer, type Request } from './misbehaving-server.ts'
import { configure, twoClients } from './remote-fixture.ts'

const PROXIED: readonly (readonly [name: string, config: string, env: Readonly<Record<string, string>>])[] = [
  ['configured', 'proxy=PROXY', {}],
  ['configured without a scheme', 'proxy=HOST', {}],
  ['with credentials', 'proxy=http://me:secret@HOST', {}],
  ['configured empty', 'proxy=', { http_proxy: 'PROXY' }],
  ['http_proxy', '', { http_proxy: 'PROXY' }],
  ['all_proxy', '', { ALL_PROXY: 'PROXY' }],
  ['no_proxy by name', '', { http_proxy: 'PROXY', no_proxy: 'other, HOSTNAME' }],
  ['no_proxy by network', '', { http_proxy: 'PROXY', NO_PROXY: '127.0.0.0/8' }],
  ['no_proxy for all', 'proxy=PROXY', { no_proxy: '*' }],
  ['HTTP_PROXY is not believed', '', { HTTP_PROXY: 'PROXY' }],
]

testWithReference(
  'proxies: of the remote, of the environment, and what goes past them',
  async (context) => {
    const { dir } = context
    const { url } = await misbehavingServer(null)
    // Nothing is there for either, so nothing is retried.
    const proxy = await misbehavingServer(null)
    await twoClients(context, '')
    const spell = (text: string) =>
      text
        .replace('PROXY', proxy.url)
        .replace('HOSTNAME', '127.0.0.1')
        .replace('HOST', proxy.url.slice('http://'.length))
    for (const [name, config, env] of PROXIED) {
      for (const client of ['reference', 'ours']) {
        await configure(dir, client, `[remote "r"]\nurl=${url}\ngpg-verify=false\n${spell(config)}\n`)
      }
      const own = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, spell(value)]))
      const before = proxy.requests.length
      const { stderr } = await runReference(['remote', 'refs', '--repo=reference', 'r'], { cwd: dir, env: own })
      expect([name, stderr]).toEqual([name, expect.stringContaining('server has no summary file')])
      const between = proxy.requests.length
      const platform = { ...(await nodePlatform({ workers: 1 })), environment: (key: string) => own[key] }
      await readRemoteSummary(await openRepo(platform, join(dir, 'ours')), 'r')
      expect([name, asked(proxy.requests.slice(between))]).toEqual([name, asked(proxy.requests.slice(before, between))])
    }
    // Some of them did go through it.
    expect(proxy.requests.length).toBeGreaterThan(PROXIED.length)
  },
  { timeout: 90_000 },
)

function asked(requests: readonly Request[]) {
  return requests.map(({ path, headers }) => [path, headers['proxy-authorization'], headers.host])
}
