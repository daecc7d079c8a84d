// spec/static-deltas.md against the fixtures and the code.

import { describe, expect, test } from 'vitest'
import { encodeDeltaBase64 } from '../../src/bytes/base64.ts'
import { toHex } from '../../src/bytes/hex.ts'
import { openPart } from '../../src/deltas/open-part.ts'
import { DELTA_OPERATION } from '../../src/deltas/operations.ts'
import { INLINE_PART, PART_PAYLOAD } from '../../src/deltas/part.ts'
import { readWhole } from '../../src/deltas/random-access.ts'
import { SIGNED_DELTA, SIGNED_DELTA_MAGIC } from '../../src/deltas/signed-delta.ts'
import { SUPERBLOCK } from '../../src/deltas/superblock.ts'
import { checksumToBytes } from '../../src/objects/checksum.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import { relativeDeltaPath } from '../../src/repo/summary/static-delta-names.ts'
import { readSpecPage } from '../spec-page.ts'
import { COMMITS, deltaFile, INDEXES, indexFile } from './fixtures.ts'

const PAGE = readSpecPage('static-deltas')
const [FROM, TO] = COMMITS

/** The bytes of a fixture, or of a part after decompression. */
async function stored(file: string | undefined, payload: string | undefined): Promise<Uint8Array> {
  if (file !== undefined && INDEXES.includes(file)) return indexFile(file)
  const [delta = '', name = ''] = (file ?? payload ?? '').split('/')
  const bytes = deltaFile(delta, name)
  if (file !== undefined) return bytes
  const source = (async function* () {
    yield bytes
  })()
  const part = await openPart(await memoryPlatform(), source, {
    checksum: null,
    maxBytes: 1 << 20,
    temporaryPath: () => '/unused',
  })
  return readWhole(part.payload, 0, part.payload.sizeBytes)
}

describe('dumps', () => {
  test.each(PAGE.dumps(['file', 'payload', 'at']))('dump $#', async ({ heading, data }) => {
    const bytes = await stored(heading('file'), heading('payload'))
    const start = Number(heading('at') ?? 0)
    expect(toHex(data)).toBe(toHex(bytes.subarray(start, start + data.length)))
    expect(data.length).toBeGreaterThan(0)
  })

  test('the first one is a whole superblock', async () => {
    const [first] = PAGE.dumps(['file', 'payload', 'at'])
    expect(first!.data.length).toBe(deltaFile('update', 'superblock').length)
  })
})

test('every operation is on the page', () => {
  for (const code of Object.values(DELTA_OPERATION)) {
    expect(PAGE.text).toContain(`| \`${String.fromCharCode(code)}\` 0x${code.toString(16)} |`)
  }
})

test('the types are those of the page', () => {
  for (const { type } of [SUPERBLOCK.little, SIGNED_DELTA, PART_PAYLOAD, INLINE_PART]) {
    expect(PAGE.text).toContain(`\`${type.signature}\``)
  }
  expect(PAGE.text).toContain(`0x${SIGNED_DELTA_MAGIC.toString(16)}`)
})

test('the names are those of the page', () => {
  expect(PAGE.text).toContain(`\`${FROM}\``)
  expect(PAGE.text).toContain(`\`${TO}\``)
  expect(PAGE.text).toContain(`\`${encodeDeltaBase64(checksumToBytes(FROM))}\``)
  expect(PAGE.text).toContain(`\`${relativeDeltaPath({ from: FROM, to: TO })}/\``)
})
