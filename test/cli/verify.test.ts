// `verify`, which the reference has not: who signed, and whether that is enough.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toBase64 } from '../../src/bytes/base64.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { ed25519Pair } from '../sign/keys.ts'
import { runInProcess, seen } from './in-process.ts'

const trusted = ed25519Pair(31)
const stranger = ed25519Pair(32)
const secret = (pair: typeof trusted) => `--sign=${toBase64(pair.secretKey)}`
const hex = (pair: typeof trusted) => toHex(pair.publicKey)
const COMMIT = ['commit', '--repo=repo', '--timestamp=@0', '--owner-uid=0', '--owner-gid=0', 'tree']

let dir: string
const run = (...args: string[]) => runInProcess(args, { cwd: dir })
const idOf = async (rev: string) => (await run('rev-parse', '--repo=repo', rev)).stdout.trim()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ostree-ts-'))
  await mkdir(join(dir, 'tree'))
  await writeFile(join(dir, 'trusted'), toBase64(trusted.publicKey))
  await run('init', '--repo=repo', '--mode=archive')
  await run(...COMMIT, '-b', 'main', secret(stranger), secret(trusted))
  await run(...COMMIT, '-b', 'stray', '-s', 'stray', secret(stranger))
  await run(...COMMIT, '-b', 'plain', '-s', 'plain')
  const key = `--sign-verify=ed25519=inline:${toBase64(trusted.publicKey)}`
  await run('remote', 'add', '--repo=repo', '--no-gpg-verify', key, 'origin', 'http://localhost/')
  await run('remote', 'add', '--repo=repo', '--no-sign-verify', 'lax', 'http://localhost/')
  await run('remote', 'add', '--repo=repo', 'gpg', 'http://localhost/')
})

afterAll(() => rm(dir, { recursive: true }))

test('by a file of keys: one good signature is enough, and every one is told', async () => {
  const main = await idOf('main')
  expect(seen(await run('verify', '--repo=repo', '--keys-file=trusted', 'main'))).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      `commit ${main} (main)`,
      `  bad   ed25519: Signature couldn't be verified with: key '${hex(trusted)}'`,
      `  good  ed25519: Signature verified successfully with key '${hex(trusted)}'`,
      '  trusted: 1 of 2 signatures is good',
      '',
    ].join('\n'),
  })
})

test('refused: by a stranger, by nobody, without any key', async () => {
  const refusal = async (...args: string[]) => {
    const { code, stderr } = await run('verify', '--repo=repo', ...args)
    expect(code).toBe(1)
    return stderr
  }
  expect(await refusal('--keys-file=trusted', 'stray')).toBe(
    'error: stray is not trusted: none of its signatures is good\n',
  )
  expect(await refusal('--keys-file=trusted', 'plain')).toBe('error: plain is not trusted: it has no signatures\n')
  expect(await refusal('--keys-file=missing', 'main')).toBe("error: File object 'missing' is not a regular file\n")
  expect(await refusal('nothing')).toBe("error: Refspec 'nothing' not found\n")
  expect(await refusal('main', '--remote=nowhere')).toBe('error: Remote "nowhere" not found\n')
})

test('by a remote: its demands count', async () => {
  expect((await run('verify', '--repo=repo', '--remote=origin', 'main')).code).toBe(0)
  const { code, stderr } = await run('verify', '--repo=repo', '--remote=origin', 'stray')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: stray is not trusted: Can't verify commit: ed25519: Signature couldn't be verified with: key '${hex(trusted)}'\n`,
  })
  const gpg = await run('verify', '--repo=repo', '--remote=gpg', 'main')
  expect(gpg.code).toBe(1)
  expect(gpg.stderr).toContain('GPG verification enabled, but no signatures found')
  expect((await run('verify', '--repo=repo', '--remote=lax', 'plain')).stderr).toContain('it has no signatures')
})

test('REMOTE:REF is a matter of that remote', async () => {
  await run('refs', '--repo=repo', '--create=origin:main', 'main')
  expect((await run('verify', '--repo=repo', 'origin:main')).stdout).toContain("trusted: the remote's demands are met")
  await run('refs', '--repo=repo', '--delete', 'origin:main')
})

test('without a name: every ref, and one that is refused makes the exit code', async () => {
  const { code, stdout, stderr } = await run('verify', '--repo=repo', '--keys-file=trusted')
  expect(code).toBe(1)
  expect(stdout.match(/^commit .*$/gm)).toEqual([
    `commit ${await idOf('main')} (main)`,
    `commit ${await idOf('plain')} (plain)`,
    `commit ${await idOf('stray')} (stray)`,
  ])
  expect(stderr).toBe('error: plain is not trusted: it has no signatures (and 1 more)\n')
})

test('--json: one document, with its version', async () => {
  const main = await idOf('main')
  const { code, stdout } = await run('verify', '--repo=repo', '--json', '--remote=origin', main)
  expect(code).toBe(0)
  const common = { type: 'ed25519', metadataKey: 'ostree.sign.ed25519', createdAt: null }
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    commits: [
      {
        ref: null,
        commit: main,
        trusted: true,
        reason: "the remote's demands are met: sign-verify",
        demands: { gpg: false, sign: true },
        signatures: [
          {
            ...common,
            valid: false,
            key: null,
            message: `ed25519: Signature couldn't be verified with: key '${hex(trusted)}'`,
          },
          {
            ...common,
            valid: true,
            key: hex(trusted),
            message: `ed25519: Signature verified successfully with key '${hex(trusted)}'`,
          },
        ],
      },
    ],
  })
})
