// spec/objects.md against the fixtures and the code: every dump is what lies in the repository, and what we write.

import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../src/bytes/compare.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { checksumFromBytes, parseChecksum } from '../../src/objects/checksum.ts'
import { decodeCommit, decodeDetachedMetadata, encodeCommit, encodeDetachedMetadata } from '../../src/objects/commit.ts'
import { decodeDirmeta, encodeDirmeta } from '../../src/objects/dirmeta.ts'
import { decodeDirtree, encodeDirtree } from '../../src/objects/dirtree.ts'
import {
  BARE_USER_XATTR,
  decodeArchiveFileHeader,
  decodeBareUserMetadata,
  decodeFileHeader,
  decodeFrame,
  encodeArchiveFileHeader,
  encodeBareUserMetadata,
  encodeFileHeader,
  FRAME_BYTES,
} from '../../src/objects/file-header.ts'
import { decodeXattrs, encodeXattrs } from '../../src/objects/xattrs.ts'
import { resolveRev } from '../../src/repo/refs/resolve-rev.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { readCommit } from '../../src/repo/store/read-object.ts'
import { openFixture } from '../fixture-repos.ts'
import { readSpecPage } from '../spec-page.ts'

const PAGE = readSpecPage('objects')
const DUMPS = PAGE.dumps(['object', 'xattr', 'hash', 'of', 'field']).map(({ heading, headings, data }) => ({
  name: heading('object') ?? heading('xattr') ?? heading('hash') ?? '',
  kind: heading('object') !== undefined ? 'object' : heading('xattr') !== undefined ? 'xattr' : 'hash',
  of: heading('of') ?? '',
  fields: headings('field'),
  data,
}))

/** What the codecs read from an object, and the bytes they write of it. */
interface Reading {
  readonly value: object
  readonly bytes: Uint8Array
}

function reading(decode: (data: Uint8Array) => object, encode: (value: never) => Uint8Array) {
  return (data: Uint8Array): Reading => {
    const value = decode(data)
    return { value, bytes: encode(value as never) }
  }
}

const READERS: Readonly<Record<string, (data: Uint8Array) => Reading>> = {
  commit: reading(decodeCommit, encodeCommit),
  dirtree: reading(decodeDirtree, encodeDirtree),
  dirmeta: reading(decodeDirmeta, encodeDirmeta),
  commitmeta: reading(decodeDetachedMetadata, encodeDetachedMetadata),
  'tombstone-commit': reading(decodeDetachedMetadata, encodeDetachedMetadata),
  'file-xattrs-link': reading(decodeXattrs, encodeXattrs),
  filez(data) {
    const end = FRAME_BYTES + decodeFrame(data, data.length)
    const value = decodeArchiveFileHeader(data.subarray(FRAME_BYTES, end))
    return { value, bytes: concatBytes([encodeArchiveFileHeader(value, value.sizeBytes), data.subarray(end)]) }
  },
}

function expectFields(value: object, fields: readonly string[]): void {
  for (const field of fields) {
    const [name = '', ...rest] = field.split(' ')
    const actual = (value as Record<string, unknown>)[name]
    expect(typeof actual === 'bigint' ? Number(actual) : actual, name).toEqual(JSON.parse(rest.join(' ')))
  }
}

describe('dumps of objects', () => {
  const objects = DUMPS.filter(({ kind, name }) => kind === 'object' && !name.startsWith('ostree.sizes'))

  test('are many', () => {
    expect(objects.length).toBeGreaterThan(7)
  })

  test.each(objects)('$name', async ({ name, of, fields, data }) => {
    const { platform, path } = await openFixture('repositories', of)
    const stored = await platform.fs.readFile(`${path}/objects/${name.slice(0, 2)}/${name.slice(2)}`)
    expect(toHex(data)).toBe(toHex(stored))
    const { value, bytes } = READERS[name.slice(65)]!(data)
    expect(toHex(bytes)).toBe(toHex(data))
    expectFields(value, fields)
  })
})

test.each(DUMPS.filter(({ kind }) => kind === 'xattr'))('attribute of $name', async ({ name, of, fields, data }) => {
  const { platform, path } = await openFixture('repositories', of)
  const file = `${path}/objects/${name.slice(0, 2)}/${name.slice(2)}`
  expect(toHex(data)).toBe(toHex((await platform.xattrs!.get(file, BARE_USER_XATTR))!))
  const value = decodeBareUserMetadata(data)
  expect(toHex(encodeBareUserMetadata(value))).toBe(toHex(data))
  expectFields(value, fields)
})

test.each(DUMPS.filter(({ kind }) => kind === 'hash'))('what is hashed for $name', async ({ name, data }) => {
  const { platform } = await openFixture('repositories', 'archive')
  expect(checksumFromBytes(platform.sha256Once(data))).toBe(name)
  const end = FRAME_BYTES + decodeFrame(data, data.length)
  const info = decodeFileHeader(data.subarray(FRAME_BYTES, end))
  expect(toHex(encodeFileHeader(info))).toBe(toHex(data.subarray(0, end)))
  // The archive's header says the same of the same file.
  const archived = DUMPS.find((dump) => dump.name === `${parseChecksum(name)}.filez`)!
  expect(READERS.filez!(archived.data).value).toMatchObject(info)
})

test('sizes', async () => {
  const { platform, path } = await openFixture('repositories', 'sizes')
  const repo = await openRepo(platform, path)
  const { metadata } = await readCommit(repo.store, await resolveRev(repo, 'main'))
  const sizes = metadata.find(([key]) => key === 'ostree.sizes')![1].value as readonly Uint8Array[]
  const [dump] = DUMPS.filter(({ name }) => name.startsWith('ostree.sizes'))
  expect(toHex(dump!.data)).toBe(toHex(concatBytes(sizes.slice(0, 2))))
})
