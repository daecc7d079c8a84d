// Parts and superblocks that lie: each is refused with a code, writes nothing that is not declared, and leaves no file.

import { join } from 'node:path'
import { xzSync } from 'node-liblzma'
import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../src/bytes/compare.ts'
import { applyDelta } from '../../src/deltas/apply-delta.ts'
import { applyDeltaPart } from '../../src/deltas/apply-part.ts'
import { inlinePartKey } from '../../src/deltas/inline.ts'
import { MAX_PAYLOAD_IN_MEMORY, openPart } from '../../src/deltas/open-part.ts'
import { type DeltaOperation, encodeOperation } from '../../src/deltas/operations.ts'
import { encodePartPayload, type PartPayload } from '../../src/deltas/part.ts'
import { parseDeltaFile } from '../../src/deltas/signed-delta.ts'
import { encodeSuperblock, type PartEntry, type SuperblockFields } from '../../src/deltas/superblock.ts'
import type { OstreeError } from '../../src/errors.ts'
import { type Checksum, checksumFromBytes, checksumToBytes } from '../../src/objects/checksum.ts'
import type { FileInfo } from '../../src/objects/file-header.ts'
import type { ObjectName } from '../../src/objects/object-name.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import { nodePlatform } from '../../src/platform/node/platform.ts'
import type { Platform } from '../../src/platform/types.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo, type Repo } from '../../src/repo/repo.ts'
import { listObjects } from '../../src/repo/store/list-objects.ts'
import { loadFile } from '../../src/repo/store/read-object.ts'
import { checksumContent, writeContent } from '../../src/repo/store/write-object.ts'
import { Transaction } from '../../src/repo/transaction/transaction.ts'
import { temporaryDirectory } from '../reference.ts'
import { deltaFile, placeDelta } from './fixtures.ts'
import { noise } from './samples.ts'

const PLAIN = { uid: 0, gid: 0, mode: 0o100644 }
const INFO: FileInfo = { ...PLAIN, symlinkTarget: '', xattrs: [] }
const OLD = noise(1000, 7)
const NEW = noise(3000, 8)

interface Draft extends Partial<Omit<PartPayload, 'operations'>> {
  readonly operations: readonly DeltaOperation[]
  readonly objects: readonly ObjectName[]
  readonly unpackedBytes?: bigint
}

const open = (size: number): DeltaOperation => ({ op: 'open', file: { mode: 0, xattrs: 0 }, size })
const splice = (size: number, at = 0): DeltaOperation => ({
  op: 'openSpliceAndClose',
  file: { mode: 0, xattrs: 0 },
  size,
  at,
})
const write = (size: number, at = 0): DeltaOperation => ({ op: 'write', size, at })
const CLOSE: DeltaOperation = { op: 'close' }

function partOf({ operations, modes = [PLAIN], xattrs = [[]], data = NEW }: Draft): Uint8Array {
  const payload = { modes, xattrs, data, operations: concatBytes(operations.map(encodeOperation)) }
  return concatBytes([Uint8Array.of(0), encodePartPayload(payload)])
}

async function bareRepo(platform: Platform, path = '/repo'): Promise<{ readonly repo: Repo; readonly old: Checksum }> {
  await initRepo(platform, path, { mode: 'bare-user-only' })
  const repo = await openRepo(platform, path)
  const { checksum } = await writeContent(repo.store, INFO, OLD)
  return { repo, old: checksum }
}

const fileOf = async (platform: Platform, content: Uint8Array): Promise<ObjectName> => ({
  checksum: await checksumContent(platform, INFO, content),
  type: 'file',
})

function entryOf(platform: Platform, part: Uint8Array, { objects, unpackedBytes = 1n << 20n }: Draft): PartEntry {
  const checksum = checksumFromBytes(platform.sha256Once(part))
  return { version: 0, checksum, sizeBytes: BigInt(part.length), unpackedBytes, objects }
}

/** Applies a part; answers the error, or `null`, with the files that it has made. */
async function attempt(draft: (good: ObjectName, old: Checksum) => Draft, change: Partial<PartEntry> = {}) {
  const platform = await memoryPlatform()
  const { repo, old } = await bareRepo(platform)
  const wanted = draft(await fileOf(platform, NEW), old)
  const part = partOf(wanted)
  const transaction = await Transaction.begin(repo)
  let failure: OstreeError | null = null
  try {
    await applyDeltaPart(transaction, part, { ...entryOf(platform, part, wanted), ...change })
  } catch (error) {
    failure = error as OstreeError
  }
  await transaction.commit()
  const names: string[] = []
  for await (const { checksum } of listObjects(repo)) if (checksum !== old) names.push(checksum)
  const left = (await platform.fs.readDirectory('/repo/tmp')).map(({ name }) => name)
  expect(left).toEqual(['cache'])
  return { failure, names, platform }
}

test('a part that tells the truth makes its object, in one piece or in many', async () => {
  for (const operations of [
    [splice(NEW.length)],
    [open(NEW.length), write(1000), write(2000, 1000), CLOSE],
    [open(NEW.length), write(0), write(NEW.length), CLOSE],
  ]) {
    const { failure, names } = await attempt((good) => ({ operations, objects: [good] }))
    expect(failure).toBeNull()
    expect(names).toHaveLength(1)
  }
})

const ABSENT = checksumFromBytes(new Uint8Array(32).fill(0xab))
const control = (added: number, copied: number, moved: number): Uint8Array => {
  const view = new DataView(new ArrayBuffer(24))
  view.setBigInt64(0, BigInt(added), true)
  view.setBigInt64(8, BigInt(copied), true)
  view.setBigInt64(16, BigInt(moved), true)
  return new Uint8Array(view.buffer)
}
const patching = (old: Checksum, patch: Uint8Array, size = NEW.length): Pick<Draft, 'data' | 'operations'> => ({
  data: concatBytes([checksumToBytes(old), patch]),
  operations: [{ op: 'setReadSource', at: 0 }, open(size), { op: 'bspatch', at: 32, size: patch.length }, CLOSE],
})

const LIES: Readonly<Record<string, readonly [code: string, draft: (good: ObjectName, old: Checksum) => Draft]>> = {
  'other content than its name says': ['CHECKSUM_MISMATCH', (good) => ({ operations: [splice(10)], objects: [good] })],
  'data that is not there': ['INVALID_FORMAT', (good) => ({ operations: [splice(3001)], objects: [good] })],
  'an offset beyond the data': ['INVALID_FORMAT', (good) => ({ operations: [splice(1, 3000)], objects: [good] })],
  'an offset that would wrap around': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000, Number.MAX_SAFE_INTEGER)], objects: [good] }),
  ],
  'a mode that is not there': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000)], modes: [], objects: [good] }),
  ],
  'attributes that are not there': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000)], xattrs: [], objects: [good] }),
  ],
  'a device': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000)], modes: [{ ...PLAIN, mode: 0o020644 }], objects: [good] }),
  ],
  'a symbolic link made piece by piece': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000)], modes: [{ ...PLAIN, mode: 0o120777 }], objects: [good] }),
  ],
  'a symbolic link with an endless target': [
    'INVALID_FORMAT',
    (good) => ({
      operations: [splice(5000)],
      data: noise(5000, 1),
      modes: [{ ...PLAIN, mode: 0o120777 }],
      objects: [good],
    }),
  ],
  'more objects than listed': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000), splice(3000)], objects: [good] }),
  ],
  'fewer objects than listed': ['INVALID_FORMAT', (good) => ({ operations: [], objects: [good] })],
  'more bytes than declared': [
    'INVALID_FORMAT',
    (good) => ({ operations: [splice(3000)], objects: [good], unpackedBytes: 2999n }),
  ],
  'more bytes than declared, piece by piece': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000), write(3000), CLOSE], objects: [good], unpackedBytes: 2999n }),
  ],
  'a size that nothing could hold': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(2 ** 50), write(3000), CLOSE], objects: [good] }),
  ],
  'more written than the file holds': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000), write(3000), write(1), CLOSE], objects: [good] }),
  ],
  'less written than the file holds': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000), write(2999), CLOSE], objects: [good] }),
  ],
  'a file that is not closed': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000), write(3000)], objects: [good] }),
  ],
  'a file in a file': ['INVALID_FORMAT', (good) => ({ operations: [open(3000), open(3000)], objects: [good] })],
  'a write without a file': ['INVALID_FORMAT', (good) => ({ operations: [write(3000)], objects: [good] })],
  'an end without a file': ['INVALID_FORMAT', (good) => ({ operations: [CLOSE], objects: [good] })],
  'a read source that is not there': [
    'OBJECT_NOT_FOUND',
    (good) => ({
      data: checksumToBytes(ABSENT),
      operations: [open(3000), { op: 'setReadSource', at: 0 }, write(10), CLOSE],
      objects: [good],
    }),
  ],
  'a read source whose name is cut short': [
    'INVALID_FORMAT',
    (good) => ({ operations: [{ op: 'setReadSource', at: 2980 }], objects: [good] }),
  ],
  'a read beyond the source': [
    'FAILED',
    (good, old) => ({
      data: checksumToBytes(old),
      operations: [open(3000), { op: 'setReadSource', at: 0 }, write(500, 501), CLOSE],
      objects: [good],
    }),
  ],
  'a patch without a source': [
    'INVALID_FORMAT',
    (good) => ({ operations: [open(3000), { op: 'bspatch', at: 0, size: 100 }, CLOSE], objects: [good] }),
  ],
  'a patch that ends too soon': [
    'INVALID_FORMAT',
    (good, old) => ({ ...patching(old, control(2000, 1000, 0)), objects: [good] }),
  ],
  'a patch that never gets anywhere': [
    'INVALID_FORMAT',
    (good, old) => ({
      ...patching(old, concatBytes(Array.from({ length: 9 }, () => control(0, 0, 1)))),
      objects: [good],
    }),
  ],
  'a patch that makes too much': [
    'INVALID_FORMAT',
    (good, old) => ({ ...patching(old, concatBytes([control(3000, 1, 0), noise(3001, 1)])), objects: [good] }),
  ],
  'a patch with a length below zero': [
    'INVALID_FORMAT',
    (good, old) => ({ ...patching(old, control(-1, 3001, 0)), objects: [good] }),
  ],
  'a patch that moves out of the old file and adds nothing that is right': [
    'CHECKSUM_MISMATCH',
    (good, old) => ({
      ...patching(old, concatBytes([control(0, 0, 2 ** 52), control(3000, 0, 0), noise(3000, 1)])),
      objects: [good],
    }),
  ],
  'detached metadata, which no checksum speaks for': [
    'INVALID_FORMAT',
    () => ({
      data: new Uint8Array(0),
      operations: [{ op: 'openSpliceAndClose', file: null, size: 0, at: 0 }],
      objects: [{ checksum: ABSENT, type: 'commitmeta' }],
    }),
  ],
  'metadata that is none': [
    'INVALID_FORMAT',
    () => ({
      operations: [{ op: 'openSpliceAndClose', file: null, size: 100, at: 0 }],
      objects: [{ checksum: ABSENT, type: 'dirtree' }],
    }),
  ],
}

describe('a part that lies', () => {
  test.each(Object.entries(LIES))('%s', async (_, [code, draft]) => {
    const { failure, names } = await attempt(draft)
    expect(failure?.code, failure?.message).toBe(code)
    expect(names.length).toBeLessThanOrEqual(1) // `more objects than listed` makes the one that is listed
    if (names.length === 1) expect(names[0]).toBe((await fileOf(await memoryPlatform(), NEW)).checksum)
  })

  test('about its own bytes', async () => {
    const { failure } = await attempt((good) => ({ operations: [splice(3000)], objects: [good] }), { checksum: ABSENT })
    expect(failure?.message).toMatch(
      new RegExp(`^Checksum mismatch in static delta part; expected=${ABSENT} actual=[0-9a-f]{64}$`),
    )
  })

  test('of a later version', async () => {
    const { failure } = await attempt((good) => ({ operations: [splice(3000)], objects: [good] }), { version: 1 })
    expect(failure?.message).toBe('Delta part has too new version 1')
  })
})

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

describe('decompression', () => {
  const BOMB_BYTES = 48 << 20
  const bomb = concatBytes([Uint8Array.of(0x78), xzSync(Buffer.alloc(BOMB_BYTES))])

  test.each([
    ['portable', memoryPlatform],
    ['native', nodePlatform],
  ])('a bomb goes off at its limit, with the %s decoder', async (_, make) => {
    const platform = await make()
    const opening = openPart(platform, once(bomb), {
      checksum: null,
      maxBytes: 1 << 20,
      temporaryPath: () => '/never/made',
    })
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_FORMAT',
      message: expect.stringContaining('holds more than 1048576 bytes'),
    })
    expect(bomb.length).toBeLessThan(BOMB_BYTES / 1000)
  })

  test.each([
    ['portable', memoryPlatform],
    ['native', nodePlatform],
  ])('what is cut short or damaged is refused by the %s decoder', async (_, make) => {
    const platform = await make()
    const good = deltaFile('update', '0')
    const damaged = good.slice()
    damaged[1500]! ^= 0xff
    for (const bytes of [
      good.subarray(0, 2000),
      good.subarray(0, 1),
      new Uint8Array(0),
      damaged,
      Uint8Array.of(0x79, 1),
    ]) {
      const opening = openPart(platform, once(bytes), { checksum: null, maxBytes: 1 << 20, temporaryPath: () => '/x' })
      await expect(opening).rejects.toMatchObject({ name: 'OstreeError' })
    }
  })

  test('an honest part that does not fit in memory goes through a file', async () => {
    const platform = await nodePlatform({ workers: 1 })
    const { repo } = await bareRepo(platform, join(await temporaryDirectory(), 'repo'))
    const content = new Uint8Array(MAX_PAYLOAD_IN_MEMORY + 1000)
    content.set(NEW, content.length - NEW.length)
    const wanted: Draft = {
      data: content,
      operations: [splice(content.length)],
      objects: [await fileOf(platform, content)],
      unpackedBytes: BigInt(content.length),
    }
    const part = partOf(wanted)
    const transaction = await Transaction.begin(repo)
    const applied = await applyDeltaPart(transaction, part, entryOf(platform, part, wanted))
    expect(applied).toMatchObject({ contentWritten: 1, contentBytesWritten: content.length })
    await transaction.commit()
    expect((await loadFile(repo.store, wanted.objects[0]!.checksum)).sizeBytes).toBe(content.length)
    expect((await platform.fs.readDirectory(repo.tmpPath)).map(({ name }) => name)).toEqual(['cache'])
  })
})

describe('a superblock that lies', () => {
  const { superblock } = parseDeltaFile(deltaFile('inline', 'superblock'))
  const fields: SuperblockFields = superblock

  async function applying(changed: Partial<SuperblockFields>) {
    const platform = await memoryPlatform()
    await initRepo(platform, '/repo', { mode: 'archive' })
    const repo = await openRepo(platform, '/repo')
    await applyDelta(repo, await placeDelta({ platform }, 'first'))
    await platform.fs.writeFile('/delta', encodeSuperblock({ ...fields, ...changed }, 'little'))
    const outcome = await applyDelta(repo, '/delta').then(
      () => null,
      (error: unknown) => error as OstreeError,
    )
    return { outcome, hasCommit: await repo.store.has({ checksum: fields.to, type: 'commit' }) }
  }

  test('is applied where it does not', async () => {
    expect(await applying({})).toEqual({ outcome: null, hasCommit: true })
  })

  test('about its commit', async () => {
    const { outcome, hasCommit } = await applying({ commit: { ...fields.commit, subject: 'Another' } })
    expect(outcome?.code).toBe('CHECKSUM_MISMATCH')
    expect(hasCommit).toBe(false)
  })

  test('about the size of a part', async () => {
    const parts = fields.parts.map((entry) => ({ ...entry, unpackedBytes: 10n }))
    const { outcome, hasCommit } = await applying({ parts })
    expect(outcome?.code).toBe('INVALID_FORMAT')
    expect(hasCommit).toBe(false)
  })

  test('about sizes that no disk has', async () => {
    const parts = fields.parts.map((entry) => ({ ...entry, unpackedBytes: 2n ** 63n }))
    const { outcome, hasCommit } = await applying({ parts })
    expect(outcome?.code).toBe('NO_SPACE_RESERVED')
    expect(hasCommit).toBe(false)
  })

  test('with a part that it does not have', async () => {
    const metadata = fields.metadata.filter(([key]) => key !== inlinePartKey(fields, 0))
    const { outcome, hasCommit } = await applying({ metadata })
    expect(outcome?.message).toBe("Opening deltapart '0': No such file or directory")
    expect(hasCommit).toBe(false)
  })
})
