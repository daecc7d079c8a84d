// Broken signatures and keyrings end in reports or in errors with a code; none is ever taken for a good signature.

import { beforeAll, expect, test } from 'vitest'
import { isOstreeError } from '../../../src/errors.ts'
import { certify } from '../../../src/sign/openpgp/certificate.ts'
import { importKeys, readKeys } from '../../../src/sign/openpgp/import-keys.ts'
import { type KeyBlock, readKeyring } from '../../../src/sign/openpgp/key-block.ts'
import { verifySignatures } from '../../../src/sign/openpgp/verify.ts'
import { writeKeyring } from '../../../src/sign/openpgp/write-keyring.ts'
import { seedOr } from '../../seed.ts'
import { FIXTURE_NOW, gpgFixture, knownKeys, signatureCase } from './fixtures.ts'
import { mutated, randomNumbers } from './mutations.ts'

const commit = gpgFixture('commit')
const ROUNDS = 140
/** For machines that do much else meanwhile. */
const TIMEOUT = { timeout: 120_000 }
let blocks: KeyBlock[]

beforeAll(async () => {
  blocks = await knownKeys()
})

test('mutated signatures: reports, or UNTRUSTED', TIMEOUT, async () => {
  const random = randomNumbers(seedOr(4711))
  const originals = ['rsa', 'ed25519', 'subkey', 'several', 'dsa', 'armored', 'text'].map((name) => signatureCase(name))
  let errors = 0
  let reports = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { signature } = originals[round % originals.length]!
    try {
      for (const report of await verifySignatures({ blocks }, commit, mutated(signature, random), options)) {
        reports++
        expect(report.timestamp).toBeGreaterThanOrEqual(0)
      }
    } catch (error) {
      errors++
      if (!isOstreeError(error, 'UNTRUSTED')) throw error
    }
  }
  expect(errors).toBeGreaterThan(0)
  expect(reports).toBeGreaterThan(0)
})

const options = { nowSeconds: FIXTURE_NOW }

test('a flipped bit of what is signed makes no good signature', TIMEOUT, async () => {
  const { signature } = signatureCase('ed25519')
  for (let bit = 0; bit < 8 * commit.length; bit += 53) {
    const changed = commit.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect((await verifySignatures({ blocks }, changed, signature, options)).some(({ valid }) => valid)).toBe(false)
  }
})

test('mutated keyrings: keys or none', TIMEOUT, async () => {
  const random = randomNumbers(seedOr(815))
  const originals = [gpgFixture('keys.gpg'), gpgFixture('two.asc'), gpgFixture('secret.asc')]
  const { signature } = signatureCase('rsa')
  let kept = 0
  for (let round = 0; round < ROUNDS / 7; round++) {
    const found = await readKeys(mutated(originals[round % originals.length]!, random))
    kept += found.length
    const { blocks: imported } = await importKeys([], found.slice(0, 3), FIXTURE_NOW)
    for (const block of found.slice(0, 3)) await certify(block, options)
    await verifySignatures({ blocks: found }, commit, signature, options)
    expect((await readKeyring(writeKeyring(imported))).length).toBe(imported.length)
  }
  expect(kept).toBeGreaterThan(0)
})

test('lengths beyond all reason are not allocated for', async () => {
  const huge = Uint8Array.of(0xc2, 0xff, 0xff, 0xff, 0xff, 0xfe, 4, 0, 1, 8)
  await expect(verifySignatures({ blocks }, commit, huge, options)).rejects.toMatchObject({ code: 'UNTRUSTED' })
  expect(await readKeyring(Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff, 0xfe, 4))).toEqual([])
})

test('a version 4 key with a subkey of an unknown version keeps the rest', async () => {
  const unknown = Uint8Array.of(0xb8, 2, 9, 9)
  const [first] = blocks
  const alone = writeKeyring([first!])
  const [found] = await readKeyring(new Uint8Array([...alone, ...unknown]))
  expect(found?.primary.fingerprint).toBe(first?.primary.fingerprint)
})
