// The reference, with the GnuPG of this machine, beside us: what is recorded still holds, and broken signatures are told
// of in the same words. Which of them spoil all others was found out this way.

import { createHash } from 'node:crypto'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { beforeAll, expect } from 'vitest'
import { UTC } from '../../../src/dates/time-zone.ts'
import { isOstreeError } from '../../../src/errors.ts'
import { encodeDetachedMetadata } from '../../../src/objects/commit.ts'
import { describeSignature } from '../../../src/sign/openpgp/describe.ts'
import type { KeyBlock } from '../../../src/sign/openpgp/key-block.ts'
import { verifySignatures } from '../../../src/sign/openpgp/verify.ts'
import { run, runReference, testWithReference } from '../../reference.ts'
import { seedOr } from '../../seed.ts'
import { GPG_FIXTURES, gpgFixture, knownKeys, signatureCase, signatureCases } from './fixtures.ts'
import { mutated, randomNumbers } from './mutations.ts'

const commit = gpgFixture('commit')
const TIMEOUT_MS = 120_000
let blocks: KeyBlock[]

beforeAll(async () => {
  blocks = await knownKeys()
})

/** What the reference prints of signatures of the fixtures' commit, whose metadata object is put into a repository. */
async function referenceShows(dir: string): Promise<(signature: Uint8Array) => Promise<string>> {
  const checksum = createHash('sha256').update(commit).digest('hex')
  const folder = `${dir}/repo/objects/${checksum.slice(0, 2)}`
  await runReference(['init', '--repo=repo', '--mode=archive'], { cwd: dir })
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}/${checksum.slice(2)}.commit`, commit)
  await mkdir(`${dir}/keys`)
  await cp(`${GPG_FIXTURES}/keys.gpg`, `${dir}/keys/keys.gpg`)
  return async (signature) => {
    const metadata = encodeDetachedMetadata([['ostree.gpgsigs', { type: 'aay', value: [signature] }]])
    await writeFile(`${folder}/${checksum.slice(2)}.commitmeta`, metadata)
    const env = { OSTREE_GPG_HOME: `${dir}/keys` }
    const { stdout, stderr } = await runReference(['show', '--repo=repo', checksum], { cwd: dir, env })
    const found = stdout.indexOf('Found ')
    return stderr + (found < 0 ? '' : stdout.slice(found))
  }
}

async function ourShows(signature: Uint8Array): Promise<string> {
  try {
    const signatures = await verifySignatures({ blocks }, commit, signature)
    const count = `Found ${signatures.length} signature${signatures.length === 1 ? '' : 's'}:\n`
    return count + signatures.map((one) => `\n  ${describeSignature(one, UTC).join('\n  ')}\n`).join('')
  } catch (error) {
    if (!isOstreeError(error, 'UNTRUSTED')) throw error
    return `error: GPG: ${error.message}\n`
  }
}

/** What is recorded and copied is GnuPG 2.2's: newer ones read some broken numbers otherwise. */
async function requireGnupg22(skip: (reason: string) => never): Promise<void> {
  const version = /gpg \(GnuPG\) (\S+)/.exec((await run('gpg', ['--version'])).stdout)?.[1] ?? 'none'
  if (!version.startsWith('2.2.')) skip(`the GnuPG of this machine is ${version}, not 2.2`)
}

testWithReference(
  'the reference prints what is recorded',
  async ({ dir, skip }) => {
    await requireGnupg22(skip)
    const shows = await referenceShows(dir)
    for (const { name, signature, shows: recorded } of signatureCases()) {
      expect({ name, shows: await shows(signature) }).toEqual({ name, shows: recorded })
    }
  },
  { timeout: TIMEOUT_MS },
)

testWithReference(
  'mutated signatures are told of in the same words',
  async ({ dir, skip }) => {
    await requireGnupg22(skip)
    const shows = await referenceShows(dir)
    const random = randomNumbers(seedOr(1848))
    const originals = ['rsa', 'ed25519', 'subkey', 'several', 'dsa', 'nistp256', 'bad', 'stranger-then-good']
    for (let round = 0; round < 60; round++) {
      const name = originals[round % originals.length]!
      const signature = mutated(signatureCase(name).signature, random)
      const hex = Buffer.from(signature).toString('hex')
      expect({ hex, shows: await ourShows(signature) }).toEqual({ hex, shows: await shows(signature) })
    }
  },
  { timeout: TIMEOUT_MS },
)

testWithReference(
  'other packets among signatures',
  async ({ dir }) => {
    const shows = await referenceShows(dir)
    const { signature } = signatureCase('rsa')
    for (const [name, foreign] of Object.entries(FOREIGN)) {
      for (const bytes of [[...foreign, ...signature], [...signature, ...foreign], foreign].map((all) =>
        Uint8Array.from(all),
      )) {
        expect({ name, shows: await ourShows(bytes) }).toEqual({ name, shows: await shows(bytes) })
      }
    }
  },
  { timeout: TIMEOUT_MS },
)

const repeat = (byte: number, count: number): number[] => Array.from({ length: count }, () => byte)

/** Compressed data is left out: GnuPG looks for signatures inside, and we let none of all count. */
const FOREIGN: Readonly<Record<string, readonly number[]>> = {
  userId: [0xb4, 1, 0x61],
  literal: [0xac, 8, 0x62, 0, 0, 0, 0, 0, 0x68, 0x69],
  onePass: [0x90, 13, 3, 0, 10, 1, ...repeat(0x31, 8), 1],
  marker: [0xa8, 3, 0x50, 0x47, 0x50],
  brokenMarker: [0xa8, 3, 0x50, 0x47, 0x51],
  encrypted: [0xa4, 12, ...repeat(0x78, 12)],
  integrityProtected: [0xd2, 12, 1, ...repeat(0x78, 11)],
  integrityProtectedOtherwise: [0xd2, 12, 2, ...repeat(0x78, 11)],
  sessionKey: [0x84, 13, 3, ...repeat(0x31, 8), 1, 0, 1, 1],
  password: [0x8c, 4, 4, 9, 0, 8],
  attribute: [0xd1, 1, 1],
  control: [0xff, 1, 1],
  comment: [0xfd, 1, 1],
  private: [0xfc, 1, 1],
  trust: [0xb0, 2, 0, 0],
  reserved: [0xc0, 1, 1],
  nothing: [],
  tooShortSignature: [0x88, 3, 4, 0, 1],
}
