// Signed deltas: `static-delta verify`, and `apply-offline` with keys, beside the reference's with signatures of its own;
// ed25519, which Debian's build leaves out, with ours.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest'
import { toBase64 } from '../../src/bytes/base64.ts'
import { encodeSignedDelta, unwrapDelta } from '../../src/deltas/signed-delta.ts'
import { ED25519 } from '../../src/sign/ed25519.ts'
import { runInProcess, seen } from '../cli/in-process.ts'
import { referenceMissing, runReference, testWithReference } from '../reference.ts'
import { ed25519Pair } from '../sign/keys.ts'
import { type DeltaSamples, makeSource, reference } from './samples.ts'

const env = { OSTREE_DUMMY_SIGN_ENABLED: '1' }

let dir: string
let samples: DeltaSamples

beforeAll(async () => {
  if (referenceMissing !== undefined) return
  dir = mkdtempSync(join(process.env.OSTREE_TS_TEST_DIR ?? tmpdir(), 'ostree-ts-deltas-'))
  samples = await makeSource(dir)
  const generate = async (name: string, ...args: string[]) => {
    mkdirSync(join(dir, name))
    const words = ['static-delta', 'generate', '--repo=source', '--inline', `--filename=${name}/superblock`, ...args]
    const { code, stderr } = await runReference(words, { cwd: dir, env })
    if (code !== 0) throw new Error(stderr)
  }
  const { from, to } = samples
  await generate('plain', `--from=${from}`, to)
  await generate('dummy', `--from=${from}`, '--sign-type=dummy', '--sign=a key', '--sign=another', to)
  await reference(dir, 'init', '--repo=demanding', '--mode=bare-user-only')
  await reference(dir, 'pull-local', '--repo=demanding', 'source', from)
  await reference(dir, 'config', '--repo=demanding', 'set', 'core.sign-verify-deltas', 'true')
}, 60_000)
afterAll(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
})

/** Everything is applied to `demanding` again and again: what it has stays as it is. */
const LINES: readonly (readonly string[])[] = [
  ['verify', '--repo=source', '--sign-type=dummy', './dummy/superblock', 'a key'],
  ['verify', '--repo=source', '--sign-type=dummy', './dummy/superblock', 'another'],
  ['verify', '--repo=source', '--sign-type=dummy', './dummy/superblock', 'no key of theirs'],
  ['verify', '--repo=source', '--sign-type=dummy', './dummy/superblock'],
  ['verify', '--repo=source', '--sign-type=nonsense', './dummy/superblock', 'a key'],
  ['verify', '--repo=source', '--sign-type=dummy', './plain/superblock', 'a key'],
  ['verify', '--repo=source', '--sign-type=dummy', 'nonsense', 'a key'],
  ['verify', '--repo=source', '--sign-type=dummy', './nothing/here', 'a key'],
  ['verify', '--repo=source', '--sign-type=dummy'],
  ['show', '--repo=source', './dummy/superblock'],
  ['apply-offline', '--repo=demanding', '--sign-type=dummy', 'dummy', 'no key of theirs'],
  ['apply-offline', '--repo=demanding', '--sign-type=dummy', 'dummy'],
  ['apply-offline', '--repo=demanding', 'dummy'],
  ['apply-offline', '--repo=demanding', '--sign-type=dummy', 'dummy', 'another'],
  ['apply-offline', '--repo=demanding', '--sign-type=dummy', 'dummy', 'a key'],
  ['apply-offline', '--repo=demanding', '--sign-type=dummy', 'plain', 'a key'],
  ['apply-offline', '--repo=demanding', 'plain'],
]

testWithReference('dummy signatures, told and checked as the reference does it', async () => {
  vi.stubEnv('OSTREE_DUMMY_SIGN_ENABLED', '1') // the platform asks the process itself
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const words of LINES) {
    const args = ['static-delta', ...words]
    const [theirs, ours] = [await runReference(args, { cwd: dir, env }), await runInProcess(args, { cwd: dir, env })]
    expect(seen(ours), words.join(' ')).toEqual(seen(theirs))
  }
})

testWithReference(
  'ed25519 signatures, with keys from the command line, a file and a folder',
  async ({ ostree, repo }) => {
    const [good, other] = [ed25519Pair(1), ed25519Pair(2)]
    const { superblockBytes } = unwrapDelta(readFileSync(join(dir, 'plain/superblock')))
    const signature = await ED25519.sign(superblockBytes, good.secretKey)
    const signed = (bytes: Uint8Array) =>
      encodeSignedDelta(bytes, [['ostree.sign.ed25519', { type: 'aay', value: [signature] }]])
    mkdirSync(join(dir, 'keys'))
    writeFileSync(join(dir, 'signed'), signed(superblockBytes))
    const flipped = superblockBytes.slice()
    flipped[flipped.length - 40]! ^= 1
    writeFileSync(join(dir, 'tampered'), signed(flipped))
    writeFileSync(join(dir, 'keys/trusted.ed25519'), `${toBase64(good.publicKey)}\n`)
    writeFileSync(join(dir, 'other'), `${toBase64(other.publicKey)}\n`)
    await ostree('init', `--repo=${repo}`, '--mode=archive')
    await ostree('pull-local', `--repo=${repo}`, join(dir, 'source'), samples.from)
    const delta = (...words: string[]) => runInProcess(['static-delta', ...words], { cwd: dir })

    expect(await delta('verify', `--repo=${repo}`, './signed', toBase64(good.publicKey))).toMatchObject({
      code: 0,
      stdout: 'Verification OK\n',
      stderr: '',
    })
    expect(await delta('verify', `--repo=${repo}`, '--keys-dir=keys', './signed')).toMatchObject({ code: 0 })
    expect(await delta('verify', `--repo=${repo}`, '--keys-file=keys/trusted.ed25519', './signed')).toMatchObject({
      code: 0,
    })
    const refused = { code: 1, stderr: expect.stringContaining("ed25519: Signature couldn't be verified with: key") }
    expect(await delta('verify', `--repo=${repo}`, '--keys-file=other', './signed')).toMatchObject({
      ...refused,
      stdout: 'Verification fails\n',
    })
    expect(await delta('verify', `--repo=${repo}`, '--keys-dir=keys', './tampered')).toMatchObject(refused)
    expect(await delta('apply-offline', `--repo=${repo}`, '--keys-file=other', 'signed')).toMatchObject(refused)
    expect(await delta('apply-offline', `--repo=${repo}`, '--keys-dir=keys', 'tampered')).toMatchObject(refused)
    await expect(ostree('ls', `--repo=${repo}`, samples.to)).rejects.toThrow('No such metadata object')
    expect(await delta('apply-offline', `--repo=${repo}`, '--keys-dir=keys', 'signed')).toMatchObject({ code: 0 })
    await ostree('ls', `--repo=${repo}`, samples.to)
    await ostree('fsck', `--repo=${repo}`)
  },
)
