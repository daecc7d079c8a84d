// The last step: the superblock, signed or not, and everything to its place. Facts: spec/static-deltas.md#superblock

import { isIoError, OstreeError } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import { decodeCommit } from '../../objects/commit.ts'
import type { ObjectName } from '../../objects/object-name.ts'
import type { FileHandle } from '../../platform/types.ts'
import type { Repo } from '../../repo/repo.ts'
import type { FileObjectInfo } from '../../repo/store/read-file-info.ts'
import { tryReadMetadata } from '../../repo/store/read-object.ts'
import { relativeDeltaPath } from '../../repo/summary/static-delta-names.ts'
import type { Signer } from '../../sign/types.ts'
import { inlineDetachedKey, inlinePartKey } from '../inline.ts'
import { encodeSignedDelta } from '../signed-delta.ts'
import { encodeSuperblock, PART_VERSION, SUPERBLOCK_KEY } from '../superblock.ts'
import type { GenerateOptions } from './generate.ts'
import { type StreamedEntry, streamSuperblock } from './stream-superblock.ts'
import type { WrittenPart } from './write-part.ts'

export interface FinishedPart extends WrittenPart {
  readonly path: string
  readonly objects: readonly ObjectName[]
  readonly unpackedBytes: number
}

export interface DeltaContents {
  readonly from: Checksum | null
  readonly to: Checksum
  /** A folder for temporary files. */
  readonly spool: string
  /** The bytes of the commit object. */
  readonly commit: Uint8Array
  readonly parts: readonly FinishedPart[]
  readonly fallbacks: readonly Checksum[]
  readonly files: ReadonlyMap<Checksum, FileObjectInfo>
}

const ENDIANNESS = { little: 0x6c, big: 0x42 } as const

/** @param onPlaced - Called when all but the superblock is in its place. */
export async function placeDelta(
  repo: Repo,
  delta: DeltaContents,
  options: GenerateOptions,
  onPlaced: () => void,
): Promise<void> {
  const { fs } = repo.platform
  const { byteOrder = 'little', inline = false, signWith } = options
  const folder = folderOf(repo, delta, options)
  if (options.filename === undefined) await fs.ensureDirectory(folder.path, 0o777)
  const entries: StreamedEntry[] = [
    { key: SUPERBLOCK_KEY.endianness, type: 'y', value: Uint8Array.of(ENDIANNESS[byteOrder]) },
  ]
  for (const [index, { path, sizeBytes }] of delta.parts.entries()) {
    if (inline) entries.push({ key: inlinePartKey(delta, index), type: '(yay)', value: { path, sizeBytes } })
    else await moveFile(repo, path, `${folder.path}/${index}`)
  }
  const detached = await tryReadMetadata(repo.store, delta.to, 'commitmeta')
  if (detached !== undefined) entries.push({ key: inlineDetachedKey(delta), type: 'a{sv}', value: detached })
  const rest = encodeSuperblock(await superblockFields(repo, delta), byteOrder)
  const temporary = `${delta.spool}/superblock`
  await write(repo, temporary, (out) => streamSuperblock(repo.platform, out, entries, rest))
  onPlaced()
  if (signWith !== undefined) {
    const signed = await sign(await fs.readFile(temporary), await signWith())
    await fs.unlink(temporary)
    await write(repo, temporary, async (out) => out.write(signed))
  }
  await moveFile(repo, temporary, `${folder.path}/${folder.name}`)
}

async function write(repo: Repo, path: string, fill: (out: FileHandle) => Promise<void>): Promise<void> {
  const out = await repo.platform.fs.open(path, 'wx', 0o644)
  try {
    await fill(out)
    if (repo.config.fsync) await out.sync()
  } finally {
    await out.close()
  }
}

/** Before the work rather than after it. @throws {@link OstreeError} `IO` where the delta's folder is not there. */
export async function requireFolder(repo: Repo, { filename }: GenerateOptions): Promise<void> {
  if (filename === undefined) return
  const { path } = splitPath(filename)
  const stat = await repo.platform.fs.tryStat(path)
  if (stat?.kind === 'directory') return
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path })
}

function folderOf(repo: Repo, delta: DeltaContents, { filename }: GenerateOptions): { path: string; name: string } {
  if (filename === undefined) return { path: `${repo.path}/${relativeDeltaPath(delta)}`, name: 'superblock' }
  return splitPath(filename)
}

function splitPath(filename: string): { path: string; name: string } {
  const slash = filename.lastIndexOf('/')
  if (slash < 0) return { path: '.', name: filename }
  return { path: filename.slice(0, slash) || '/', name: filename.slice(slash + 1) }
}

/** All but the metadata, which may be large. */
async function superblockFields(repo: Repo, delta: DeltaContents) {
  const { from, to, commit, parts } = delta
  return {
    metadata: [],
    timestamp: BigInt(Math.floor(Date.now() / 1000)),
    from,
    to,
    commit: decodeCommit(commit),
    dependencies: new Uint8Array(0),
    parts: parts.map(({ checksum, sizeBytes, unpackedBytes, objects }) => ({
      version: PART_VERSION,
      checksum,
      sizeBytes: BigInt(sizeBytes),
      unpackedBytes: BigInt(unpackedBytes),
      objects,
    })),
    fallbacks: await Promise.all(delta.fallbacks.map((checksum) => fallbackEntry(repo, delta, checksum))),
  }
}

async function fallbackEntry(repo: Repo, { files }: DeltaContents, checksum: Checksum) {
  const location = await repo.store.locate({ type: 'file', checksum })
  if (location === undefined) throw new OstreeError('OBJECT_NOT_FOUND', { object: checksum, kind: 'content' })
  const { sizeBytes } = location.stat ?? (await repo.platform.fs.lstat(location.path))
  return {
    type: 'file' as const,
    checksum,
    sizeBytes: BigInt(sizeBytes),
    unpackedBytes: BigInt(files.get(checksum)!.sizeBytes),
  }
}

async function sign(superblock: Uint8Array, signers: readonly Signer[]): Promise<Uint8Array> {
  const signatures: Uint8Array[] = []
  for (const signer of signers) signatures.push(await signer.sign(superblock))
  return encodeSignedDelta(superblock, [[signers[0]!.metadataKey, { type: 'aay', value: signatures }]])
}

/** To another folder, perhaps on another file system. */
async function moveFile(repo: Repo, from: string, to: string): Promise<void> {
  const { fs } = repo.platform
  try {
    await fs.rename(from, to)
  } catch (error) {
    if (!isIoError(error, 'EXDEV')) throw error
    await fs.removeTree(to)
    await fs.copyFile(from, to)
  }
}
