// `sign`, `commit --sign`, `summary --sign` beside the reference, with the one kind of key that Debian's build has; and
// with ed25519, whose texts were observed of a build that has it (test/fixtures/signatures/make.sh says how).

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toBase64 } from '../../src/bytes/base64.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { type Output, runReference, testWithReference } from '../reference.ts'
import { ed25519Pair } from '../sign/keys.ts'
import { runInProcess, seen } from './in-process.ts'

const DUMMY = { OSTREE_DUMMY_SIGN_ENABLED: '1' }
const COMMIT = ['commit', '--repo=repo', '--timestamp=@0', '--owner-uid=0', '--owner-gid=0', '--no-xattrs', 'tree']

type Runner = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Output>

/** A folder with a tree and a repository, made by the command itself. */
async function prepare(makeRunner: (dir: string) => Runner, dir: string): Promise<Runner> {
  await mkdir(join(dir, 'tree'), { recursive: true })
  await writeFile(join(dir, 'tree/hello'), 'hello\n')
  await writeFile(join(dir, 'empty'), '')
  const runner = makeRunner(dir)
  expect((await runner(['init', '--repo=repo', '--mode=archive'])).code).toBe(0)
  return runner
}

const oursIn =
  (cwd: string): Runner =>
  (args, env = {}) => {
    // The platform looks variables up in this process's own environment.
    const before = process.env.OSTREE_DUMMY_SIGN_ENABLED
    if (env.OSTREE_DUMMY_SIGN_ENABLED === undefined) delete process.env.OSTREE_DUMMY_SIGN_ENABLED
    else process.env.OSTREE_DUMMY_SIGN_ENABLED = env.OSTREE_DUMMY_SIGN_ENABLED
    return runInProcess(args, { cwd, env }).finally(() => {
      if (before === undefined) delete process.env.OSTREE_DUMMY_SIGN_ENABLED
      else process.env.OSTREE_DUMMY_SIGN_ENABLED = before
    })
  }
const theirsIn =
  (cwd: string): Runner =>
  (args, env = {}) =>
    runReference(args, { cwd, env: { OSTREE_DUMMY_SIGN_ENABLED: undefined, ...env } })

/** `Error opening file` names a whole path: the two work in folders of their own. */
function anywhere(output: Output, dir: string): object {
  // Debian builds the reference without ed25519, and so without these two options.
  const stderr = output.stderr.replace(/^ {2}--keys-(file|dir)=NAME .*\n/gm, '')
  return JSON.parse(JSON.stringify(seen({ ...output, stderr })).replaceAll(dir, 'DIR'))
}

testWithReference('dummy: the same texts, codes and bytes, step by step', async ({ dir }) => {
  const [ours, theirs] = [join(dir, 'ours'), join(dir, 'theirs')]
  const run = await prepare(oursIn, ours)
  const reference = await prepare(theirsIn, theirs)
  const steps: readonly (readonly [args: readonly string[], env?: Readonly<Record<string, string>>])[] = [
    [[...COMMIT, '-b', 'main', '--sign-type=dummy', '--sign=one', '--sign=two'], DUMMY],
    [[...COMMIT, '-b', 'other', '--sign-type=dummy', '--sign=one']],
    [[...COMMIT, '-b', 'other', '--sign-type=nothing', '--sign=one'], DUMMY],
    [[...COMMIT, '-b', 'other', '--sign-type=dummy', '--sign-from-file=missing'], DUMMY],
    [[...COMMIT, '-b', 'other', '--sign-type=dummy', '--sign-from-file=tree'], DUMMY],
    [[...COMMIT, '-b', 'other', '--add-detached-metadata-string=a=b', '--sign-type=dummy', '--sign=x'], DUMMY],
    [['refs', '--repo=repo']],
    [['show', '--repo=repo', 'main', '--print-detached-metadata-key=ostree.sign.dummy']],
    [['show', '--repo=repo', 'other', '--list-detached-metadata-keys']],
    [['show', '--repo=repo', 'main']],
    [['sign', '--repo=repo']],
    [['sign', '--repo=repo', 'main']],
    [['sign', '--repo=repo', 'missing', 'key']],
    [['sign', '--repo=repo', '-s', 'dummy', 'main', 'three'], DUMMY],
    [['sign', '--repo=repo', '-s', 'dummy', 'main', 'four']],
    [['sign', '--repo=repo', '-s', 'unheard-of', 'main', 'four']],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'main', 'three'], DUMMY],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'main', 'nobody', 'two', 'three'], DUMMY],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'main', 'nobody'], DUMMY],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'main', 'three']],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'main'], DUMMY],
    [['sign', '--repo=repo', '-s', 'dummy', '--verify', 'other^', 'three'], DUMMY],
    [['show', '--repo=repo', 'main', '--print-detached-metadata-key=ostree.sign.dummy']],
    [['summary', '--repo=repo', '-u', '--sign-type=dummy', '--sign=a', '--sign=b'], DUMMY],
    [['summary', '--repo=repo', '-u', '--sign-type=dummy', '--sign=a']],
    [['summary', '--repo=repo', '-u', '--sign-type=nothing', '--sign=a'], DUMMY],
    [['fsck', '--repo=repo', '--quiet']],
  ]
  for (const [args, env] of steps) {
    const mine = anywhere(await run(args, env), ours)
    expect({ args, ...mine }).toEqual({ args, ...anywhere(await reference(args, env), theirs) })
  }
  expect(await readFile(join(ours, 'repo/summary.sig'))).toEqual(await readFile(join(theirs, 'repo/summary.sig')))
  for (const ref of ['main', 'other']) {
    const commit = (await readFile(join(ours, `repo/refs/heads/${ref}`), 'utf8')).trim()
    const meta = `repo/objects/${commit.slice(0, 2)}/${commit.slice(2)}.commitmeta`
    expect(await readFile(join(ours, meta))).toEqual(await readFile(join(theirs, meta)))
  }
})

testWithReference('a signed summary of a collection: its metadata commit is signed, too', async ({ dir }) => {
  for (const [name, makeRunner] of [
    ['ours', oursIn],
    ['theirs', theirsIn],
  ] as const) {
    const run = await prepare(makeRunner, join(dir, name))
    await run(['config', '--repo=repo', 'set', 'core.collection-id', 'org.example.C'])
    await run([...COMMIT, '-b', 'main'])
    const signed = await run(['summary', '--repo=repo', '-u', '--sign-type=dummy', '--sign=key'], DUMMY)
    expect(seen(signed)).toEqual({ code: 0, stdout: '', stderr: '' })
    const verified = await run(['sign', '--repo=repo', '-s', 'dummy', '--verify', 'ostree-metadata', 'key'], DUMMY)
    expect(seen(verified)).toEqual({ code: 0, stdout: 'dummy: Signature verified\n', stderr: '' })
  }
})

const pair = ed25519Pair(21)
const stranger = ed25519Pair(22)
const SECRET = toBase64(pair.secretKey)
const PUBLIC = toBase64(pair.publicKey)
const VERIFIED = `ed25519: Signature verified successfully with key '${toHex(pair.publicKey)}'\n`

describe('ed25519', () => {
  let dir: string
  let run: Runner
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ostree-ts-'))
    run = await prepare(oursIn, dir)
    await writeFile(join(dir, 'secret'), `${SECRET}\n`)
    await writeFile(join(dir, 'public'), `${toBase64(stranger.publicKey)}\n${PUBLIC}\n`)
    await writeFile(join(dir, 'stranger'), `${toBase64(stranger.publicKey)}\n`)
    await writeFile(join(dir, 'newline'), '\n')
    await writeFile(join(dir, 'short'), 'AAAA\n')
    await mkdir(join(dir, 'keys/trusted.ed25519.d'), { recursive: true })
    await writeFile(join(dir, 'keys/trusted.ed25519.d/one'), PUBLIC)
    await run([...COMMIT, '-b', 'main', `--sign=${SECRET}`])
    await run([...COMMIT, '-b', 'plain'])
  })

  afterAll(() => rm(dir, { recursive: true }))

  const succeeds: readonly (readonly string[])[] = [
    ['--verify', 'main', PUBLIC],
    ['--verify', 'main', 'AAAA', PUBLIC],
    ['--verify', 'main', '--keys-file=public'],
    ['--verify', 'main', '--keys-dir=keys'],
    ['--verify', 'main', toBase64(stranger.publicKey), '--keys-file=public'],
  ]
  for (const args of succeeds) {
    test(args.join(' '), async () => {
      expect(seen(await run(['sign', '--repo=repo', ...args]))).toEqual({ code: 0, stdout: VERIFIED, stderr: '' })
    })
  }

  const refused = `ed25519: Signature couldn't be verified with: key '${toHex(stranger.publicKey)}'`
  const fails: readonly (readonly [readonly string[], string])[] = [
    [['--verify', 'plain', PUBLIC], 'No valid signatures found'],
    [['--verify', 'main', 'AAAA'], 'No valid signatures found'],
    [['--verify', 'main', '--keys-file=stranger'], refused],
    [['--verify', 'main', '--keys-file=empty'], "signature: ed25519: no valid keys in file 'empty'"],
    [['--verify', 'main', '--keys-file=newline'], 'Invalid base64 blob format'],
    [
      ['--verify', 'main', '--keys-file=short'],
      'ed25519: unable to read from NULL key-data input stream: Invalid ed25519 public key: Ill-formed input: expected 32 bytes, got 3 bytes',
    ],
    [['--verify', 'main', '--keys-file=tree'], "File object 'tree' is not a regular file"],
    [['--verify', 'plain', '--keys-file=public'], 'ed25519: commit have no signatures of my type'],
    [['--verify', 'main', '--keys-dir=tree'], 'signature: ed25519: no keys loaded'],
    [['plain', PUBLIC], 'Invalid ed25519 secret key: Ill-formed input: expected 64 bytes, got 32 bytes'],
    [['plain', '--keys-file=short'], 'Invalid ed25519 secret key: Ill-formed input: expected 64 bytes, got 3 bytes'],
    [['plain', '--keys-file=missing'], "File object 'missing' is not a regular file"],
    [['plain', '--keys-file=empty'], "No keys in file 'empty'"], // where the reference ends itself
  ]
  for (const [args, message] of fails) {
    test(args.join(' '), async () => {
      expect(seen(await run(['sign', '--repo=repo', ...args]))).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${message}\n`,
      })
    })
  }

  test('commit --sign-from-file', async () => {
    const signed = await run([...COMMIT, '-b', 'from-file', '--sign-from-file=secret'])
    expect(signed.code).toBe(0)
    expect((await run(['sign', '--repo=repo', '--verify', 'from-file', PUBLIC])).stdout).toBe(VERIFIED)
    for (const [file, message] of [
      ['newline', 'Reading newlineInvalid base64 blob format'], // sic
      ['empty', 'Reading empty: no key found'], // where the reference ends itself
    ] as const) {
      const failed = await run([...COMMIT, '-b', 'nothing', `--sign-from-file=${file}`])
      expect(seen(failed)).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` })
      expect((await run(['rev-parse', '--repo=repo', 'nothing'])).code).toBe(1)
    }
  })

  test('signing twice, and taking the signatures of one key away', async () => {
    await run([...COMMIT, '-b', 'twice', `--sign=${SECRET}`, `--sign=${toBase64(stranger.secretKey)}`])
    expect((await run(['sign', '--repo=repo', '--delete', 'twice', PUBLIC])).stdout).toBe('Signatures deleted: 1\n')
    expect((await run(['sign', '--repo=repo', '--delete', 'twice', PUBLIC])).stdout).toBe('Signatures deleted: 0\n')
    expect((await run(['sign', '--repo=repo', '--verify', 'twice', PUBLIC])).code).toBe(1)
    expect((await run(['sign', '--repo=repo', '--verify', 'twice', '--keys-file=stranger'])).code).toBe(0)
  })

  test('any flipped byte of the stored commit or of its signature is refused', async () => {
    const commit = (await readFile(join(dir, 'repo/refs/heads/main'), 'utf8')).trim()
    const object = join(dir, `repo/objects/${commit.slice(0, 2)}/${commit.slice(2)}`)
    for (const [file, offsets] of [
      [`${object}.commit`, [8, 60, 100]],
      [`${object}.commitmeta`, [0, 24, 60, 87]],
    ] as const) {
      const good = await readFile(file)
      for (const offset of offsets) {
        const bad = Buffer.from(good)
        bad[offset]! ^= 4
        await writeFile(file, bad)
        const { code, stdout } = await run(['sign', '--repo=repo', '--verify', 'main', '--keys-file=public'])
        expect({ offset, code, stdout }).toEqual({ offset, code: 1, stdout: '' })
      }
      await writeFile(file, good)
    }
    expect((await run(['sign', '--repo=repo', '--verify', 'main', PUBLIC])).code).toBe(0)
  })
})
