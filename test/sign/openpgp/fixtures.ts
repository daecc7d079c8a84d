// The keys and signatures of test/fixtures/gpg.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyBlock, readKeyring } from '../../../src/sign/openpgp/key-block.ts'

export const GPG_FIXTURES = join(import.meta.dirname, '../../fixtures/gpg')

export interface SignatureCase {
  readonly name: string
  readonly signature: Uint8Array
  /** What the reference prints below the commit. */
  readonly shows: string
}

export function gpgFixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(GPG_FIXTURES, name)))
}

export function signatureCases(): SignatureCase[] {
  const cases: Record<string, { signature: string; shows: string }> = JSON.parse(
    readFileSync(join(GPG_FIXTURES, 'signatures.json'), 'utf8'),
  )
  return Object.entries(cases).map(([name, { signature, shows }]) => {
    return { name, signature: new Uint8Array(Buffer.from(signature, 'base64')), shows }
  })
}

export function signatureCase(name: string): SignatureCase {
  const found = signatureCases().find((one) => one.name === name)
  if (found === undefined) throw new Error(`no signature ${name} in the fixtures`)
  return found
}

export function knownKeys(): Promise<KeyBlock[]> {
  return readKeyring(gpgFixture('keys.gpg'))
}

/** A moment after which nothing in the fixtures changes until 2084. */
export const FIXTURE_NOW = Date.UTC(2026, 10, 30) / 1000
