// Other programs: arguments without a shell, bytes in and out, the status descriptor, and how it ends.

import { expect, test } from 'vitest'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'

const { processes } = await nodePlatform()
if (processes === undefined) throw new Error('Node can run programs')
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const shell = (script: string, stdin?: Uint8Array) => processes.run('sh', ['-c', script], { stdin })

test('bytes go in and come out unchanged', async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0xff)
  const { code, stdout } = await processes.run('cat', [], { stdin: bytes })
  expect(code).toBe(0)
  expect(Buffer.from(stdout).equals(Buffer.from(bytes))).toBe(true)
})

test('three outputs and a code', async () => {
  const { code, stdout, stderr, status } = await shell(
    `echo out; echo err >&2; echo state >&${processes.statusFd}; exit 3`,
  )
  expect([code, text(stdout), text(stderr), text(status)]).toEqual([3, 'out\n', 'err\n', 'state\n'])
})

test('arguments are not looked at by a shell', async () => {
  const { stdout } = await processes.run('printf', ['%s|', '$HOME', '*', "it's", ''])
  expect(text(stdout)).toBe("$HOME|*|it's||")
})

test('a program that reads nothing of its input', async () => {
  expect((await shell('exit 0', new Uint8Array(1_000_000))).code).toBe(0)
})

test('a program that is not there', async () => {
  await expect(processes.run('no-such-program-at-all', [])).rejects.toMatchObject({
    code: 'IO',
    details: { errno: 'ENOENT' },
  })
})

test('aborting ends it', async () => {
  const controller = new AbortController()
  const running = processes.run('sleep', ['60'], { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(running).rejects.toThrow('enough')
})

test('a platform without programs says so by having none', async () => {
  expect((await memoryPlatform()).processes).toBeUndefined()
})
