// Refs onto a volume, where the finder of mounted repositories finds them again. Facts: spec/pull.md#volumes

import { isIoError, OstreeError } from '../errors.ts'
import type { Checksum } from '../objects/checksum.ts'
import type { OperationOptions } from '../operation.ts'
import { initRepo } from '../repo/init.ts'
import { type CollectionRef, validateCollectionId, validateRef } from '../repo/refs/ref-names.ts'
import { openRepo, type Repo } from '../repo/repo.ts'
import { regenerateSummary } from '../repo/summary/regenerate-summary.ts'
import { pull } from './pull.ts'
import type { PullEvent } from './pull-options.ts'
import { onSameFileSystem } from './same-file-system.ts'

export interface CreateUsbOptions extends OperationOptions<PullEvent> {
  /** Where on the volume; the folder is made. Default `.ostree/repo`. */
  readonly destination?: string | undefined
  /** This commit instead of the newest; for a single ref. */
  readonly commit?: Checksum | undefined
  /** Overrides `core.fsync` of the repository on the volume. */
  readonly fsync?: boolean | undefined
}

export const DEFAULT_USB_REPO = '.ostree/repo'
/** Those that are looked into without a link. */
const KNOWN_PLACES: readonly string[] = ['ostree/repo', DEFAULT_USB_REPO]
const LINK_FOLDER = '.ostree/repos.d'
const MOST_LINKS = 100
const FOLDER_PERMISSIONS = 0o755

/**
 * Copies refs into an archive repository below a folder, with a summary, so that others can pull from there.
 * @param source - Must hold the refs and their commits whole.
 * @param mountPath - The volume's folder.
 * @throws {@link OstreeError} `USB_DESTINATION`, and those of a pull.
 */
export async function createUsb(
  source: Repo,
  mountPath: string,
  refs: readonly CollectionRef[],
  options: CreateUsbOptions = {},
): Promise<void> {
  const { destination: place = DEFAULT_USB_REPO, commit = null, signal, onProgress } = options
  const { platform } = source
  const { fs } = platform
  await requireFolder(source, mountPath)
  for (const { collectionId, ref } of refs) {
    validateCollectionId(collectionId)
    validateRef(ref)
  }
  const path = place.startsWith('/') ? place : `${mountPath}/${place}`
  await fs.ensureDirectory(path, FOLDER_PERMISSIONS)
  await initRepo(platform, path, { mode: 'archive' })
  await requireOther(source, mountPath, path)
  const repo = await openRepo(platform, path, options.fsync === undefined ? {} : { fsync: options.fsync })
  await pull(repo, fileUrlOf(source.path), {
    refs: refs.map((ref) => ({ ...ref, commit })),
    mirror: true,
    depth: 0,
    signal,
    onProgress,
  })
  await regenerateSummary(repo, { signal })
  if (!KNOWN_PLACES.includes(place)) await linkFromList(repo, mountPath, place)
}

/** A path as the URL that a pull takes. */
function fileUrlOf(path: string): string {
  return `file://${path.split('/').map(encodeURIComponent).join('/')}`
}

async function requireFolder({ platform }: Repo, path: string): Promise<void> {
  const stat = await platform.fs.tryStat(path)
  if (stat?.kind === 'directory') return
  throw new OstreeError('IO', { errno: stat === undefined ? 'ENOENT' : 'ENOTDIR', call: 'opendir', path })
}

async function requireOther({ platform, path: sourcePath }: Repo, mountPath: string, path: string): Promise<void> {
  if (!(await onSameFileSystem(platform, path, mountPath))) {
    throw new OstreeError('USB_DESTINATION', { reason: '--destination-repo must be a descendent of MOUNT-PATH' })
  }
  if ((await platform.fs.devino(path)) === (await platform.fs.devino(sourcePath))) {
    throw new OstreeError('USB_DESTINATION', { reason: '--destination-repo must not be the source repository' })
  }
}

/** A link with a number for its name, unless one leads there already. */
async function linkFromList({ platform: { fs }, path }: Repo, mountPath: string, place: string): Promise<void> {
  const folder = `${mountPath}/${LINK_FOLDER}`
  await fs.ensureDirectory(folder, FOLDER_PERMISSIONS)
  const id = await fs.devino(path)
  for (const { name } of await fs.readDirectory(folder)) {
    const entry = `${folder}/${name}`
    if ((await fs.tryStat(entry)) !== undefined && (await fs.devino(entry)) === id) return
  }
  for (let number = 0; number < MOST_LINKS; number++) {
    try {
      return await fs.symlink(`../../${place}`, `${folder}/${String(number).padStart(2, '0')}-generated`)
    } catch (error) {
      if (!isIoError(error, 'EEXIST')) throw error
    }
  }
  throw new OstreeError('FAILED', { reason: 'Could not find an unused symlink name for the repository' })
}
