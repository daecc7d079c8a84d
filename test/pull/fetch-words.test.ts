// A server that fails for good: both commands say the same, in the same words, with the same URL.

import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { seen } from '../cli/in-process.ts'
import { testWithReference } from '../reference.ts'
import type { Fault } from './misbehaving-server.ts'
import { both, servedRepo, twoClients } from './remote-fixture.ts'

const FAULTS: readonly (readonly [string, (path: string) => Fault | undefined])[] = [
  ['reset', () => ({ kind: 'reset' })],
  ['close', () => ({ kind: 'close' })],
  ['truncate', (path) => (path.endsWith('/summary') ? { kind: 'truncate', share: 0.5 } : undefined)],
  ['length', (path) => (path.endsWith('/summary') ? { kind: 'length', announced: 1_000_000 } : undefined)],
  ['garbage', () => ({ kind: 'garbage' })],
  ['400', () => ({ kind: 'status', status: 400 })],
  ['401', () => ({ kind: 'status', status: 401 })],
  ['403 is as good as not there', () => ({ kind: 'status', status: 403 })],
  ['410 too', () => ({ kind: 'status', status: 410 })],
  ['408', () => ({ kind: 'status', status: 408 })],
  ['418', () => ({ kind: 'status', status: 418 })],
  ['500', () => ({ kind: 'status', status: 500 })],
  ['503', (path) => (path.endsWith('/summary') ? { kind: 'status', status: 503 } : undefined)],
  ['a redirect to nowhere', () => ({ kind: 'status', status: 302 })],
  ['a redirect', (path) => (path.startsWith('/repo') ? undefined : { kind: 'redirect', to: `/repo${path.slice(6)}` })],
  ['a loop', () => ({ kind: 'redirect', to: '/again' })],
  ['a redirect to a file', () => ({ kind: 'redirect', to: 'file:///etc/hostname' })],
  ['a redirect to what is no URL', () => ({ kind: 'redirect', to: 'http://[::bad/' })],
  [
    'a redirect to what is not there',
    (path) => (path === '/none' ? undefined : { kind: 'redirect', to: '/none', status: 308 }),
  ],
]

testWithReference(
  'what a server can do wrong',
  async (context) => {
    const { dir } = context
    const { server } = await servedRepo(context)
    // Case N has `/N/` for a root and `rN` for a remote, so that all can run at once.
    const config = FAULTS.map(
      ([name], index) =>
        `[remote "r${index}"]\nurl=${server.url}/${index}/${name === 'a redirect' ? 'moved' : 'repo'}\ngpg-verify=false\n`,
    )
    await twoClients(context, config.join(''))
    for (const index of FAULTS.keys()) await symlink('.', join(dir, `www/${index}`))
    server.misbehave(({ path }) => {
      const [, root = '', below = ''] = /^(\/\d+)(\/.*)$/.exec(path) ?? []
      const fault = FAULTS[Number(root.slice(1))]?.[1](below)
      return fault?.kind === 'redirect' && fault.to.startsWith('/') ? { ...fault, to: `${root}${fault.to}` } : fault
    })
    const outcomes = FAULTS.map(async ([name], index) => {
      const { reference, ours } = await both(dir, ['remote', 'refs', `r${index}`])
      return { expected: [name, seen(reference)], actual: [name, seen(ours)] }
    })
    const all = await Promise.all(outcomes)
    expect(all.map(({ actual }) => actual)).toEqual(all.map(({ expected }) => expected))
  },
  { timeout: 90_000 },
)

const URLS: readonly string[] = [
  'http://127.0.0.1:1/x',
  'http://nosuch.invalid/x',
  'ftp://x/y',
  'foo',
  'file:///nonexistent',
  'file:///etc/hostname',
  'mirrorlist=file:///nonexistent',
  'mirrorlist=http://127.0.0.1:1/x',
  'mirrorlist=SERVER/empty',
  'mirrorlist=SERVER/none',
  'mirrorlist=SERVER/list',
  'mirrorlist=file://DIR/list',
  'SERVER/repo/',
  'SERVER/repo//',
  'SERVER/repo?query',
  'SERVER/repo#fragment',
  'SERVER/nothing',
]

testWithReference(
  'URLs of every kind',
  async (context) => {
    const { dir } = context
    const { server, url } = await servedRepo(context)
    const list = `# mirrors\n\nnonsense\nfile:///x\n${server.url}/nothing\nhttp://127.0.0.1:1/\n${url}\n`
    for (const at of ['www/list', 'list']) await writeFile(join(dir, at), list)
    await writeFile(join(dir, 'www/empty'), '')
    const config = URLS.map((template, index) => {
      const text = template.replace('SERVER', server.url).replace('DIR', dir)
      return `[remote "r${index}"]\nurl=${text}\ngpg-verify=false\n`
    })
    await twoClients(context, config.join(''))
    const outcomes = URLS.map(async (template, index) => {
      const { reference, ours } = await both(dir, ['remote', 'refs', '-r', `r${index}`])
      return { expected: [template, seen(reference)], actual: [template, seen(ours)] }
    })
    const all = await Promise.all(outcomes)
    expect(all.map(({ actual }) => actual)).toEqual(all.map(({ expected }) => expected))
  },
  { timeout: 90_000 },
)
