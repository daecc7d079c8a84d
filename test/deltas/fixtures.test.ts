// The reference's deltas without the reference: read, written again, shown and applied, with the portable decoders.

import { describe, expect, test } from 'vitest'
import { toHex } from '../../src/bytes/hex.ts'
import { applyDelta } from '../../src/deltas/apply-delta.ts'
import { inlineDetachedMetadata, inlinePart } from '../../src/deltas/inline.ts'
import { openPart } from '../../src/deltas/open-part.ts'
import { OperationReader } from '../../src/deltas/operation-reader.ts'
import { type DeltaOperation, encodeOperation } from '../../src/deltas/operations.ts'
import { encodePartPayload } from '../../src/deltas/part.ts'
import { readWhole } from '../../src/deltas/random-access.ts'
import { encodeSignedDelta, parseDeltaFile, unwrapDelta } from '../../src/deltas/signed-delta.ts'
import { encodeSuperblock, type Superblock, superblockCommit } from '../../src/deltas/superblock.ts'
import { checksumFromBytes } from '../../src/objects/checksum.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import type { Platform } from '../../src/platform/types.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo } from '../../src/repo/repo.ts'
import { checkObject } from '../../src/repo/store/check-object.ts'
import { listObjects } from '../../src/repo/store/list-objects.ts'
import { readDetachedMetadata } from '../../src/repo/store/read-object.ts'
import { decodeDeltaIndex, encodeDeltaIndex, listedDeltas } from '../../src/repo/summary/static-delta-index.ts'
import { deltaPath, formatDeltaName } from '../../src/repo/summary/static-delta-names.ts'
import {
  COMMITS,
  DELTAS,
  deltaFile,
  INDEXES,
  indexFile,
  openSource,
  partNumbers,
  placeDelta,
  shownText,
} from './fixtures.ts'

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function partBytes(delta: string, superblock: Superblock, index: number): Uint8Array {
  return inlinePart(superblock, index) ?? deltaFile(delta, String(index))
}

describe.each(DELTAS)('%s', (delta) => {
  const data = deltaFile(delta, 'superblock')
  const { superblock, superblockBytes, signatures } = parseDeltaFile(data)

  test('the superblock is written again as it was', async () => {
    const { sha256Once } = await memoryPlatform()
    expect(toHex(encodeSuperblock(superblock, superblock.endianness.byteOrder))).toBe(toHex(superblockBytes))
    expect(checksumFromBytes(sha256Once(superblockCommit(superblock)))).toBe(superblock.to)
    if (signatures === null) expect(superblockBytes).toBe(data)
    else expect(toHex(encodeSignedDelta(superblockBytes, signatures))).toBe(toHex(data))
  })

  test('each part is what its entry says, and is written again as it was', async () => {
    const platform = await memoryPlatform()
    expect(superblock.parts.length).toBeGreaterThan(0)
    for (const [index, entry] of superblock.parts.entries()) {
      const bytes = partBytes(delta, superblock, index)
      expect(BigInt(bytes.length)).toBe(entry.sizeBytes)
      const part = await openPart(platform, once(bytes), {
        checksum: entry.checksum,
        maxBytes: 1 << 20,
        temporaryPath: () => '/unused',
      })
      const { payload, modes, xattrs } = part
      const whole = await readWhole(payload, 0, payload.sizeBytes)
      const run = ({ start, sizeBytes }: { start: number; sizeBytes: number }) =>
        whole.subarray(start, start + sizeBytes)
      const [held, operations] = [run(part.data), run(part.operations)]
      expect(toHex(encodePartPayload({ modes, xattrs, data: held, operations }))).toBe(toHex(whole))
      const reader = new OperationReader(part)
      const encoded: Uint8Array[] = []
      const types = entry.objects.map(({ type }) => type)
      for (let made = 0; ; ) {
        const operation: DeltaOperation | undefined = await reader.next(types[made])
        if (operation === undefined) break
        if (operation.op === 'openSpliceAndClose' || operation.op === 'close') made++
        encoded.push(encodeOperation(operation))
      }
      expect(Buffer.concat(encoded).toString('hex')).toBe(toHex(operations))
    }
  })

  const shown = shownText(delta)
  if (shown === undefined) return // the reference was not asked
  test('show tells what the reference tells', async () => {
    const { platform, run } = await openSource()
    await placeDelta({ platform }, delta)
    // Parts are looked for in the repository, which had these when the reference was asked.
    for (const made of ['first', 'update']) {
      const folder = deltaPath(
        await openRepo(platform, '/source'),
        parseDeltaFile(deltaFile(made, 'superblock')).superblock,
      )
      await platform.fs.ensureDirectory(folder)
      await platform.fs.writeFile(`${folder}/0`, deltaFile(made, '0'))
    }
    const { stdout, stderr } = await run(['static-delta', 'show', '--repo=/source', `/${delta}/superblock`])
    expect(stdout.replace(/^Delta: .*\//, 'Delta: ') + stderr).toBe(shown)
  })
})

/** Every object, checked. */
async function objectNames(platform: Platform, path: string): Promise<string[]> {
  const repo = await openRepo(platform, path)
  const names: string[] = []
  for await (const name of listObjects(repo)) {
    await checkObject(repo.store, name)
    names.push(`${name.checksum}.${name.type}`)
  }
  return names.sort()
}

const [FROM, TO] = COMMITS
const fromFirst = DELTAS.filter((delta) => {
  const { from, to } = parseDeltaFile(deltaFile(delta, 'superblock')).superblock
  return from === FROM && to === TO
})

describe.each(['bare', 'bare-user', 'bare-user-only', 'archive'] as const)('applied in mode %s', (mode) => {
  test.each(fromFirst)('%s', async (delta) => {
    const platform = await memoryPlatform()
    await initRepo(platform, '/repo', { mode })
    const repo = await openRepo(platform, '/repo')
    await applyDelta(repo, await placeDelta({ platform }, 'first'))
    const before = await objectNames(platform, '/repo')
    expect(before).toContain(`${FROM}.commit`)
    await applyDelta(repo, await placeDelta({ platform }, delta))
    const after = await objectNames(platform, '/repo')
    const { superblock } = parseDeltaFile(deltaFile(delta, 'superblock'))
    const made = superblock.parts.flatMap(({ objects }) => objects.map(({ checksum, type }) => `${checksum}.${type}`))
    expect(after).toEqual([...new Set([...before, ...made, `${TO}.commit`])].sort())
    expect((await readDetachedMetadata(repo.store, TO))?.map(([key]) => key)).toEqual(['ostree.sign.dummy'])
    expect(await platform.fs.readDirectory('/repo/tmp')).toEqual([{ name: 'cache', kind: 'directory' }])
    // Again: nothing is left to do.
    await applyDelta(repo, `/${delta}`)
    expect(await objectNames(platform, '/repo')).toEqual(after)
  })
})

test('detached metadata comes with the commit', () => {
  for (const delta of fromFirst) {
    const detached = inlineDetachedMetadata(parseDeltaFile(deltaFile(delta, 'superblock')).superblock)
    expect(detached?.map(([key]) => key)).toEqual(['ostree.sign.dummy'])
  }
})

test.each(INDEXES)('index %s', async (name) => {
  const deltas = decodeDeltaIndex(indexFile(name))
  expect(deltas.map(formatDeltaName)).toEqual(
    deltas.length === 1 ? [FROM] : expect.arrayContaining([TO, `${FROM}-${TO}`]),
  )
  const { platform } = await openSource()
  const repo = await openRepo(platform, '/source')
  for (const delta of deltas) {
    await platform.fs.ensureDirectory(deltaPath(repo, delta))
    await platform.fs.writeFile(`${deltaPath(repo, delta)}/superblock`, new Uint8Array(0))
  }
  // The checksums are of superblocks whose time is gone; all else is as the reference writes it.
  const written = encodeDeltaIndex(await listedDeltas(repo, deltas))
  expect(decodeDeltaIndex(written).map(formatDeltaName)).toEqual(deltas.map(formatDeltaName))
  expect(written.length).toBe(indexFile(name).length)
})

test('the parts that lie beside a superblock are those that it does not hold', () => {
  for (const delta of DELTAS) {
    const { superblock } = parseDeltaFile(deltaFile(delta, 'superblock'))
    const missing = superblock.parts.flatMap((_, index) => (inlinePart(superblock, index) === undefined ? [index] : []))
    expect(partNumbers(delta), delta).toEqual(missing)
    expect(unwrapDelta(deltaFile(delta, 'superblock')).signatures === null, delta).toBe(delta !== 'signed')
  }
})
