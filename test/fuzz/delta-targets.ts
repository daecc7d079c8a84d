// The readers of static deltas: superblocks, indexes, parts as they are stored, parts unpacked, and whole deltas.

import { toHex } from '../../src/bytes/hex.ts'
import { unxz } from '../../src/compression/xz.ts'
import { applyDelta } from '../../src/deltas/apply-delta.ts'
import { executePart } from '../../src/deltas/execute-part.ts'
import { maxPayloadBytes, openPart } from '../../src/deltas/open-part.ts'
import { countOperations } from '../../src/deltas/show-delta.ts'
import { parseDeltaFile } from '../../src/deltas/signed-delta.ts'
import { encodeSuperblock, type PartEntry } from '../../src/deltas/superblock.ts'
import { formatObjectName, type ObjectName } from '../../src/objects/object-name.ts'
import { memoryPlatform } from '../../src/platform/memory/platform.ts'
import type { Platform } from '../../src/platform/types.ts'
import { initRepo } from '../../src/repo/init.ts'
import { openRepo, type Repo } from '../../src/repo/repo.ts'
import { checkObject } from '../../src/repo/store/check-object.ts'
import { deleteObject } from '../../src/repo/store/delete-object.ts'
import { listObjects } from '../../src/repo/store/list-objects.ts'
import { decodeDeltaIndex } from '../../src/repo/summary/static-delta-index.ts'
import { COMMITS, DELTAS, deltaFile, INDEXES, indexFile, placeDelta } from '../deltas/fixtures.ts'
import type { FuzzReader, FuzzTarget } from './target.ts'

const MODES = ['bare-user-only', 'archive'] as const

const superblocks = DELTAS.map((delta) => deltaFile(delta, 'superblock'))
const UPDATE = parseDeltaFile(deltaFile('update', 'superblock')).superblock
const [ENTRY] = UPDATE.parts as [PartEntry]

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The part as it would be without compression. */
async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [Uint8Array.of(0)]
  for await (const piece of unxz(once(bytes.subarray(1)))) pieces.push(piece.slice())
  return new Uint8Array(Buffer.concat(pieces))
}

const PARTS = ['update', 'without-bsdiff'].map((delta) => deltaFile(delta, '0'))
const UNPACKED = await Promise.all(PARTS.map(unpacked))

export const DELTA_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'superblocks',
    seeds: superblocks,
    prepare: async () => (input) => {
      const { superblock, superblockBytes } = parseDeltaFile(input)
      const again = encodeSuperblock(superblock, superblock.endianness.byteOrder)
      if (toHex(again) !== toHex(superblockBytes)) throw new Error('it is written differently')
    },
  },
  {
    name: 'delta indexes',
    seeds: INDEXES.map(indexFile),
    prepare: async () => (input) => void decodeDeltaIndex(input),
  },
  ...MODES.map(
    (mode): FuzzTarget => ({
      name: `delta parts, unpacked, in mode ${mode}`,
      seeds: UNPACKED,
      prepare: () => applying(mode),
    }),
  ),
  { name: 'delta parts as they are stored', seeds: PARTS, prepare: () => applying('bare-user-only') },
  { name: 'whole deltas', seeds: ['inline', 'signed'].map((delta) => deltaFile(delta, 'superblock')), prepare: whole },
]

async function repoWithFirst(
  mode: (typeof MODES)[number],
): Promise<{ readonly repo: Repo; readonly platform: Platform }> {
  const platform = await memoryPlatform()
  await initRepo(platform, '/repo', { mode })
  const repo = await openRepo(platform, '/repo')
  await applyDelta(repo, await placeDelta({ platform }, 'first'))
  return { repo, platform }
}

async function namesIn(repo: Repo): Promise<Map<string, ObjectName>> {
  const names = new Map<string, ObjectName>()
  for await (const name of listObjects(repo)) names.set(formatObjectName(name), name)
  return names
}

/** Takes away what an input has made, and insists that it was allowed to make it. */
async function cleanUp(repo: Repo, before: ReadonlyMap<string, ObjectName>, declared: ReadonlySet<string>) {
  for (const [label, name] of await namesIn(repo)) {
    if (before.has(label)) continue
    if (!declared.has(label)) throw new Error(`${label} was not declared`)
    await checkObject(repo.store, name)
    await deleteObject(repo, name)
  }
  await cleanTmp(repo)
}

/** The folder of a transaction that was given up stays, with whole objects in it. */
async function cleanTmp({ platform: { fs }, tmpPath }: Repo): Promise<void> {
  for (const { name } of await fs.readDirectory(tmpPath)) {
    if (name === 'cache') continue
    if (!name.startsWith('staging-')) throw new Error(`${name} is left in tmp`)
    if (name.endsWith('-lock')) continue
    const staged = (await fs.readDirectory(`${tmpPath}/${name}`)).find((entry) => entry.kind !== 'directory')
    if (staged !== undefined) throw new Error(`${staged.name} is left in ${name}`)
    await fs.removeTree(`${tmpPath}/${name}`)
  }
}

async function applying(mode: (typeof MODES)[number]): Promise<FuzzReader> {
  const { repo, platform } = await repoWithFirst(mode)
  const before = await namesIn(repo)
  const declared = new Set(ENTRY.objects.map(formatObjectName))
  return async (input) => {
    try {
      const part = await openPart(platform, once(input), {
        checksum: null,
        maxBytes: maxPayloadBytes(ENTRY.unpackedBytes, ENTRY.objects.length),
        temporaryPath: () => repo.store.temporaryPath(),
      })
      try {
        await executePart(repo.store, part, ENTRY.objects, ENTRY)
        await countOperations(part, ENTRY.objects)
      } finally {
        await part.close()
      }
    } finally {
      await cleanUp(repo, before, declared)
    }
  }
}

async function whole(): Promise<FuzzReader> {
  const { repo, platform } = await repoWithFirst('bare-user-only')
  const before = await namesIn(repo)
  const [, to] = COMMITS
  const commit = formatObjectName({ checksum: to, type: 'commit' })
  const declared = new Set([...ENTRY.objects.map(formatObjectName), commit])
  return async (input) => {
    await platform.fs.writeFile('/input', input)
    try {
      await applyDelta(repo, '/input')
    } catch (error) {
      if ((await namesIn(repo)).has(commit)) throw new Error('the commit is there after a failure', { cause: error })
      await cleanUp(repo, before, declared)
      throw error
    }
    const made = await namesIn(repo)
    for (const label of declared) if (!made.has(label)) throw new Error(`${label} is missing`)
    await cleanUp(repo, before, declared)
  }
}
