// Signing with whatever makes signatures: here OpenSSL, standing for a KMS or an HSM that answers later or fails.

import { createPrivateKey, sign as opensslSign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../../src/bytes/utf8.ts'
import type { Checksum } from '../../../src/objects/checksum.ts'
import { memoryPlatform } from '../../../src/platform/memory/platform.ts'
import { commit } from '../../../src/repo/commit/commit.ts'
import { initRepo } from '../../../src/repo/init.ts'
import { tryResolveRev } from '../../../src/repo/refs/resolve-rev.ts'
import { openRepo, type Repo } from '../../../src/repo/repo.ts'
import { readDetachedMetadata } from '../../../src/repo/store/read-object.ts'
import { regenerateSummary } from '../../../src/repo/summary/regenerate-summary.ts'
import { decodeSignatureFile, signaturesIn } from '../../../src/repo/trust/detached-metadata.ts'
import { signCommit } from '../../../src/repo/trust/sign.ts'
import { commitJudge } from '../../../src/repo/trust/verify.ts'
import type { Signer } from '../../../src/sign/types.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/signatures/keys/${name}`, import.meta.url))
const key = createPrivateKey(fixture('ed25519.pem'))

const elsewhere: Signer = {
  metadataKey: 'ostree.sign.ed25519',
  async sign(data) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    return new Uint8Array(opensslSign(null, data, key))
  },
}
const broken: Signer = {
  metadataKey: 'ostree.sign.ed25519',
  async sign() {
    throw new Error('the HSM is asleep')
  },
}
const novel: Signer = { metadataKey: 'ostree.sign.novel', sign: () => encodeUtf8('who knows') }

let repo: Repo
beforeEach(async () => {
  const platform = await memoryPlatform()
  await initRepo(platform, '/repo', { mode: 'archive' })
  repo = await openRepo(platform, '/repo')
  await platform.fs.mkdir('/tree')
  await platform.fs.writeFile('/tree/hello', encodeUtf8('hello\n'))
  await platform.fs.writeFile('/keys', new Uint8Array(fixture('ed25519.public')))
})

const write = async (signers: Signer[]): Promise<Checksum> =>
  (await commit(repo, { trees: [{ kind: 'directory', path: '/tree' }], branch: 'main', timestamp: 0n, signers }))
    .checksum

describe('commits', () => {
  test('signed while they are written, and again later; every signature is judged', async () => {
    const checksum = await write([elsewhere])
    await signCommit(repo.store, checksum, [novel, elsewhere])
    const { judge } = await commitJudge(repo, { keyFiles: ['/keys'] })
    const { trusted, reason, signatures } = await judge(checksum)
    expect({ trusted, reason }).toEqual({ trusted: true, reason: '2 of 3 signatures are good' })
    const told = signatures.map(({ type, valid, message }) => ({ type, valid, message })).filter(({ valid }) => !valid)
    expect(told).toEqual([
      { type: 'unknown', valid: false, message: 'ostree.sign.novel: signatures of this kind cannot be checked' },
    ])
  })

  test('a signer that fails while a commit is written leaves no commit', async () => {
    await expect(write([elsewhere, broken])).rejects.toThrow('the HSM is asleep')
    expect(await tryResolveRev(repo, 'main')).toBeUndefined()
    expect(await repo.platform.fs.readDirectory('/repo/objects')).toEqual([])
  })

  test('a signer that fails later leaves the signatures before it', async () => {
    const checksum = await write([])
    await expect(signCommit(repo.store, checksum, [elsewhere, broken, novel])).rejects.toThrow('the HSM is asleep')
    const metadata = await readDetachedMetadata(repo.store, checksum)
    expect(metadata?.map(([name]) => name)).toEqual(['ostree.sign.ed25519'])
    expect(signaturesIn(metadata, 'ostree.sign.ed25519')).toHaveLength(1)
  })
})

describe('summaries', () => {
  const { signal } = new AbortController()

  test('are out together with their signatures, and lose them when nobody signs', async () => {
    await write([])
    await regenerateSummary(repo, { signers: [elsewhere, novel], signal })
    const signatures = decodeSignatureFile(await repo.platform.fs.readFile('/repo/summary.sig'))
    expect(signatures.map(([name]) => name).sort()).toEqual(['ostree.sign.ed25519', 'ostree.sign.novel'])
    const times = await Promise.all(
      ['summary', 'summary.sig'].map(async (name) => repo.platform.fs.lstat(`/repo/${name}`)),
    )
    expect(times[0]!.mtimeMs).toBeCloseTo(times[1]!.mtimeMs, 0)
    await regenerateSummary(repo)
    expect(await repo.platform.fs.tryLstat('/repo/summary.sig')).toBeUndefined()
  })

  test('stay as they were when a signer fails', async () => {
    await write([])
    await regenerateSummary(repo, { signers: [elsewhere] })
    const before = await Promise.all(
      ['summary', 'summary.sig'].map(async (name) => repo.platform.fs.readFile(`/repo/${name}`)),
    )
    await expect(regenerateSummary(repo, { signers: [elsewhere, broken] })).rejects.toThrow('the HSM is asleep')
    const after = await Promise.all(
      ['summary', 'summary.sig'].map(async (name) => repo.platform.fs.readFile(`/repo/${name}`)),
    )
    expect(after).toEqual(before)
    const left = (await repo.platform.fs.readDirectory('/repo/tmp')).map(({ name }) => name)
    expect(left.filter((name) => name.startsWith('summary'))).toEqual([])
  })
})
