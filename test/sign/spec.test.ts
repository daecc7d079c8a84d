// spec/signatures.md against the fixtures and the code.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeDetachedMetadata, encodeDetachedMetadata } from '../../src/objects/commit.ts'
import { keyKinds } from '../../src/sign/key-kinds.ts'
import { readSpecPage } from '../spec-page.ts'

const PAGE = readSpecPage('signatures')
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../fixtures/signatures/${name}`, import.meta.url)))

describe('dumps', () => {
  const dumps = PAGE.dumps(['file'])
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
