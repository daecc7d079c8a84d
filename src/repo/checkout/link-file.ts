// A file of a checkout as a link to its object, and what becomes of a file that is there already.

import { isIoError, OstreeError, retold } from '../../errors.ts'
import type { Checksum } from '../../objects/checksum.ts'
import type { Stat } from '../../platform/types.ts'
import { checksumStat } from '../store/checksum-file.ts'
import type { LooseStore } from '../store/loose-store.ts'
import type { PlacementOptions, TargetDirectory } from './options.ts'

/** `unsupported`: no link can be made here, copy instead. `existed`: what was there stays. */
export type LinkOutcome = 'linked' | 'existed' | 'unsupported'

export interface LinkRequest {
  /** The repository that has the object, and takes temporary names. */
  readonly store: LooseStore
  /** The object's file, and how messages show it. */
  readonly from: string
  readonly shownAs: string
  readonly checksum: Checksum
  readonly directory: TargetDirectory
  readonly name: string
  /** A missing object is `unsupported`; otherwise an error. */
  readonly allowMissing: boolean
}

/** Where a link can do no harm by failing: too many links, another file system, or not our file to link to. */
const COPY_INSTEAD = ['EMLINK', 'EXDEV', 'EPERM'] as const

export async function linkFile(request: LinkRequest, options: PlacementOptions): Promise<LinkOutcome> {
  const { store, from, shownAs, directory, name } = request
  const { fs } = store.platform
  const to = `${directory.path}/${name}`
  // Looking first is cheaper than an exception for each file of a second checkout.
  if (directory.existed && (await fs.tryLstat(to)) !== undefined) {
    if (request.allowMissing && (await fs.tryLstat(from)) === undefined) return 'unsupported'
    return meetExisting(request, options)
  }
  try {
    await fs.link(from, to)
    return 'linked'
  } catch (error) {
    if (!options.requireHardlinks && isIoError(error, ...COPY_INSTEAD)) return 'unsupported'
    if (request.allowMissing && isIoError(error, 'ENOENT')) return 'unsupported'
    if (isIoError(error, 'EEXIST')) return meetExisting(request, options)
    throw retold(error, `Hardlinking ${shownAs} to ${name}`)
  }
}

async function meetExisting(request: LinkRequest, options: PlacementOptions): Promise<LinkOutcome> {
  const { shownAs, name } = request
  const { overwrite } = options
  if (overwrite === 'add-files') return 'existed'
  if (overwrite !== 'none' && (await isIdentical(request))) return 'existed'
  if (overwrite === 'union-files') return replaceByLink(request, options)
  throw retold(fileExists(name), `Hardlinking ${shownAs} to ${name}`)
}

export const fileExists = (path: string): OstreeError<'IO'> =>
  new OstreeError('IO', { errno: 'EEXIST', call: 'linkat', path })

/** The same inode, or a file that would be the same object. */
async function isIdentical({ store, from, directory, name, checksum }: LinkRequest): Promise<boolean> {
  const { fs } = store.platform
  const to = `${directory.path}/${name}`
  if ((await fs.devino(from)) === (await fs.devino(to))) return true
  const stat = await fs.lstat(to)
  return sameLook(await fs.lstat(from), stat) && (await wouldBe(store, to, stat, checksum))
}

function sameLook(a: Stat, b: Stat): boolean {
  const sameSize = a.kind !== 'file' || a.sizeBytes === b.sizeBytes
  return a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && sameSize
}

/** True when the file on disk, committed to this repository, would be the object `checksum`. */
export async function wouldBe(store: LooseStore, path: string, stat: Stat, checksum: Checksum): Promise<boolean> {
  const bareUserOnly = store.mode === 'bare-user-only'
  const actual = await checksumStat(store.platform, path, stat, {
    ignoreXattrs: bareUserOnly || store.options.disableXattrs,
    ...(bareUserOnly && stat.kind === 'file' ? { uid: 0, gid: 0 } : {}),
  })
  return actual === checksum
}

async function replaceByLink(request: LinkRequest, options: PlacementOptions): Promise<LinkOutcome> {
  const { store, from, directory, name } = request
  const { fs } = store.platform
  const to = `${directory.path}/${name}`
  const temporaryName = `checkout-union-${randomLetters(store)}`
  const temporary = `${store.options.path}/tmp/${temporaryName}`
  try {
    await fs.link(from, temporary)
  } catch (error) {
    throw retold(error, 'linkat')
  }
  try {
    if (options.whiteouts) await fs.removeTree(to)
    await fs.rename(temporary, to)
    return 'linked'
  } catch (error) {
    await fs.unlink(temporary)
    throw retold(error, `renameat(${temporaryName}, ${name})`)
  }
}

function randomLetters(store: LooseStore): string {
  return Array.from(store.platform.randomBytes(6), (byte) => (byte % 36).toString(36)).join('')
}
