// What a command works on, found from `--repo`, the current directory and the environment as the reference finds it.

import { strerror } from '../errno.ts'
import { isIoError, OstreeError } from '../errors.ts'
import type { Platform } from '../platform/types.ts'
import { openRepo, type Repo } from '../repo/repo.ts'
import type { Session } from './command.ts'

export interface Targets {
  /** An opened repository. */
  repo: { readonly repo: Repo }
  /** Where a repository is to be made: an absolute path. */
  'new-repo': { readonly repoPath: string }
  sysroot: { readonly sysrootPath: string | undefined }
  nothing: object
}
export type TargetKind = keyof Targets

export interface TargetContext {
  readonly session: Session
  readonly platform: Platform
  readonly options: { readonly repo?: string | undefined; readonly sysroot?: string | undefined }
  /** The command's help, for a reader who named no repository. */
  help(): string
}

export async function resolveTarget<K extends TargetKind>(kind: K, context: TargetContext): Promise<Targets[K]> {
  return RESOLVERS[kind](context)
}

const RESOLVERS: { readonly [K in TargetKind]: (context: TargetContext) => Promise<Targets[K]> } = {
  async repo(context) {
    const { session, platform, options } = context
    if (options.repo === undefined) return { repo: await openDefaultRepo(context) }
    return { repo: await openRepoAt(platform, session, options.repo) }
  },
  async 'new-repo'(context) {
    const { session, options } = context
    if (options.repo !== undefined) return { repoPath: absolutePath(session, options.repo) }
    return { repoPath: (await openDefaultRepo(context)).path }
  },
  async sysroot({ options }) {
    return { sysrootPath: options.sysroot }
  },
  async nothing() {
    return {}
  },
}

/** The repository for a `--repo` that may be missing: what commands without a target of their own need. */
export async function openRepoOption(context: TargetContext): Promise<Repo> {
  return (await RESOLVERS.repo(context)).repo
}

async function openDefaultRepo(context: TargetContext): Promise<Repo> {
  const { session, platform, help } = context
  try {
    return await openRepoAt(platform, session, await defaultRepoPath(session, platform))
  } catch (error) {
    if (!isIoError(error, 'ENOENT')) throw error
    session.out.writeNote(help())
    throw new OstreeError('INVALID_ARGUMENT', { reason: 'Command requires a --repo argument' }, { cause: error })
  }
}

async function defaultRepoPath({ host }: Session, { fs }: Platform): Promise<string> {
  const [objects, config] = [await fs.tryStat('objects'), await fs.tryStat('config')]
  if (objects?.kind === 'directory' && config?.kind === 'file') return '.'
  return host.environment('OSTREE_REPO') || `${host.environment('OSTREE_SYSROOT') ?? '/'}/ostree/repo`
}

async function openRepoAt(platform: Platform, session: Session, path: string): Promise<Repo> {
  if (path === '') {
    const details = { errno: 'EFAULT', call: 'opendir', path: '(null)' } // what the reference makes of it
    throw new OstreeError('IO', details, { prefix: 'opening repo' })
  }
  const repo = await openRepo(platform, absolutePath(session, path))
  session.out.debug(`repository ${repo.path}: ${repo.mode}${repo.writable ? '' : ', read-only'}`)
  return repo
}

/** A path from the command line, from the root and without `.` and `..`; links are not looked at. */
export function absolutePath({ host }: Session, path: string): string {
  const parts: string[] = []
  for (const part of `${path.startsWith('/') ? '' : host.currentDirectory()}/${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** For commands that write, before they look at anything else. @throws {@link OstreeError} `FAILED` */
export function requireWritable(repo: Repo): void {
  if (repo.writeRefusal === null) return
  throw new OstreeError('FAILED', { reason: `Cannot write to repository: ${strerror(repo.writeRefusal)}` })
}
