// The pool of worker threads: outcomes, errors, aborts, deaths, and that it neither keeps the process alive nor blocks it.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { isOstreeError, type OstreeError } from '../../src/errors.ts'
import type { OperationOptions } from '../../src/operation.ts'
import type { HashChoice } from '../../src/platform/node/hashing.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import { ThreadPool } from '../../src/platform/node/pool.ts'
import type { Platform } from '../../src/platform/types.ts'
import { bytes, sha256Hex, toHex } from './contract/support.ts'
import { ECHO_JOBS } from './echo-worker.ts'

type Jobs = typeof ECHO_JOBS

/** What `runJob` of the repository layer is, for the jobs of this test. */
async function run<N extends keyof Jobs>(
  platform: Platform,
  name: N,
  input: Parameters<Jobs[N]>[1],
  options: OperationOptions = {},
): Promise<Awaited<ReturnType<Jobs[N]>>> {
  const job: (platform: Platform, input: never, options: OperationOptions) => Promise<unknown> = ECHO_JOBS[name]
  const here = (given: OperationOptions) => job(platform, input as never, given)
  return (await platform.pool.run(name, input, here, options)) as Awaited<ReturnType<Jobs[N]>>
}

let folder: string
let worker: URL
let inProcess: Platform

beforeAll(async () => {
  // Below the project, so that the worker finds its packages.
  folder = await mkdtemp(resolve(import.meta.dirname, '../../node_modules/.pool-test-'))
  const outfile = join(folder, 'worker.mjs')
  await build({
    entryPoints: [resolve(import.meta.dirname, 'echo-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile,
    logLevel: 'error',
  })
  worker = pathToFileURL(outfile)
  inProcess = await nodePlatform({ workers: 1 })
})
afterAll(() => rm(folder, { recursive: true }))

function threads(size: number, hash: HashChoice = 'native'): Platform {
  const pool = new ThreadPool({ size, worker, hash })
  onTestFinished(() => pool.close())
  return { ...inProcess, pool }
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error,
  )

for (const [name, make] of [
  ['two threads', () => threads(2)],
  ['this thread', () => inProcess],
] as const) {
  test(`${name}: a job's input and result come through, plain data and bytes`, async () => {
    const platform = make()
    const input = { text: 'hällo', data: bytes('abc') }
    expect(await run(platform, 'echo', input)).toStrictEqual(input)
    expect(input.data.length).toBe(3)
  })
  test(`${name}: an OstreeError arrives as one, with code, details, prefix and cause`, async () => {
    const error = (await failure(run(make(), 'failOurs', { object: 'abc.file' }))) as OstreeError<'OBJECT_NOT_FOUND'>
    expect(isOstreeError(error, 'OBJECT_NOT_FOUND')).toBe(true)
    expect(error.details).toEqual({ object: 'abc.file', kind: 'content' })
    expect(error.message).toBe("While testing: Couldn't find file object 'abc.file'")
    expect(String(error.cause)).toBe('RangeError: underneath')
  })
  test(`${name}: any other error keeps its name and message`, async () => {
    expect(String(await failure(run(make(), 'failOther', undefined)))).toBe('TypeError: not ours')
  })
  test(`${name}: an aborted job is stopped, and rejects with the reason only when it is through`, async () => {
    const platform = make()
    const directory = await mkdtemp(join(tmpdir(), 'ostree-ts-pool-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const path = join(directory, 'after')
    const controller = new AbortController()
    const reason = new Error('the user said stop')
    setTimeout(() => controller.abort(reason), 100)
    expect(await failure(run(platform, 'untilStopped', { path }, { signal: controller.signal }))).toBe(reason)
    expect(existsSync(path)).toBe(true)
    expect(await failure(run(platform, 'echo', { text: '', data: bytes('') }, { signal: controller.signal }))).toBe(
      reason,
    )
  })
}

test('system calls go through the bridge in all threads at once', async (context) => {
  if (process.platform !== 'linux') context.skip('only Linux has the attributes')
  const platform = threads(3)
  const directory = await mkdtemp(join(tmpdir(), 'ostree-ts-pool-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const path = join(directory, 'f')
  await platform.fs.writeFile(path, bytes(''))
  const names = ['user.a', 'user.b', 'user.c', 'user.d', 'user.e', 'user.f']
  const values = await Promise.all(names.map((name) => run(platform, 'attributes', { path, name })))
  expect(values).toEqual(names.map((name) => bytes(`${name} 1999`)))
})

const counter = () => new Int32Array(new SharedArrayBuffer(4))

test('threads work at the same time', async () => {
  const platform = threads(2)
  const present = counter()
  const meetings = Array.from({ length: 2 }, () => run(platform, 'meet', { present, expected: 2 }))
  expect(await Promise.all(meetings)).toEqual([true, true])
})

test('no thread has more than two jobs, and the rest wait here', async () => {
  const platform = threads(1)
  const present = counter()
  const jobs = Array.from({ length: 6 }, () => run(platform, 'crowd', { present, milliseconds: 60 }))
  expect(Math.max(...(await Promise.all(jobs)))).toBe(2)
})

test('a waiting job that is aborted never starts', async () => {
  const platform = threads(1)
  const controller = new AbortController()
  const ended: string[] = []
  const told = async (name: string, job: Promise<unknown>) => {
    await job
    ended.push(name)
  }
  const busy = [1, 2].map(() => told('busy', run(platform, 'nap', { milliseconds: 80 })))
  const input = { present: counter(), expected: 1 }
  const waiting = failure(run(platform, 'meet', input, { signal: controller.signal }))
  controller.abort()
  await told('aborted', waiting)
  expect(await waiting).toBe(controller.signal.reason)
  await Promise.all(busy)
  await run(platform, 'nap', { milliseconds: 1 })
  expect(ended).toEqual(['aborted', 'busy', 'busy'])
  expect(input.present[0]).toBe(0)
})

test('a thread that ends fails its jobs with a clear error, and the next job gets a new thread', async () => {
  const platform = threads(1)
  const nap = failure(run(platform, 'nap', { milliseconds: 5000 }))
  expect(String(await failure(run(platform, 'exit', undefined)))).toBe(
    'OstreeError: Worker thread ended while running exit: exit code 3',
  )
  expect(String(await nap)).toBe('OstreeError: Worker thread ended while running nap: exit code 3')
  expect(String(await failure(run(platform, 'crash', undefined)))).toBe(
    'OstreeError: Worker thread ended while running crash: nobody catches this',
  )
  expect(await run(platform, 'echo', { text: 'again', data: bytes('') })).toMatchObject({ text: 'again' })
})

test('a script that cannot be loaded fails the jobs, not the process', async () => {
  const pool = new ThreadPool({ size: 2, worker: pathToFileURL('/nonexistent/worker.js'), hash: 'native' })
  const error = await failure(run({ ...inProcess, pool }, 'echo', { text: '', data: bytes('') }))
  expect(String(error)).toMatch(/^OstreeError: Worker thread ended while running echo: Cannot find module/)
})

test('what cannot be cloned is an error of that job alone', async () => {
  const platform = threads(1)
  const input = { text: 'x', data: bytes(''), extra: () => 1 }
  expect(String(await failure(run(platform, 'echo', input)))).toMatch(/could not be cloned/)
  expect(String(await failure(run(platform, 'unclonable', undefined)))).toMatch(/could not be cloned/)
  expect(String(await failure(platform.pool.run('unknown', {}, async () => 1)))).toBe(
    'OstreeError: No job is called unknown',
  )
  expect(await run(platform, 'echo', { text: 'y', data: bytes('') })).toMatchObject({ text: 'y' })
})

test('the threads hash with the chosen engine, to the same digests', async () => {
  for (const hash of ['native', 'wasm'] satisfies HashChoice[]) {
    const digest = await run(threads(2, hash), 'digest', { data: bytes('abc') })
    expect(toHex(digest)).toBe(sha256Hex(bytes('abc')))
  }
})

test('one signal for very many jobs warns of nothing', async () => {
  const platform = threads(2)
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  const { signal } = new AbortController()
  const input = { text: '', data: bytes('') }
  await Promise.all(Array.from({ length: 100 }, () => run(platform, 'echo', input, { signal })))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(warnings).toEqual([])
})

test('close waits for what runs, and a later job starts again', async () => {
  const platform = threads(1)
  const jobs = Promise.all([1, 2, 3].map(() => run(platform, 'nap', { milliseconds: 20 })))
  await platform.pool.close()
  expect((await jobs).length).toBe(3)
  expect(await run(platform, 'echo', { text: 'z', data: bytes('') })).toMatchObject({ text: 'z' })
})

test('idle threads let the process end, busy ones keep it until they are through', () => {
  const script = `
    const { ThreadPool } = await import(process.argv[1])
    const pool = new ThreadPool({ size: 2, worker: new URL(process.argv[2]), hash: 'native' })
    await pool.run('nap', { milliseconds: 1 })
    pool.run('nap', { milliseconds: 150 }).then(() => console.log('through'))`
  const bundle = join(folder, 'pool.mjs')
  const built = spawnSync(
    resolve(import.meta.dirname, '../../node_modules/.bin/esbuild'),
    [
      resolve(import.meta.dirname, '../../src/platform/node/pool.ts'),
      '--bundle',
      '--platform=node',
      '--format=esm',
      `--outfile=${bundle}`,
      '--log-level=error',
    ],
    { encoding: 'utf8' },
  )
  expect(built.stderr).toBe('')
  const args = ['--input-type=module', '-e', script, pathToFileURL(bundle).href, worker.href]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 })
  expect({ stdout, stderr, status }).toEqual({ stdout: 'through\n', stderr: '', status: 0 })
})
