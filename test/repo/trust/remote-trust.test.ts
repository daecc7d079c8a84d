// What a remote's config demands, on repositories in memory. The sentences are the reference's.

import { describe, expect, test } from 'vitest'
import { toBase64 } from '../../../src/bytes/base64.ts'
import { toHex } from '../../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../../src/bytes/utf8.ts'
import { checksumFromBytes } from '../../../src/objects/checksum.ts'
import { encodeCommit, encodeDetachedMetadata, type Metadata } from '../../../src/objects/commit.ts'
import { memoryPlatform } from '../../../src/platform/memory/platform.ts'
import { addRemote, type RemoteOption } from '../../../src/repo/config/remotes.ts'
import { initRepo } from '../../../src/repo/init.ts'
import { openRepo, type Repo } from '../../../src/repo/repo.ts'
import { withSignature } from '../../../src/repo/trust/detached-metadata.ts'
import { type CommitToVerify, type RemoteTrustOptions, remoteTrust } from '../../../src/repo/trust/remote-trust.ts'
import { ED25519 } from '../../../src/sign/ed25519.ts'
import { keySigner } from '../../../src/sign/key-verifier.ts'
import { ed25519Pair } from '../../sign/keys.ts'

const trusted = ed25519Pair(1)
const other = ed25519Pair(2)
const publicText = toBase64(trusted.publicKey)
const NO_GPG: RemoteOption = ['gpg-verify', false]
const INLINE: RemoteOption = ['verification-ed25519-key', publicText]
const SIGNED: readonly RemoteOption[] = [NO_GPG, ['sign-verify', 'ed25519'], INLINE]
const SUMMARY_SIGNED: readonly RemoteOption[] = [NO_GPG, ['sign-verify-summary', 'ed25519'], INLINE]
const platform = await memoryPlatform()
let repos = 0

async function repoWith(settings: readonly RemoteOption[]): Promise<Repo> {
  const path = `/repo${repos++}`
  await initRepo(platform, path, { mode: 'archive' })
  await addRemote(await openRepo(platform, path), 'origin', 'http://localhost/repo', settings)
  return openRepo(platform, path)
}

async function trustWith(settings: readonly RemoteOption[], options?: RemoteTrustOptions) {
  return remoteTrust(await repoWith(settings), 'origin', options)
}

const commitBytes = encodeCommit({
  metadata: [],
  parentChecksum: null,
  relatedObjects: [],
  subject: 'signed',
  body: '',
  timestamp: 0n,
  rootTreeContents: checksumFromBytes(new Uint8Array(32)),
  rootTreeMetadata: checksumFromBytes(new Uint8Array(32)),
})
const checksum = checksumFromBytes(platform.sha256Once(commitBytes))

async function signedBy(...keys: (typeof trusted)[]): Promise<Metadata | undefined> {
  let metadata: Metadata | undefined
  for (const { secretKey } of keys) {
    const { metadataKey, sign } = keySigner(ED25519, secretKey)
    metadata = withSignature(metadata, metadataKey, await sign(commitBytes))
  }
  return metadata
}

async function commitSignedBy(...keys: (typeof trusted)[]): Promise<CommitToVerify> {
  return { checksum, commitBytes, detachedMetadata: await signedBy(...keys) }
}

const VERIFIED = `ed25519: Signature verified successfully with key '${toHex(trusted.publicKey)}'`
const REFUSED = `ed25519: Signature couldn't be verified with: key '${toHex(trusted.publicKey)}'`

describe('commits', () => {
  test('a signature by the configured key passes', async () => {
    const trust = await trustWith(SIGNED)
    expect(trust.ofCommits).toEqual({ gpg: false, sign: true })
    expect(trust.ofSummaries).toEqual({ gpg: false, sign: false })
    const verification = await trust.verifyCommit(await commitSignedBy(trusted))
    expect(verification).toEqual({ gpgReports: null, signMessage: VERIFIED })
    const second = await commitSignedBy(other, trusted)
    expect((await (await trustWith(SIGNED)).verifyCommit(second)).signMessage).toBe(VERIFIED)
  })

  test('no detached metadata, no signature of the kind, a signature by another key', async () => {
    const trust = await trustWith(SIGNED)
    const verify = (detachedMetadata: Metadata | undefined, isStored = false) =>
      trust.verifyCommit({ checksum, commitBytes, detachedMetadata, isStored })
    const untrusted = (message: string) => ({ code: 'UNTRUSTED', message })
    await expect(verify(undefined)).rejects.toMatchObject(untrusted("Can't verify commit without detached metadata"))
    await expect(verify([])).rejects.toMatchObject(untrusted("Can't verify commit: No signatures found"))
    await expect(verify(await signedBy(other))).rejects.toMatchObject(untrusted(`Can't verify commit: ${REFUSED}`))
    await expect(verify([], true)).rejects.toMatchObject(
      untrusted(`Can't verify commit ${checksum}: ed25519: commit have no signatures of my type`),
    )
  })

  test('bytes under another checksum are refused even when they are signed', async () => {
    const trust = await trustWith(SIGNED)
    const commit = await commitSignedBy(trusted)
    const changed = { ...commit, checksum: checksumFromBytes(new Uint8Array(32)) }
    await expect(trust.verifyCommit(changed)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' })
  })

  test('every kind may do where sign-verify is true', async () => {
    const trust = await trustWith([NO_GPG, ['sign-verify', true], INLINE])
    expect((await trust.verifyCommit(await commitSignedBy(trusted))).signMessage).toBe(VERIFIED)
  })

  test('nothing is demanded without a remote, by a file URL, and with sign-verify=false', async () => {
    const repo = await repoWith([NO_GPG, ['sign-verify', false]])
    for (const name of [null, 'file:///srv/repo', 'origin']) {
      const trust = await remoteTrust(repo, name)
      expect(trust.ofCommits).toEqual({ gpg: false, sign: false })
      const unsigned = { checksum, commitBytes, detachedMetadata: undefined }
      expect(await trust.verifyCommit(unsigned)).toEqual({ gpgReports: null, signMessage: null })
    }
  })

  test('a remote that says nothing demands OpenPGP signatures', async () => {
    const trust = await trustWith([])
    expect(trust.ofCommits).toEqual({ gpg: true, sign: false })
    await expect(trust.verifyCommit(await commitSignedBy(trusted))).rejects.toMatchObject({
      code: 'UNTRUSTED',
      message: `Commit ${checksum}: GPG verification enabled, but no signatures found (use gpg-verify=false in remote config to disable)`,
    })
    const overridden = await trustWith([], { gpgVerify: false })
    expect(overridden.ofCommits).toEqual({ gpg: false, sign: false })
    await expect(remoteTrust(await repoWith([]), null, { gpgVerify: true })).rejects.toThrow(
      'Must specify remote name to enable gpg verification',
    )
  })
})

describe('configs that cannot be met', () => {
  const KEY = 'verification-ed25519-key'
  const FILE = 'verification-ed25519-file'
  const cases: readonly [string, readonly RemoteOption[], string][] = [
    ['no keys', [['sign-verify', 'ed25519']], 'No keys found for required signapi type ed25519'],
    ['a kind nobody knows', [['sign-verify', 'rot13']], 'Requested signature type is not implemented'],
    [
      'a key that is too short',
      [
        ['sign-verify', 'ed25519'],
        [KEY, 'AAAA'],
      ],
      "Failed loading 'ed25519' keys from inline `verification-key`",
    ],
    [
      'a file that is not there',
      [
        ['sign-verify', 'ed25519'],
        [FILE, '/missing'],
      ],
      "Failed loading 'ed25519' keys from '/missing",
    ],
  ]
  for (const [name, settings, message] of cases) {
    test(name, async () => {
      await expect(trustWith([NO_GPG, ...settings])).rejects.toMatchObject({ message })
    })
  }

  test('an unknown remote', async () => {
    await expect(remoteTrust(await repoWith([]), 'elsewhere')).rejects.toThrow('Remote "elsewhere" not found')
  })
})

describe('summaries', () => {
  const summaryBytes = encodeUtf8('a summary, as far as its signature goes')

  async function signature(key: typeof trusted): Promise<Uint8Array> {
    const { metadataKey, sign } = keySigner(ED25519, key.secretKey)
    return encodeDetachedMetadata(withSignature(undefined, metadataKey, await sign(summaryBytes)))
  }

  test('signed by the configured key, by another, broken, missing', async () => {
    const trust = await trustWith(SUMMARY_SIGNED)
    expect(trust.ofSummaries).toEqual({ gpg: false, sign: true })
    await trust.verifySummary({ summaryBytes, signatureBytes: await signature(trusted) })
    const verify = (signatureBytes: Uint8Array | undefined) => trust.verifySummary({ summaryBytes, signatureBytes })
    await expect(verify(await signature(other))).rejects.toThrow(REFUSED)
    await expect(verify(encodeUtf8('garbage'))).rejects.toThrow('No signatures found')
    await expect(verify(undefined)).rejects.toThrow(
      'Signatures verification enabled, but no summary.sig found (use sign-verify-summary=false in remote config to disable)',
    )
    await expect(trust.verifySummary({ summaryBytes, signatureBytes: undefined, asking: 'summary' })).rejects.toThrow(
      'Signature verification enabled, but no summary signatures found (use sign-verify-summary=false in remote config to disable)',
    )
    await expect(
      trust.verifySummary({ summaryBytes: undefined, signatureBytes: undefined, asking: 'summary' }),
    ).rejects.toThrow('Signature verification enabled, but no summary found')
  })

  test('any flipped byte of the summary is refused', async () => {
    const trust = await trustWith(SUMMARY_SIGNED)
    const signatureBytes = await signature(trusted)
    for (let i = 0; i < summaryBytes.length; i++) {
      const flipped = summaryBytes.map((byte, at) => (at === i ? byte ^ 1 : byte))
      await expect(trust.verifySummary({ summaryBytes: flipped, signatureBytes })).rejects.toThrow(REFUSED)
    }
  })
})
