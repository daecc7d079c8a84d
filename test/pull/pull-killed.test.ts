// A pull that is killed at any moment leaves a repository that the reference's fsck accepts, with no ref on what is not
// complete; a later pull takes up what is there and succeeds. OSTREE_TS_KILLS adds moments by chance.

import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { runReference, testWithReference } from '../reference.ts'
import { makeRemote, type Remote, writeTree } from './remote.ts'

const CLI = resolve(import.meta.dirname, '../../dist/cli.js')

/** After so many requests, and so many milliseconds more. */
interface Moment {
  readonly requests: number
  readonly milliseconds: number
}

const MOMENTS: readonly Moment[] = [
  { requests: 1, milliseconds: 0 },
  { requests: 6, milliseconds: 0 },
  { requests: 60, milliseconds: 3 },
  { requests: 150, milliseconds: 0 },
  { requests: 150, milliseconds: 20 },
  ...Array.from({ length: Number(process.env.OSTREE_TS_KILLS ?? 0) }, () => ({
    requests: Math.floor(Math.random() * 160),
    milliseconds: Math.floor(Math.random() * 60),
  })),
]

const FILES = Object.fromEntries(
  Array.from({ length: 140 }, (_, index) => [`d${index % 7}/f${index}`, `content ${index}\n`.repeat(200)]),
)

async function killAt(remote: Remote, repo: string, { requests, milliseconds }: Moment): Promise<void> {
  const before = remote.server.requests.length
  const child = spawn(process.execPath, [CLI, 'pull', `--repo=${repo}`, 'origin', 'big'], { stdio: 'ignore' })
  const ended = new Promise<void>((done) => child.on('exit', () => done()))
  const kill = () => setTimeout(() => child.kill('SIGKILL'), milliseconds)
  remote.server.misbehave(() => {
    if (remote.server.requests.length - before === requests) kill()
    return undefined
  })
  await ended
  remote.server.misbehave(() => undefined)
}

for (const moment of MOMENTS) {
  const name = `killed after ${moment.requests} requests and ${moment.milliseconds} ms: nothing is broken, and the next pull succeeds`
  testWithReference(name, async ({ dir, ostree, ours }) => {
    const remote = await makeRemote(dir, { summary: false })
    await writeTree(join(dir, 'big'), FILES)
    await ostree('commit', `--repo=${remote.path}`, '-b', 'big', '--no-xattrs', join(dir, 'big'))
    const repo = await remote.client('client')
    await killAt(remote, repo, moment)
    const fsck = await runReference(['fsck', `--repo=${repo}`])
    expect({ code: fsck.code, stderr: fsck.stderr }).toEqual({ code: 0, stderr: '' })
    await expectWholeRefs(repo)
    await ours('pull', `--repo=${repo}`, 'origin', 'big')
    expect((await ostree('fsck', `--repo=${repo}`)).stdout).not.toContain('partial')
    expect(await readdir(join(repo, 'state'))).toEqual([])
    await ostree('checkout', '-U', `--repo=${repo}`, 'origin:big', join(dir, 'out'))
    expect(await readFile(join(dir, 'out/d3/f3'), 'utf8')).toBe(FILES['d3/f3'])
  })
}

/** Whatever a ref speaks of is there in full. */
async function expectWholeRefs(repo: string): Promise<void> {
  const { stdout } = await runReference(['refs', `--repo=${repo}`])
  for (const ref of stdout.split('\n').filter((line) => line !== '')) {
    expect((await runReference(['ls', '-R', `--repo=${repo}`, ref])).code).toBe(0)
  }
}

testWithReference(
  'a server that goes away and comes back: the pull fails, the next one succeeds',
  async ({ dir, ostree, ours }) => {
    const remote = await makeRemote(dir, { summary: false })
    const repo = await remote.client('client')
    await remote.server.stop()
    await expect(ours('pull', `--repo=${repo}`, '--network-retries=1', 'origin', 'main')).rejects.toThrow('error: ')
    await remote.server.restart()
    await ours('pull', `--repo=${repo}`, 'origin', 'main')
    await ostree('fsck', `--repo=${repo}`)
  },
)

testWithReference('a server that never answers: nothing hangs, and the next pull succeeds', async ({ dir, ours }) => {
  const remote = await makeRemote(dir, { summary: false })
  const repo = await remote.client('client')
  remote.server.misbehave(({ path }) => (path.endsWith('.filez') ? { kind: 'hang' } : undefined))
  const stuck = ['pull', `--repo=${repo}`, '--network-retries=0', '--low-speed-time-seconds=1', 'origin', 'main']
  await expect(ours(...stuck)).rejects.toThrow('Timeout was reached')
  remote.server.misbehave(() => undefined)
  await ours('pull', `--repo=${repo}`, 'origin', 'main')
})
