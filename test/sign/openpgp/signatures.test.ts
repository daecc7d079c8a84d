// Every kind of signature that GnuPG makes, judged and described as the reference does it.

import { beforeAll, describe, expect, test } from 'vitest'
import { loadTimeZone } from '../../../src/dates/load-zone.ts'
import type { TimeZone } from '../../../src/dates/time-zone.ts'
import { describeSignature } from '../../../src/sign/openpgp/describe.ts'
import type { Keyring } from '../../../src/sign/openpgp/keyring.ts'
import { verifySignatures } from '../../../src/sign/openpgp/verify.ts'
import { FIXTURE_NOW, gpgFixture, knownKeys, signatureCase, signatureCases } from './fixtures.ts'

let keyring: Keyring
let utc: TimeZone
const commit = gpgFixture('commit')

beforeAll(async () => {
  keyring = { blocks: await knownKeys() }
  utc = await loadTimeZone('UTC', async () => undefined, undefined)
})

const verify = (signature: Uint8Array, data = commit) =>
  verifySignatures(keyring, data, signature, { nowSeconds: FIXTURE_NOW })

describe('what the reference prints', () => {
  test.each(signatureCases())('$name', async ({ signature, shows }) => {
    const signatures = await verify(signature)
    const count = `Found ${signatures.length} signature${signatures.length === 1 ? '' : 's'}:\n`
    const paragraphs = signatures.map((one) => `\n  ${describeSignature(one, utc).join('\n  ')}\n`)
    expect(count + paragraphs.join('')).toBe(shows)
  })
})

test('everything that libostree tells of a good signature by a subkey', async () => {
  const [signature] = await verify(signatureCase('subkey-lasting').signature)
  const parent = keyring.blocks.find(({ components }) =>
    components.some((part) => part.kind === 'subkey' && part.key.fingerprint === signature?.fingerprint),
  )
  expect(signature).toEqual({
    valid: true,
    signatureExpired: false,
    keyExpired: false,
    keyRevoked: false,
    keyMissing: false,
    fingerprint: expect.stringMatching(/^[0-9A-F]{40}$/),
    timestamp: Date.UTC(2024, 2, 1, 12) / 1000,
    expiryTimestamp: 0,
    publicKeyAlgorithm: 'RSA',
    hashAlgorithm: 'SHA512',
    userName: 'lasting-parent Tester',
    userEmail: 'lasting-parent@example.com',
    primaryFingerprint: parent?.primary.fingerprint,
    keyExpiryTimestamp: Date.UTC(2084, 2, 16, 17, 46, 40) / 1000,
    primaryKeyExpiryTimestamp: Date.UTC(2087, 4, 18, 3, 33, 20) / 1000,
  })
})

test('no signature is valid over other bytes', async () => {
  for (const { signature } of signatureCases()) {
    const signatures = await verify(signature, commit.subarray(1))
    expect(signatures.some(({ valid }) => valid)).toBe(false)
  }
})

test('a key counts from when it is made until it expires', async () => {
  const { signature } = signatureCase('outlived-key')
  const at = async (nowSeconds: number) => (await verifySignatures(keyring, commit, signature, { nowSeconds }))[0]
  const expiry = Date.UTC(2024, 11, 31) / 1000
  expect(await at(expiry)).toMatchObject({ valid: true, keyExpired: false })
  expect(await at(expiry + 1)).toMatchObject({ valid: false, keyExpired: true })
  expect(await at(Date.UTC(2023, 11, 31) / 1000)).toMatchObject({ valid: false, keyExpired: false })
})

test('a signing subkey that does not vouch for its primary key is useless', async () => {
  const { signature } = signatureCase('subkey')
  const [good] = await verify(signature)
  expect(good?.valid).toBe(true)
  const blocks = keyring.blocks.map((block) => ({
    ...block,
    components: block.components.map((part) => ({
      ...part,
      // GnuPG keeps the subkey's own signature where nothing is signed: anyone can take it away.
      signatures: part.signatures.map((node) => ({
        ...node,
        signature: { ...node.signature, unhashed: new Uint8Array(0) },
      })),
    })),
  }))
  const [stripped] = await verifySignatures({ blocks }, commit, signature, { nowSeconds: FIXTURE_NOW })
  expect(stripped).toMatchObject({ valid: false, keyMissing: false, fingerprint: good?.fingerprint })
})
