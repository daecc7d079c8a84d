// Making a repository. Facts: spec/repository.md#layout

import { encodeUtf8 } from '../bytes/utf8.ts'
import { isIoError, isOstreeError, OstreeError, prefixed } from '../errors.ts'
import { BARE_USER_XATTR, encodeBareUserMetadata } from '../objects/file-header.ts'
import type { Platform } from '../platform/types.ts'
import { formatRepoMode, type RepoMode } from './config/repo-mode.ts'
import { validateCollectionId } from './refs/ref-names.ts'

export interface InitRepoOptions {
  /** Default `bare`. */
  readonly mode?: RepoMode
  readonly collectionId?: string
}

/** `objects` comes last: where it exists, the repository is complete. */
const FOLDERS = ['tmp', 'extensions', 'state', 'refs', 'refs/heads', 'refs/mirrors', 'refs/remotes', 'objects'] as const
const FOLDER_PERMISSIONS = 0o775

/** Makes a repository in `path`, whose parent must exist. One that is there already is left as it is. */
export async function initRepo(platform: Platform, path: string, options: InitRepoOptions = {}): Promise<void> {
  const { mode = 'bare', collectionId } = options
  if (collectionId !== undefined) validateCollectionId(collectionId)
  try {
    await create(platform, path, mode, collectionId)
  } catch (error) {
    throw prefixed(error, 'Creating repo')
  }
}

async function create(
  platform: Platform,
  path: string,
  mode: RepoMode,
  collectionId: string | undefined,
): Promise<void> {
  const { fs } = platform
  if ((await fs.tryStat(`${path}/objects`)) !== undefined) return
  if ((await fs.tryStat(path))?.kind === 'file') {
    throw new OstreeError('IO', { errno: 'ENOTDIR', call: 'fstatat', path: `${path}/objects` })
  }
  await makeFolder(platform, path)
  if ((await fs.tryLstat(`${path}/config`)) === undefined) {
    const lines = ['[core]', 'repo_version=1', `mode=${formatRepoMode(mode)}`]
    if (collectionId !== undefined) lines.push(`collection-id=${collectionId}`)
    await fs.writeFile(`${path}/config`, encodeUtf8(`${lines.join('\n')}\n`), 0o644)
  }
  for (const folder of FOLDERS) await makeFolder(platform, `${path}/${folder}`)
  if (mode === 'bare-user') await requireUserXattrs(platform, path)
}

async function makeFolder(platform: Platform, path: string): Promise<void> {
  try {
    await platform.fs.mkdir(path, FOLDER_PERMISSIONS)
  } catch (error) {
    if (isIoError(error, 'EEXIST')) return
    throw isOstreeError(error, 'IO')
      ? new OstreeError('IO', { errno: error.details.errno, call: 'mkdirat', path: '' })
      : error
  }
}

/** Says now, rather than at the first commit, that the file system has no user attributes. */
async function requireUserXattrs(platform: Platform, path: string): Promise<void> {
  const probe = `${path}/tmp/xattr-probe`
  await platform.fs.writeFile(probe, new Uint8Array(0), 0o600)
  try {
    if (platform.xattrs === null) {
      throw new OstreeError('UNSUPPORTED', {
        feature: 'a bare-user repository',
        hint: 'it needs extended attributes; use another mode',
      })
    }
    await platform.xattrs.set(
      probe,
      BARE_USER_XATTR,
      encodeBareUserMetadata({ uid: 0, gid: 0, mode: 0o644, xattrs: [] }),
    )
  } catch (error) {
    throw prefixed(error, 'Writing bareuser metadata')
  } finally {
    await platform.fs.unlink(probe)
  }
}
