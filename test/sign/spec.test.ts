// spec/signatures.md against the fixtures and the code.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { decodeDetachedMetadata, encodeDetachedMetadata } from '../../src/objects/commit.ts'
import { keyKinds } from '../../src/sign/key-kinds.ts'
import { readPackets } from '../../src/sign/openpgp/packets.ts'
import { parseSignature } from '../../src/sign/openpgp/signature-packet.ts'
import { readSpecPage } from '../spec-page.ts'
import { signatureCase } from './openpgp/fixtures.ts'

const PAGE = readSpecPage('signatures')
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/signatures/${name}`, import.meta.url)))

describe('dumps', () => {
  const dumps = PAGE.dumps(['file', 'signature']).filter((dump) => dump.heading('file') !== undefined)
  test('there are some', () => expect(dumps).toHaveLength(1))
  for (const dump of dumps) {
    const name = dump.heading('file') ?? ''
    test(`${name} is what the reference wrote, and what we write of it`, () => {
      expect(dump.data).toEqual(fixture(name))
      expect(encodeDetachedMetadata(decodeDetachedMetadata(dump.data))).toEqual(dump.data)
    })
  }
})

test('every kind of keys has its entry in the first table', () => {
  for (const { name, metadataKey } of keyKinds(() => undefined)) {
    expect(PAGE.text).toContain(`| [${name}](#${name}) | \`${metadataKey}\` |`)
  }
})

test('the sentences are those of the code', () => {
  for (const { name, sentences } of keyKinds(() => undefined)) {
    const generic = (text: string) => (name === 'dummy' ? text : text.replace(name, 'KIND'))
    expect(PAGE.text).toContain(`\`${generic(sentences.verified('HEX'))}\``)
    expect(PAGE.text).toContain(`\`${generic(sentences.noEntry)}\``)
    expect(PAGE.text).toContain(`\`${generic(sentences.nothingTried)}\``)
  }
})

test('the OpenPGP signature that is dumped is read as it is explained', () => {
  const [dump] = PAGE.dumps(['file', 'signature']).filter((one) => one.heading('signature') !== undefined)
  const name = dump?.heading('signature') ?? ''
  expect(dump?.data).toEqual(signatureCase(name).signature)
  const [packet] = readPackets(dump!.data)
  if (packet === undefined || packet === 'invalid') throw new Error('no packet')
  const digits = toHex(dump!.data.subarray(0x0b, 0x1f)).toUpperCase()
  expect(parseSignature(packet)).toMatchObject({
    version: 4,
    signatureClass: 0,
    publicKeyAlgorithm: 22,
    digestAlgorithm: 8,
    createdAt: 1_709_294_400,
    issuerFingerprint: digits,
    keyId: digits.slice(-16),
    numbers: [dump!.data.subarray(0x35, 0x55), dump!.data.subarray(0x57)],
  })
})
