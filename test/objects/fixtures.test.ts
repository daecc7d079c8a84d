// Every object of the committed repositories: decodes, says what the reference printed of it, encodes to the same bytes,
// and hashes to its name.

import { describe, expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { encodeUtf8 } from '../../src/bytes/utf8.ts'
import { parseVariant } from '../../src/gvariant/parse-text.ts'
import { printVariant } from '../../src/gvariant/print-text.ts'
import type { Variant } from '../../src/gvariant/value.ts'
import { decodeVariant } from '../../src/gvariant/variant.ts'
import { type Checksum, checksumFromBytes } from '../../src/objects/checksum.ts'
import {
  COMMIT,
  decodeCommit,
  decodeDetachedMetadata,
  encodeCommit,
  encodeDetachedMetadata,
} from '../../src/objects/commit.ts'
import { DIRMETA, decodeDirmeta, encodeDirmeta } from '../../src/objects/dirmeta.ts'
import { DIRTREE, decodeDirtree, encodeDirtree } from '../../src/objects/dirtree.ts'
import {
  decodeArchiveFileHeader,
  decodeBareUserMetadata,
  decodeFileHeader,
  decodeFrame,
  encodeArchiveFileHeader,
  encodeBareUserMetadata,
  encodeFileHeader,
  FRAME_BYTES,
} from '../../src/objects/file-header.ts'
import { isRegularMode, isSymlinkMode, validateFileMode } from '../../src/objects/file-mode.ts'
import { OBJECT_TYPE, parseLoosePath } from '../../src/objects/object-name.ts'
import { decodeSummary, encodeSummary } from '../../src/objects/summary.ts'
import { decodeXattrs, encodeXattrs, validateXattrs } from '../../src/objects/xattrs.ts'
import type { Platform } from '../../src/platform/types.ts'
import { fixtureNames, openFixture, recordedOutput } from '../fixture-repos.ts'

interface StoredObject {
  readonly checksum: Checksum
  readonly type: string
  readonly path: string
}

async function objectsBelow({ fs }: Platform, root: string): Promise<StoredObject[]> {
  const found: StoredObject[] = []
  for (const { name: prefix } of await fs.readDirectory(`${root}/objects`)) {
    for (const { name } of await fs.readDirectory(`${root}/objects/${prefix}`)) {
      // A `.file-xattrs-link` is no object of its own; everything else in these folders has to be one.
      const object = parseLoosePath(prefix, name)
      expect(object, `${prefix}/${name}`).not.toBeNull()
      found.push({ ...object!, path: `${root}/objects/${prefix}/${name}` })
    }
  }
  return found
}

/** The signature of what lies in each metadata object. */
const METADATA = {
  commit: { signature: COMMIT.type.signature, recode: (data: Uint8Array) => encodeCommit(decodeCommit(data)) },
  dirtree: { signature: DIRTREE.type.signature, recode: (data: Uint8Array) => encodeDirtree(decodeDirtree(data)) },
  dirmeta: { signature: DIRMETA.type.signature, recode: (data: Uint8Array) => encodeDirmeta(decodeDirmeta(data)) },
} as const

const repos = fixtureNames('repositories')

test('every mode and every type of object is there', async () => {
  expect(repos).toEqual(expect.arrayContaining(['archive', 'bare', 'bare-split-xattrs', 'bare-user', 'bare-user-only']))
  const types = new Set<string>()
  for (const name of repos) {
    const { platform, path } = await openFixture('repositories', name)
    for (const { type } of await objectsBelow(platform, path)) types.add(type)
  }
  expect([...types].sort()).toEqual(Object.keys(OBJECT_TYPE).sort())
})

describe.each(repos)('%s', async (name) => {
  const { platform, path } = await openFixture('repositories', name)
  const objects = await objectsBelow(platform, path)

  test('metadata objects encode to their bytes and hash to their names', async () => {
    let count = 0
    for (const { checksum, type, path } of objects) {
      if (!(type in METADATA)) continue
      const data = await platform.fs.readFile(path)
      expect(toHex(METADATA[type as keyof typeof METADATA].recode(data)), path).toBe(toHex(data))
      expect(checksumFromBytes(platform.sha256Once(data)), path).toBe(checksum)
      count++
    }
    expect(count).toBeGreaterThan(2)
  })

  test('detached metadata, tombstones and attributes encode to their bytes', async () => {
    for (const { checksum, type, path } of objects) {
      if (type === 'commitmeta' || type === 'tombstoneCommit') {
        const data = await platform.fs.readFile(path)
        const value = decodeDetachedMetadata(data)
        expect(toHex(encodeDetachedMetadata(value)), path).toBe(toHex(data))
        if (type === 'tombstoneCommit') {
          expect(value).toEqual([['commit', { type: 'ay', value: encodeUtf8(`${checksum}\0`) }]])
        }
      } else if (type === 'fileXattrs' || type === 'fileXattrsLink') {
        const data = await platform.fs.readFile(path)
        const xattrs = decodeXattrs(data)
        validateXattrs(xattrs)
        expect(toHex(encodeXattrs(xattrs)), path).toBe(toHex(data))
        if (type === 'fileXattrs') expect(checksumFromBytes(platform.sha256Once(data)), path).toBe(checksum)
      } else if (type === 'payloadLink') {
        const target = await platform.fs.readlink(path)
        const bytes = await platform.fs.readFile(path)
        expect(target).toMatch(/^\.\.\/[0-9a-f]{2}\/[0-9a-f]{62}\.file$/)
        expect(checksumFromBytes(platform.sha256Once(bytes)), path).toBe(checksum)
      }
    }
  })

  test('file headers encode to their bytes, and with the content hash to the name', async () => {
    for (const { checksum, type, path } of objects) {
      if (type !== 'file' || !path.endsWith('.filez')) continue
      const data = await platform.fs.readFile(path)
      const end = FRAME_BYTES + decodeFrame(data, data.length)
      const { sizeBytes, ...info } = decodeArchiveFileHeader(data.subarray(FRAME_BYTES, end))
      validateFileMode(info.mode)
      validateXattrs(info.xattrs)
      expect(toHex(encodeArchiveFileHeader(info, sizeBytes)), path).toBe(toHex(data.subarray(0, end)))
      const content = isSymlinkMode(info.mode)
        ? new Uint8Array(0)
        : platform.inflateRawOnce(data.subarray(end), sizeBytes)
      expect(content.length).toBe(sizeBytes)
      const header = encodeFileHeader(info)
      expect(decodeFileHeader(header.subarray(FRAME_BYTES))).toEqual(info)
      const hasher = platform.sha256()
      hasher.update(header)
      hasher.update(content)
      expect(checksumFromBytes(hasher.digest()), path).toBe(checksum)
    }
  })

  test('attributes of bare-user files encode to their bytes, and with the content hash to the name', async () => {
    for (const { checksum, type, path } of objects) {
      const value = type === 'file' ? await platform.xattrs!.get(path, 'user.ostreemeta') : undefined
      if (value === undefined) continue
      const meta = decodeBareUserMetadata(value)
      expect(toHex(encodeBareUserMetadata(meta)), path).toBe(toHex(value))
      const bytes = await platform.fs.readFile(path)
      const symlinkTarget = isRegularMode(meta.mode) ? '' : new TextDecoder().decode(bytes.subarray(0, -1))
      const hasher = platform.sha256()
      hasher.update(encodeFileHeader({ ...meta, symlinkTarget }))
      if (isRegularMode(meta.mode)) hasher.update(bytes)
      expect(checksumFromBytes(hasher.digest()), path).toBe(checksum)
    }
  })
})

describe('what the reference printed', async () => {
  const { platform, path } = await openFixture('repositories', 'archive')
  const objects = await objectsBelow(platform, path)
  const shown = recordedOutput('repositories', 'archive').filter(({ args }) => args.includes('--raw'))

  test('covers every commit, dirtree and dirmeta', () => {
    expect(shown.length).toBe(objects.filter(({ type }) => type in METADATA).length)
  })

  test.each(shown.map(({ args, stdout }) => ({ checksum: args.at(-1)!, stdout })))(
    '$checksum reads as the reference reads it',
    async ({ checksum, stdout }) => {
      const object = objects.find((candidate) => candidate.checksum === checksum && candidate.type in METADATA)!
      const data = await platform.fs.readFile(object.path)
      // The reference swaps all numbers before it prints, those in a commit's metadata too.
      const raw = decodeVariant(METADATA[object.type as keyof typeof METADATA].signature, data, 'big')
      const text = stdout.slice(stdout.indexOf('\n') + 1, -1)
      expect(stdout).toBe(`${object.type} ${checksum}\n${text}\n`)
      expect(printVariant(raw, { typeAnnotate: true })).toBe(text)
      expect(fieldsOf(object.type, data)).toEqual(parseVariant(text).value)
    },
  )
})

/** What our schemas make of an object, laid out as the reference prints it. */
function fieldsOf(type: string, data: Uint8Array): Variant['value'] {
  const raw = (checksum: string | null) =>
    checksum === null ? new Uint8Array(0) : Uint8Array.from(Buffer.from(checksum, 'hex'))
  if (type === 'dirmeta') {
    const { uid, gid, mode, xattrs } = decodeDirmeta(data)
    return [uid, gid, mode, xattrs.map(({ name, value }) => [Uint8Array.of(...name, 0), value])]
  }
  if (type === 'dirtree') {
    const { files, directories } = decodeDirtree(data)
    return [
      files.map(({ name, checksum }) => [name, raw(checksum)]),
      directories.map(({ name, treeChecksum, metaChecksum }) => [name, raw(treeChecksum), raw(metaChecksum)]),
    ]
  }
  const commit = decodeCommit(data)
  const [metadata] = decodeVariant(COMMIT.type.signature, data, 'big').value as readonly Variant['value'][]
  expect(commit.metadata.map(([key]) => key)).toEqual((metadata as readonly [string, Variant][]).map(([key]) => key))
  return [
    metadata!, // numbers in it are printed swapped, so its values are compared through the text above
    raw(commit.parentChecksum),
    commit.relatedObjects.map(({ name, checksum }) => [name, raw(checksum)]),
    commit.subject,
    commit.body,
    commit.timestamp,
    raw(commit.rootTreeContents),
    raw(commit.rootTreeMetadata),
  ]
}

test('the summary encodes to its bytes', async () => {
  const { platform, path } = await openFixture('repositories', 'extras')
  const data = await platform.fs.readFile(`${path}/summary`)
  const summary = decodeSummary(data)
  expect(toHex(encodeSummary(summary))).toBe(toHex(data))
  expect(summary.refs.map(({ name }) => name)).toEqual(['alias', 'broken', 'deep/alias', 'last', 'left', 'main'])
})
